"""Finish what a crash or a lost message has left undone."""

from __future__ import annotations

from typing import Final

from chalicelib.domain.export_file import DueFor, ExportFile, JobStatus
from chalicelib.domain.lease import resent
from chalicelib.domain.message import ExportMessage, Step
from chalicelib.services.work.expire_exports import expire
from chalicelib.services.work.fail_export import WAITED, fail_after_last_attempt, fail_export
from chalicelib.services.work.remove_objects import remove_due_objects, try_to_remove_objects
from chalicelib.services.work.schedule import Duty, run_duties
from chalicelib.services.work.send_notifications import send_notifications
from chalicelib.services.work.worker import Worker, log


def recover_exports(worker: Worker) -> int:
    """Restart stalled exports, send missing notifications, remove leftovers; return how many."""
    return run_duties(worker, *DUTIES)


def _recover(worker: Worker, job: ExportFile) -> None:
    """Send the message of an unclaimed job again, or fail a job that has used up its time."""
    now = worker.now
    if job.status is not JobStatus.PENDING or job.is_leased(now):
        return
    if fail_after_last_attempt(worker, job):
        return
    # Only jobs that no worker reaches grow so old: SQS would drop their messages soon.
    if (now - job.created_at).total_seconds() > worker.settings.pending_seconds:
        fail_export(worker, job, WAITED, error_type="PendingTooLong", owner=job.lease_owner)
        return
    # Sent first: a second message does no harm, a job put off without one waits for nothing.
    worker.send(ExportMessage.of(job, Step.START))
    worker.store.update(job, resent(job, now=now, seconds=worker.lease_seconds))
    log.warning("export recovered", extra={"attempts": job.attempts})


def _notify(worker: Worker, job: ExportFile) -> None:
    """Send missing notifications, or expire the export if its file has passed its retention."""
    if job.expires_at <= worker.now:
        expire(worker, job)
        return
    try_to_remove_objects(worker, job)
    send_notifications(worker, job)


# The function has 55 s. What is left beside these is for slow calls: each may pass its duty's end.
DUTIES: Final = (
    Duty(DueFor.RECOVERY, _recover, seconds=12),
    Duty(DueFor.NOTIFICATION, _notify, seconds=12),
    Duty(DueFor.REMOVAL, remove_due_objects, seconds=10),
)
