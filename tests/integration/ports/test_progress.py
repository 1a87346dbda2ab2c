"""What every `ProgressStore` promises."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from chalicelib.domain.export_file import planned
from chalicelib.domain.ports import ExportFileStore
from chalicelib.domain.progress import SegmentProgress
from chalicelib.domain.segment import Bucket
from tests.integration.ports.jobs import LATER, PLAN, add, add_finished, make_segment


def make_report(number: int = 0, rows: int = 8) -> SegmentProgress:
    return SegmentProgress(number=number, records=rows // 2, row_count=rows)


def test_the_last_report_of_each_chain_is_found(store: ExportFileStore) -> None:
    job = add(store)
    assert store.find_progress(job) == ()
    for chain, report in [(0, make_report(0, 8)), (1, make_report(1, 4)), (0, make_report(2, 6))]:
        store.report_progress(job, chain, report)
    assert set(store.find_progress(job)) == {make_report(2, 6), make_report(1, 4)}


def test_each_export_has_reports_of_its_own(store: ExportFileStore) -> None:
    job, other = add(store), add(store, minute=1)
    store.report_progress(job, 0, make_report())
    assert store.find_progress(other) == ()


def test_a_report_changes_neither_the_job_nor_a_claim(store: ExportFileStore) -> None:
    job = add(store)
    store.update(job, planned(job, PLAN))
    claim = store.claim_segment(job, 0, owner="one", now=LATER, until=LATER + timedelta(minutes=5))
    before = store.get(job.shop, job.id)
    store.report_progress(job, 0, make_report())
    assert store.get(job.shop, job.id) == before
    assert store.find_claim(job, 0) == claim
    assert store.find_segments(job) == ()


def test_a_report_after_the_end_changes_nothing(store: ExportFileStore) -> None:
    done = add_finished(store)
    store.report_progress(done, 0, make_report())
    assert store.get(done.shop, done.id) == done


def test_the_rows_of_a_plan_come_back(store: ExportFileStore) -> None:
    job = add(store)
    store.update(job, planned(job, replace(PLAN, rows=12)))
    recorded = store.record_segment(job, make_segment(0), due_at=LATER)
    assert recorded.plan == replace(PLAN, rows=12)


def test_the_attempts_of_a_segment_are_counted_with_those_that_are_explained(
    store: ExportFileStore,
) -> None:
    job, until = add(store), LATER + timedelta(minutes=5)
    store.claim_segment(job, 0, owner="one", now=LATER, until=until)
    store.explain_attempt(job, 0)
    claim = store.claim_segment(job, 0, owner="two", now=until, until=until + timedelta(minutes=5))
    assert (claim.attempts, claim.explained) == (2, 1)
    assert store.find_claim(job, 0) == claim


def test_a_plan_is_stored_without_the_directory_that_it_was_made_of(
    store: ExportFileStore,
) -> None:
    job = add(store)
    store.update(job, planned(job, replace(PLAN, buckets=(Bucket(0, 5), Bucket(1, 5)))))
    stored = store.get("default", job.id).plan
    assert stored == PLAN
    assert stored is not None
    assert stored.buckets is None
