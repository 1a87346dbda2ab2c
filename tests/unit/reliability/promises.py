"""The promises that every export keeps once the world is calm, whatever went wrong before."""

from __future__ import annotations

from collections import Counter

from chalicelib.domain.export_event import EventType
from chalicelib.domain.export_file import ExportFile, JobStatus
from tests.unit.reliability.world import World

TERMINAL = {"EXPORT_SUCCESS", "EXPORT_FAILED"}


def check_promises(world: World, expected: bytes) -> list[JobStatus]:
    """Return how the exports ended; AssertionError if a promise is broken."""
    jobs = list(world.service.store.jobs.values())
    for job in jobs:
        check_end(world, job, expected)
        check_history(world, job)
    check_objects(world, jobs)
    check_mails(world)
    return [job.status for job in jobs]


def check_end(world: World, job: ExportFile, expected: bytes) -> None:
    """Check the end: SUCCESS with the exact bytes, or FAILED with a sentence.

    No lease, nothing due.
    """
    if job.status is JobStatus.SUCCESS:
        assert world.service.files.objects[job.file_key or ""] == expected
        assert job.file_size_bytes == len(expected)
        segments = world.service.store.find_segments(job)
        assert job.segments_done == {segment.number for segment in segments}
        assert not segments or job.row_count == sum(segment.row_count for segment in segments)
        assert [segment.number for segment in segments] == list(range(len(segments)))
    else:
        assert job.status in (JobStatus.FAILED, JobStatus.DELETED)
        assert job.status is JobStatus.DELETED or (job.message or "").endswith(".")
        assert job.file_key is None
    assert job.lease_owner is None
    assert job.due_at == (None if job.status is JobStatus.DELETED else job.expires_at)


def check_history(world: World, job: ExportFile) -> None:
    """Check that each event is there once: the request, the end, the mail, the deletion.

    Further attempts say why the one before them ended.
    """
    events = world.service.store.find_events(job.shop, job.id)
    again = [event for event in events if " try: " in event.message]
    assert {event.type for event in again} <= {EventType.EXPORT_PENDING}
    counted = Counter(event.type.value for event in events if event not in again)
    assert max(counted.values()) == 1, counted
    assert len(counted.keys() & TERMINAL) == 1, counted
    assert ("EXPORT_DELETED" in counted) == (job.status is JobStatus.DELETED), counted
    assert job.status is JobStatus.DELETED or len(counted) == 3, counted
    assert job.status is JobStatus.DELETED or job.notified_at is not None


def check_objects(world: World, jobs: list[ExportFile]) -> None:
    """Check that every object belongs to an export and no upload is unfinished."""
    assert set(world.service.files.objects) == {job.file_key for job in jobs if job.file_key}
    assert world.service.files.uploads == []


def check_mails(world: World) -> None:
    """Check that each mail is sent once, or again only if the first sender could not record it."""
    for delivery in {delivery for delivery, _ in world.mailed_in}:
        runs = [run for sent, run in world.mailed_in if sent == delivery]
        assert sum(not run.faulty for run in runs) <= 1
        assert len({id(run) for run in runs}) == len(runs)
    mailed = {mail.delivery_id for mail in world.service.mailer.sent}
    for job in world.service.store.jobs.values():
        kinds = {kind for kind in ("success", "failed") if f"{job.id}-{kind}" in mailed}
        assert kinds == {job.status.lower()} or (
            job.status is JobStatus.DELETED and len(kinds) <= 1
        )
