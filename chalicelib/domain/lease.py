"""Who works on an export, and when the schedule looks at it: changes that leave its status as it is.

A lease has an owner and an end. Another owner takes over only after that end, and the writes of the one before are
refused by condition. It outlasts every function, so that a lease which ran out means a worker that is gone.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.domain.export_file import SENT_EVENTS, ExportFile, JobStatus
from chalicelib.errors import LeaseLost

# Longer than the queue keeps a message from other workers: what the schedule sends besides would use up attempts.
RELEASED_SECONDS = 420


def claim(job: ExportFile, *, owner: str, now: datetime, seconds: int) -> ExportFile:
    """The job with a lease of `owner`; LeaseLost when it is finished or somebody else's lease still runs."""
    if job.status is not JobStatus.PENDING:
        raise LeaseLost(f"The export is {job.status}, there is nothing left to do.")
    if job.is_leased(now) and job.lease_owner != owner:
        raise LeaseLost("Another worker is busy with this export.")
    until = now + timedelta(seconds=seconds)
    return replace(
        job, lease_owner=owner, lease_until=until, attempts=job.attempts + 1, due_at=until
    )


def release(job: ExportFile, *, now: datetime) -> ExportFile:
    """The job without a lease, because its owner cannot go on: its message comes again, or else the schedule asks."""
    return replace(
        job, lease_owner=None, lease_until=None, due_at=now + timedelta(seconds=RELEASED_SECONDS)
    )


def handed_out(job: ExportFile, *, now: datetime, seconds: int) -> ExportFile:
    """The job without a lease while its segments are worked on; what it took to get here counts no more."""
    return replace(
        job, lease_owner=None, lease_until=None, attempts=0, due_at=now + timedelta(seconds=seconds)
    )


def retried(job: ExportFile, *, now: datetime, seconds: int) -> ExportFile:
    """A stalled job that the schedule asks a worker for again.

    It looks once more after `seconds`, or after as long again as the job has waited: its message may stand in a long
    queue, and many more of them would make that no shorter. That is no attempt: nobody has tried.
    """
    return replace(job, due_at=now + max(timedelta(seconds=seconds), now - job.created_at))


def postponed(job: ExportFile, *, now: datetime, seconds: int) -> ExportFile:
    """A job that the schedule could not help now: others get their turn first."""
    return replace(job, due_at=now + timedelta(seconds=seconds))


def claim_notification(job: ExportFile, *, owner: str, now: datetime, seconds: int) -> ExportFile:
    """An ended job that `owner` tells others of; LeaseLost when that is done, or somebody else is at it."""
    if job.notified_at is not None or job.status not in SENT_EVENTS or job.is_leased(now):
        raise LeaseLost("There is nothing to notify about, or somebody else does it.")
    until = now + timedelta(seconds=seconds)
    return replace(job, lease_owner=owner, lease_until=until, due_at=until)
