"""How an export ends that cannot succeed: FAILED with a sentence for people, never silence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from chalicelib.domain.export_file import ExportFile, JobStatus, fail
from chalicelib.domain.lease import release
from chalicelib.errors import Conflict, ExportFailed, Unavailable, WaybillError
from chalicelib.services.work.notify import try_to_notify
from chalicelib.services.work.remove_objects import remove_leftovers
from chalicelib.services.work.worker import Worker, log

UNEXPECTED = "The export failed because of an error on our side. Please try again; if it happens again, tell support."
GAVE_UP = "The export was interrupted too often and could not be finished. Please try again."
CONFLICTS = 10


@contextmanager
def failing(worker: Worker, job: ExportFile, *, owner: str | None) -> Iterator[None]:
    """Fail the job for every error that another attempt would meet again.

    Conflict (somebody else goes on) and Unavailable (the queue delivers again) pass through. After Unavailable the
    lease is given back, so that the next delivery need not wait for its end.
    """
    try:
        yield
    except Conflict:
        raise
    except Unavailable:
        if owner is not None:
            with suppress(WaybillError):
                worker.store.update(job, release(job, now=worker.clock.now()))
        raise
    except ExportFailed as error:
        fail_export(worker, job, str(error), error_type=type(error).__name__, owner=owner)
    except Exception as error:  # noqa: BLE001 - whatever it was, the job must not be pending for ever
        log.exception("export failed unexpectedly")
        fail_export(worker, job, UNEXPECTED, error_type=type(error).__name__, owner=owner)


def fail_export(
    worker: Worker, job: ExportFile, message: str, *, error_type: str, owner: str | None = None
) -> ExportFile | None:
    """End the job in FAILED and tell; None when it ended otherwise, or is not `owner`'s any more."""
    for _ in range(CONFLICTS):
        stored = worker.store.get(job.shop, job.id)
        if stored.status is not JobStatus.PENDING or _belongs_to_another(worker, stored, owner):
            return None
        transition = fail(stored, message, error_type=error_type, now=worker.clock.now())
        try:
            worker.store.save(transition)
        except Conflict:
            continue
        log.warning("export failed", extra={"error_type": error_type, "reason": message})
        remove_leftovers(worker, transition.after)
        try_to_notify(worker, transition.after)
        return transition.after
    raise Unavailable("The export is too busy to be ended now.")


def _belongs_to_another(worker: Worker, stored: ExportFile, owner: str | None) -> bool:
    """Whether the job is not `owner`'s any more, or, where nobody owned it, somebody works on it now."""
    if owner is None:
        return stored.is_leased(worker.clock.now())
    return stored.lease_owner != owner


def fail_when_tired(worker: Worker, job: ExportFile) -> bool:
    """Whether the job has had all its attempts and was failed."""
    if job.attempts < worker.settings.max_attempts or job.is_leased(worker.clock.now()):
        return False
    fail_export(worker, job, GAVE_UP, error_type="TooManyAttempts", owner=job.lease_owner)
    return True
