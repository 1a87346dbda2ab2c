"""What must be true of every export once the world has calmed down, whatever went wrong before."""

from __future__ import annotations

from collections import Counter

from chalicelib.domain.export_file import ExportFile, JobStatus
from tests.unit.reliability.world import World

TERMINAL = {"EXPORT_SUCCESS", "EXPORT_FAILED"}


def check_promises(world: World, expected: bytes) -> list[JobStatus]:
    """The statuses the exports ended with; AssertionError for a promise that was broken."""
    jobs = list(world.service.store.jobs.values())
    for job in jobs:
        check_end(world, job, expected)
        check_history(world, job)
    check_objects(world, jobs)
    check_mails(world)
    return [job.status for job in jobs]


def check_end(world: World, job: ExportFile, expected: bytes) -> None:
    """SUCCESS with the exact bytes and counts, or FAILED with a sentence; nobody owns it, nothing is due."""
    if job.status is JobStatus.SUCCESS:
        assert world.service.files.objects[job.file_key or ""] == expected
        assert job.file_size_bytes == len(expected)
        segments = world.service.store.find_segments(job)
        assert job.segments_done == {segment.number for segment in segments}
        assert not segments or job.row_count == sum(segment.row_count for segment in segments)
        assert not segments or job.all_segments_done
    else:
        assert job.status is JobStatus.FAILED
        assert (job.message or "").endswith(".")
        assert job.file_key is None
    assert job.notified_at is not None
    assert job.due_at == job.expires_at


def check_history(world: World, job: ExportFile) -> None:
    """Exactly one terminal event, and one that says a mail went out."""
    counted = Counter(world.service.events_of(job))
    assert max(counted.values()) == 1, counted
    assert len(counted.keys() & TERMINAL) == 1, counted
    assert len(counted) == 3, counted


def check_objects(world: World, jobs: list[ExportFile]) -> None:
    """No object without an owner, no upload left open."""
    assert set(world.service.files.objects) == {job.file_key for job in jobs if job.file_key}
    assert world.service.files.uploads == []


def check_mails(world: World) -> None:
    """Every mail once; twice only when whoever sent it first died, or heard nothing, before that was recorded."""
    for delivery in {delivery for delivery, _ in world.mailed_in}:
        runs = [run for sent, run in world.mailed_in if sent == delivery]
        assert sum(not run.faulty for run in runs) <= 1
        assert len({id(run) for run in runs}) == len(runs)
    wanted = {f"{job.id}-{job.status.lower()}" for job in world.service.store.jobs.values()}
    assert {mail.delivery_id for mail in world.service.mailer.sent} == wanted
