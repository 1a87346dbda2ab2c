from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.domain.export_file import ExportFile, JobStatus
from chalicelib.domain.progress import Progress, SegmentProgress, progress_of
from chalicelib.domain.segment import Segment, SegmentPlan
from tests.factories import make_service

PLAN = SegmentPlan((Segment(0, 0, 0, 30), Segment(1, 1, 1, 70)), rows=200)


def make_job(**given: object) -> ExportFile:
    return replace(make_service().request(), **{"plan": PLAN, **given})  # type: ignore[arg-type]


def make_report(number: int, records: int, rows: int) -> SegmentProgress:
    return SegmentProgress(number=number, records=records, row_count=rows)


def test_nothing_is_known_before_the_plan() -> None:
    assert progress_of(make_job(plan=None)) == Progress(share=0.0)


def test_the_total_is_known_before_the_first_row() -> None:
    assert progress_of(make_job()) == Progress(share=0.0, rows_done=None, rows_total=200)


def test_segments_under_way_count_with_those_that_are_done() -> None:
    job = make_job(segments_done=frozenset({0}), row_count=60)
    assert progress_of(job, [make_report(1, 35, 70)]) == Progress(
        share=0.65, rows_done=130, rows_total=200
    )


def test_the_last_report_of_a_segment_that_is_done_does_not_count_again() -> None:
    job = make_job(segments_done=frozenset({0}), row_count=60)
    assert progress_of(job, [make_report(0, 29, 58)]) == progress_of(job)


def test_a_filter_has_a_share_and_no_total() -> None:
    job = make_job(plan=replace(PLAN, rows=None))
    assert progress_of(job, [make_report(0, 30, 0)]) == Progress(share=0.3, rows_done=0)


def test_a_file_that_is_not_composed_yet_is_not_all_of_it() -> None:
    job = make_job(segments_done=frozenset({0, 1}), row_count=200)
    assert progress_of(job).share == 0.99
    assert progress_of(make_job(), [make_report(0, 500, 9), make_report(1, 500, 9)]).share == 0.99


@pytest.mark.parametrize("status", [JobStatus.SUCCESS, JobStatus.DELETED])
def test_a_file_is_all_of_its_rows(status: JobStatus) -> None:
    job = make_job(status=status, row_count=7, plan=None)
    assert progress_of(job) == Progress(share=1.0, rows_done=7, rows_total=7)


def test_a_plan_without_counts_of_records_says_nothing() -> None:
    job = make_job(plan=SegmentPlan((Segment(0, 0, 0, 0),)))
    assert progress_of(job, [make_report(0, 20, 20)]) == Progress(share=0.0, rows_done=20)
