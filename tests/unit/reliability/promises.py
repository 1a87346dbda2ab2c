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
        assert job.status in (JobStatus.FAILED, JobStatus.DELETED)
        assert job.status is JobStatus.DELETED or (job.message or "").endswith(".")
        assert job.file_key is None
    assert job.lease_owner is None
    assert job.due_at == (None if job.status is JobStatus.DELETED else job.expires_at)


def check_history(world: World, job: ExportFile) -> None:
    """Every event once: one terminal event, one that says a mail went out, one for a deletion."""
    counted = Counter(world.service.events_of(job))
    assert max(counted.values()) == 1, counted
    assert len(counted.keys() & TERMINAL) == 1, counted
    assert ("EXPORT_DELETED" in counted) == (job.status is JobStatus.DELETED), counted
    assert job.status is JobStatus.DELETED or len(counted) == 3, counted
    assert job.status is JobStatus.DELETED or job.notified_at is not None


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
    mailed = {mail.delivery_id for mail in world.service.mailer.sent}
    for job in world.service.store.jobs.values():
        kinds = {kind for kind in ("success", "failed") if f"{job.id}-{kind}" in mailed}
        assert kinds == {job.status.lower()} or (
            job.status is JobStatus.DELETED and len(kinds) <= 1
        )
