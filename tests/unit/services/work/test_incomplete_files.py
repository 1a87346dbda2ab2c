"""A file is composed once and only from everything that belongs to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.export_file import ExportFile, JobStatus
from chalicelib.domain.message import ExportMessage
from chalicelib.errors import ExportFailed
from chalicelib.formats.registry import FileType
from chalicelib.services.work.work_export import work_export
from tests.factories import Service, make_service
from tests.unit.services.work.steps import MANY, NAMES, step, take

MISSING = "A part of the file is missing. Please export again."
DAMAGED = "A part of the file was damaged in the store. Please export again."


def make_assembly(**asked: Any) -> tuple[Service, ExportFile, ExportMessage]:
    """An export of three segments that are all written, and the message to assemble them."""
    service = make_service(products=1_200, settings=MANY)
    job = service.request(**{**NAMES, **asked})
    while "assemble" not in service.queue.bodies[0]:
        step(service)
    return service, job, take(service)


def failure_of(service: Service, job: ExportFile) -> str | None:
    """The sentence of a failed export, which has left no objects."""
    failed = service.job(job)
    assert (failed.status, service.files.objects) == (JobStatus.FAILED, {})
    return failed.message


def test_a_missing_segment_is_noticed_although_the_rows_add_up() -> None:
    service, job, assemble = make_assembly()
    segments = service.store.segments[job.shop, job.id]
    rows = segments[0].row_count + segments.pop(1).row_count
    segments[0] = replace(segments[0], row_count=rows)
    work_export(service.worker, assemble)
    assert failure_of(service, job) == MISSING


@pytest.mark.parametrize("rows", [1_199, 1_201])
def test_segments_with_other_rows_than_were_counted_are_no_file(rows: int) -> None:
    service, job, assemble = make_assembly()
    service.change(job, row_count=rows)
    work_export(service.worker, assemble)
    assert failure_of(service, job) == MISSING


@pytest.mark.parametrize("file_type", FileType)
def test_a_damaged_segment_is_no_part_of_a_file(file_type: FileType) -> None:
    service, job, assemble = make_assembly(file_type=file_type)
    key = service.store.segments[job.shop, job.id][1].file_key
    first, rest = service.files.objects[key][:1], service.files.objects[key][1:]
    service.files.objects[key] = bytes([first[0] ^ 1]) + rest
    work_export(service.worker, assemble)
    assert failure_of(service, job) == DAMAGED


def test_of_two_deliveries_at_once_one_assembles() -> None:
    service, job, assemble = make_assembly()
    composed: list[str] = []
    compose = service.files.concatenate

    def compose_meanwhile(key: str, *given: Any, **named: Any) -> int:
        composed.append(key)
        if len(composed) == 1:
            work_export(service.worker, assemble)
        return compose(key, *given, **named)

    service.files.concatenate = compose_meanwhile  # type: ignore[method-assign]
    work_export(service.worker, assemble)
    assert (composed, service.job(job).status) == ([service.job(job).file_key], JobStatus.SUCCESS)


def last_attempt_of(service: Service, job: ExportFile) -> None:
    """Let another worker hold the lease of the last attempt, for a minute."""
    until = service.clock.now() + timedelta(seconds=60)
    most = service.settings.max_attempts
    service.change(job, attempts=most, lease_owner="one", lease_until=until)


STATUSES = [(59, JobStatus.PENDING), (60, JobStatus.FAILED)]


@pytest.mark.parametrize(("seconds", "status"), STATUSES)
def test_a_last_attempt_to_start_is_not_failed_while_it_runs(
    seconds: int, status: JobStatus
) -> None:
    service = make_service(products=1)
    job = service.request(**NAMES)
    last_attempt_of(service, job)
    service.clock.advance(seconds)
    step(service)
    assert service.job(job).status is status


@pytest.mark.parametrize(("seconds", "status"), STATUSES)
def test_a_last_attempt_to_assemble_is_not_failed_while_it_runs(
    seconds: int, status: JobStatus
) -> None:
    service, job, assemble = make_assembly()
    last_attempt_of(service, job)
    service.clock.advance(seconds)
    work_export(service.worker, assemble)
    assert service.job(job).status is status


@pytest.mark.parametrize("settings", [{}, {"public_url": ""}])
def test_the_event_of_a_failure_has_no_link_and_waits_for_no_address(
    settings: dict[str, Any],
) -> None:
    service, job, assemble = make_assembly()
    service.worker = replace(service.worker, settings=replace(service.settings, **settings))
    service.change(job, row_count=1)
    work_export(service.worker, assemble)
    [(_, detail)] = service.bus.published
    assert (detail["export"]["status"], detail["link"]) == ("failed", None)


@pytest.mark.parametrize("rows", [1_200, 1])
def test_unfinished_uploads_of_an_ended_export_are_aborted(rows: int) -> None:
    service, job, assemble = make_assembly()
    service.files.uploads += [f"{job.prefix}dead/file.csv", "exports/other/file.csv"]
    service.change(job, row_count=rows)
    work_export(service.worker, assemble)
    assert service.files.uploads == ["exports/other/file.csv"]


def test_a_file_of_an_export_that_ended_meanwhile_is_removed() -> None:
    service, job, assemble = make_assembly()
    compose = service.files.concatenate

    def compose_too_late(key: str, *given: Any, **named: Any) -> int:
        service.change(job, status=JobStatus.DELETED)
        return compose(key, *given, **named)

    service.files.concatenate = compose_too_late  # type: ignore[method-assign]
    work_export(service.worker, assemble)
    assert not [key for key in service.files.objects if key.endswith(job.file_name)]


def test_a_late_worker_does_not_fail_an_export_that_another_one_has_taken_over() -> None:
    service, job, assemble = make_assembly()

    def fail_too_late(*given: Any, **named: Any) -> int:
        service.change(job, lease_owner="other")
        raise ExportFailed("Too late.")

    service.files.concatenate = fail_too_late  # type: ignore[method-assign]
    work_export(service.worker, assemble)
    assert (service.job(job).status, service.job(job).message) == (JobStatus.PENDING, None)
