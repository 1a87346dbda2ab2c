"""The deployed functions after a fault.

A message that comes twice or not at all, a worker that died before its end.
"""

from __future__ import annotations

import csv
import io
import urllib.error
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import groupby

import pytest

from chalicelib.domain.export_file import DueFor, ExportFile, FileResult, planned
from chalicelib.domain.message import ExportMessage, Step
from chalicelib.domain.transitions import succeed
from chalicelib.services.work.fail_export import GAVE_UP
from chalicelib.services.work.plan_export import plan_export
from chalicelib.services.work.run_segment import record, write_segment
from chalicelib.services.work.start_export import claim_export, release_to_segments
from chalicelib.services.work.worker import Worker
from tests.e2e.parts import (
    PRODUCTS,
    bury,
    call,
    drained,
    global_id,
    mails_about,
    store_job,
    told,
    worker_of,
)
from tests.local_run import LocalRun

SUCCEEDED = ["EXPORT_PENDING", "EXPORT_SUCCESS", "EXPORTED_FILE_SENT"]


@pytest.fixture
def worker(service: LocalRun, monkeypatch: pytest.MonkeyPatch) -> Iterator[Worker]:
    with worker_of(service, monkeypatch) as made:
        yield made


def message(job: ExportFile, step: Step, segment: int | None = None) -> ExportMessage:
    return ExportMessage.of(job, step, segment)


def all_messages(job: ExportFile, segments: int) -> list[ExportMessage]:
    """Every message that an export can have, the last ones first."""
    steps = [Step.REMOVE, Step.NOTIFY, Step.ASSEMBLE]
    numbers = reversed(range(segments))
    return (
        [message(job, step) for step in steps]
        + [message(job, Step.SEGMENT, n) for n in numbers]
        + [message(job, Step.START)]
    )


def variants_of(content: bytes) -> list[str]:
    return [row[1] for row in csv.reader(io.StringIO(content.decode(), newline="")) if row[1]][1:]


def assert_whole(service: LocalRun, job: ExportFile) -> None:
    """SUCCESS with every variant once, in the events and mails of one end."""
    export = service.ended(global_id(job))
    variants = variants_of(service.download(export))
    assert (export["status"], len(variants), len(set(variants))) == (
        "SUCCESS",
        export["row_count"],
        len(variants),
    )
    # Attempts that were interrupted are pending events too.
    assert [event for event, _ in groupby(told(service, job))] == SUCCEEDED
    assert mails_about(service, job.file_name) == 1


def write_segments(worker: Worker, job: ExportFile) -> ExportFile:
    """What workers do up to the line where the assembly would be asked for."""
    exporter = worker.exporter_of(job)
    job = claim_export(worker, job)
    with_plan = planned(
        job, plan_export(worker.source, job.shop, exporter, worker.settings.segment_records)
    )
    worker.store.update(job, with_plan)
    job = release_to_segments(worker, with_plan)
    for segment in with_plan.plan.segments if with_plan.plan else ():
        job = record(worker, job, write_segment(worker, job, exporter, segment))
    return job


def test_messages_that_come_twice_and_out_of_order_change_nothing(
    service: LocalRun, worker: Worker
) -> None:
    job = store_job(worker, PRODUCTS)
    disorder = all_messages(job, segments=4)
    worker.send(*disorder, *disorder)
    assert_whole(service, job)
    before = worker.store.get(job.shop, job.id)
    worker.send(*disorder)
    drained(service)
    assert worker.store.get(job.shop, job.id) == before
    assert_whole(service, job)


def test_an_assembly_whose_worker_died_is_done_by_the_next_one(
    service: LocalRun, worker: Worker
) -> None:
    job = write_segments(worker, store_job(worker, PRODUCTS))
    assert len(job.segments_done) > 1
    dead = claim_export(worker, job)
    worker.files.write(f"{job.prefix}half/{job.file_name}", [b"id,"], content_type="text/csv")
    worker.send(message(job, Step.ASSEMBLE))
    assert_whole(service, job)
    after = worker.store.get(job.shop, job.id)
    assert after.attempts > dead.attempts
    assert worker.files.find_keys(job.prefix) == (after.file_key,)


def test_an_assembly_that_misses_a_segment_fails_with_a_sentence(
    service: LocalRun, worker: Worker
) -> None:
    job = write_segments(worker, store_job(worker, PRODUCTS))
    lost = worker.store.find_segments(job)[1].file_key
    worker.files.remove([lost])
    worker.send(message(job, Step.ASSEMBLE))
    export = service.ended(global_id(job))
    assert (export["status"], export["url"]) == ("FAILED", None)
    assert export["message"].endswith("Please export again.")
    assert worker.files.find_keys(job.prefix) == ()


def test_a_dead_letter_ends_its_export_with_the_reason(service: LocalRun, worker: Worker) -> None:
    # A new job: the schedule, which runs meanwhile, would fail an overdue one for another reason.
    job = store_job(worker, minutes_ago=0)
    worker.store.update(job, replace(job, attempts=worker.settings.max_attempts))
    bury(service, message(job, Step.START))
    export = service.ended(global_id(job))
    assert (export["status"], export["message"]) == ("FAILED", GAVE_UP)
    assert told(service, job) == ["EXPORT_PENDING", "EXPORT_FAILED", "EXPORT_FAILED_INFO_SENT"]
    assert worker.store.get(job.shop, job.id).error_type == "DeadLetter"


def test_the_schedule_queues_what_was_stored_but_never_queued(
    service: LocalRun, worker: Worker
) -> None:
    job = store_job(worker, PRODUCTS)
    call(service, "Recover")
    assert_whole(service, job)


def test_the_schedule_tells_what_a_worker_died_before_telling(
    service: LocalRun, worker: Worker
) -> None:
    job = store_job(worker)
    key = f"{job.prefix}one/{job.file_name}"
    size = worker.files.write(key, [b"code\r\n"], content_type="text/csv")
    past = datetime.now(UTC) - timedelta(minutes=5)
    worker.store.save(
        succeed(job, FileResult(file_key=key, size_bytes=size, row_count=0), now=past)
    )
    call(service, "Recover")
    assert told(service, job) == SUCCEEDED
    assert mails_about(service, job.file_name) == 1


def test_a_file_goes_when_its_time_is_over(service: LocalRun, worker: Worker) -> None:
    job = store_job(worker)
    worker.send(message(job, Step.START))
    url = service.ended(global_id(job))["url"]
    told(service, job)
    ended = worker.store.get(job.shop, job.id)
    assert ended.due_for is DueFor.EXPIRY
    past = datetime.now(UTC) - timedelta(seconds=1)
    worker.store.update(ended, replace(ended, expires_at=past, due_at=past))
    call(service, "Expire")
    assert service.http(f"/exports/{job.id}/file")[0] == 410
    assert told(service, job) == [*SUCCEEDED, "EXPORT_DELETED"]
    with pytest.raises(urllib.error.HTTPError, match="404"):
        service.download({"url": url})
