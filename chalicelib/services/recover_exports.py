"""The schedule's work: finish what a crash left, and let files expire."""

from __future__ import annotations

from collections.abc import Callable

from chalicelib.domain.export_file import DueFor, ExportFile, JobStatus, delete, retried
from chalicelib.domain.message import Step
from chalicelib.errors import Conflict, WaybillError
from chalicelib.services.fail_export import fail_when_tired
from chalicelib.services.notify import conclude
from chalicelib.services.remove_objects import clear
from chalicelib.services.worker import Worker, log, message_for

JOBS_A_RUN = 200


def recover_exports(worker: Worker) -> int:
    """Ask a worker again for pending jobs that nobody works on, and tell what was not told; returns how many."""
    return _each(worker, DueFor.RECOVERY, recover) + _each(worker, DueFor.NOTIFICATION, conclude)


def expire_exports(worker: Worker) -> int:
    """Delete the files of exports whose time is over; returns how many."""
    return _each(worker, DueFor.EXPIRY, expire)


def recover(worker: Worker, job: ExportFile) -> None:
    """A job that was saved but never queued, or whose worker is gone. Each recovery counts as an attempt."""
    if job.status is not JobStatus.PENDING or job.is_leased(worker.clock.now()) or fail_when_tired(worker, job):
        return
    worker.store.update(job, retried(job, now=worker.clock.now(), seconds=worker.settings.lease_seconds))
    worker.send(message_for(job.shop, job.id, Step.START))
    log.warning("export recovered", extra={"export_id": job.id, "attempts": job.attempts + 1})


def expire(worker: Worker, job: ExportFile) -> None:
    """DELETED first, so that nobody is sent to a file that is gone; then the objects."""
    if job.status is not JobStatus.DELETED:
        transition = delete(job, now=worker.clock.now())
        worker.store.save(transition)
        job = transition.after
    clear(worker, job)


def _each(worker: Worker, due_for: DueFor, act: Callable[[Worker, ExportFile], None]) -> int:
    """Act on every job that is due; one that cannot be helped now does not keep the others waiting."""
    acted = 0
    now = worker.clock.now()
    for shop, export_id in worker.store.find_due(due_for, now, JOBS_A_RUN):
        job = worker.store.find(shop, export_id)
        if job is None or job.due_for is not due_for or job.due_at is None or job.due_at > now:
            continue
        try:
            act(worker, job)
            acted += 1
        except Conflict:
            log.info("another worker was faster", extra={"export_id": export_id})
        except WaybillError as error:
            log.warning("still due", extra={"export_id": export_id, "reason": str(error)})
        except Exception:  # noqa: BLE001 - one job that nobody can read must not keep all others waiting
            log.exception("still due", extra={"export_id": export_id})
    return acted
