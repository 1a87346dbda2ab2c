"""End an export that cannot succeed: FAILED, with a sentence for the requestor."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from chalicelib.domain.causes import INTERRUPTED
from chalicelib.domain.export_file import ExportFile, JobStatus
from chalicelib.domain.segment import SegmentClaim
from chalicelib.domain.transitions import fail
from chalicelib.errors import Conflict, ExportFailed, Unavailable
from chalicelib.services.conflicts import retry_conflicts
from chalicelib.services.work.note_attempts import release
from chalicelib.services.work.remove_objects import try_to_remove_objects
from chalicelib.services.work.send_notifications import try_to_notify
from chalicelib.services.work.worker import Worker, log
from chalicelib.words.text import Text, join, say

UNEXPECTED: Final = say(
    "The export failed because of an error in the service. No file was written. Export again; if "
    "it fails again, contact support and give them the id of this export."
)
GAVE_UP: Final = say(
    "The export was interrupted several times and could not be finished. No file was written. "
    "Export again."
)
WAITED: Final = say(
    "The export waited too long for a free worker. No file was written. Export again later; if it "
    "waits again, contact support."
)


@contextmanager
def failing(worker: Worker, job: ExportFile, *, owner: str | None) -> Iterator[None]:
    """Fail the job for every error that another attempt would meet again.

    Conflict (another worker continues) and Unavailable (the queue delivers again) pass through.
    """
    try:
        yield
    except Conflict:
        raise
    except Unavailable as error:
        # Without an owner there is no lease of the job: segments have claims of their own.
        if owner is not None:
            release(worker, job, error)
        raise
    except ExportFailed as error:
        fail_export(worker, job, error.message, error_type=type(error).__name__, owner=owner)
    except Exception as error:  # noqa: BLE001 - otherwise the job stays pending for ever
        log.exception("unexpected error")
        fail_export(worker, job, UNEXPECTED, error_type=type(error).__name__, owner=owner)


def fail_export(
    worker: Worker, job: ExportFile, message: str, *, error_type: str, owner: str | None = None
) -> None:
    """Fail the job, remove its objects and notify.

    A job that has ended stays as it is, and so does one that has another owner than `owner`. If
    `owner` is None, so does a job that any worker has claimed.
    """

    def change() -> ExportFile | None:
        stored = worker.store.get(job.shop, job.id)
        if stored.status is not JobStatus.PENDING or _belongs_to_another(worker, stored, owner):
            return None
        transition = fail(stored, message, error_type=error_type, now=worker.now)
        worker.store.save(transition)
        return transition.after

    failed = retry_conflicts(change)
    if failed is not None:
        log.warning("export failed", extra={"error_type": error_type, "reason": message})
        try_to_remove_objects(worker, failed)
        try_to_notify(worker, failed)


def fail_after_last_attempt(worker: Worker, job: ExportFile) -> bool:
    """Fail a job that has used up its attempts, unless the last one still runs.

    Return whether the job was failed.
    """
    if job.attempts < worker.settings.max_attempts or job.is_leased(worker.now):
        return False
    fail_export(worker, job, gave_up(job), error_type="TooManyAttempts", owner=job.lease_owner)
    return True


def gave_up(job: ExportFile, claim: SegmentClaim | None = None) -> Text:
    """Return the message for attempts that are used up, with the cause of the last one.

    The attempts are those of the job, or of a segment with this claim.
    """
    is_unexplained = claim is not None and claim.attempts > claim.explained
    # A lease that was not released belongs to a worker that died.
    cause = INTERRUPTED if is_unexplained or job.lease_owner is not None else job.cause
    if not cause:
        return GAVE_UP
    return join(" ", (GAVE_UP, say("The last cause: {cause}.", cause=say(cause))))


def _belongs_to_another(worker: Worker, stored: ExportFile, owner: str | None) -> bool:
    # Segments and dead letters fail jobs that have no lease. If there is one by now, a worker has
    # taken the job over.
    if owner is None:
        return stored.is_leased(worker.now)
    return stored.lease_owner != owner
