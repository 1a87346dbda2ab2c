"""Leases: who works on an export, and when it is due next. The status stays as it is.

A lease has an owner and an end. Another worker takes over only after that end, and the store then
refuses the first owner's writes. A lease outlasts every function: if it has ended, its worker is
gone.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.domain.export_file import DueFor, ExportFile, JobStatus
from chalicelib.domain.retry_policy import RELEASED_SECONDS
from chalicelib.errors import LeaseLost


def claimed(job: ExportFile, *, owner: str, now: datetime, seconds: int) -> ExportFile:
    """Return the job with a lease of `owner` and one more attempt; LeaseLost if another runs."""
    if job.status is not JobStatus.PENDING:
        raise LeaseLost(f"The export is {job.status}.")
    # The owner claims again if the answer to its first claim was lost.
    if job.is_leased(now) and job.lease_owner != owner:
        raise LeaseLost("Another worker has claimed this export.")
    until = now + timedelta(seconds=seconds)
    return replace(
        job, lease_owner=owner, lease_until=until, attempts=job.attempts + 1, due_at=until
    )


def released(job: ExportFile, *, now: datetime) -> ExportFile:
    """Return the job without its lease: the owner gave up, the queue delivers its message again."""
    return replace(
        job, lease_owner=None, lease_until=None, due_at=now + timedelta(seconds=RELEASED_SECONDS)
    )


def handed_out(job: ExportFile, *, now: datetime, seconds: int) -> ExportFile:
    """Return the job without its lease, for its segments. Attempts start again at zero."""
    # Planning and assembling are different steps: each has all attempts.
    return replace(
        job, lease_owner=None, lease_until=None, attempts=0, due_at=now + timedelta(seconds=seconds)
    )


def resent(job: ExportFile, *, now: datetime, seconds: int) -> ExportFile:
    """Return a stalled job whose message the schedule has sent again. This is not an attempt.

    It becomes due again after `seconds`, or after its present age if that is more.
    """
    # Its message may wait in a long queue, and further copies would not shorten the wait.
    return replace(job, due_at=now + max(timedelta(seconds=seconds), now - job.created_at))


def postponed(job: ExportFile, *, now: datetime, seconds: int) -> ExportFile:
    """Return a job that the schedule could not help now; other jobs go first."""
    return replace(job, due_at=now + timedelta(seconds=seconds))


def brought_forward(job: ExportFile, *, now: datetime) -> ExportFile:
    """Return a pending job that the schedule looks at in its next run: its message is gone."""
    return replace(job, due_at=now)


def claimed_to_notify(job: ExportFile, *, owner: str, now: datetime, seconds: int) -> ExportFile:
    """Return an ended job with a lease of `owner`, who notifies; LeaseLost if another one does."""
    if not job.awaits_notification or job.is_leased(now):
        raise LeaseLost("The notifications were sent, or another worker sends them now.")
    until = now + timedelta(seconds=seconds)
    return replace(job, lease_owner=owner, lease_until=until, due_at=until)


def objects_removed(job: ExportFile, *, now: datetime, seconds: int) -> ExportFile:
    """Return an ended job whose leftover objects are removed.

    The job stays due until `seconds` after its end. Then it is due for its expiry, or for nothing
    if it is deleted.
    """
    # A worker that has not noticed the end may still write objects.
    quiet_at = job.updated_at + timedelta(seconds=seconds)
    if now < quiet_at:
        return replace(job, due_at=quiet_at)
    if job.status is JobStatus.DELETED:
        return replace(job, due_for=None, due_at=None)
    return replace(job, due_for=DueFor.EXPIRY, due_at=job.expires_at)
