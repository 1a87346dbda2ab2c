"""The schedule's work: finish what a crash left, and let files expire."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import TypeAlias

from chalicelib.domain.export_file import DueFor, ExportFile, JobStatus, delete
from chalicelib.domain.lease import postponed, retried
from chalicelib.domain.message import Step
from chalicelib.errors import Conflict, WaybillError
from chalicelib.logs import about, about_export
from chalicelib.services.work.fail_export import GAVE_UP, fail_export, fail_when_tired
from chalicelib.services.work.notify import conclude
from chalicelib.services.work.remove_objects import clear
from chalicelib.services.work.worker import Worker, log, message_for

JOBS_PER_RUN = 200
# Jobs that nobody can read stay due: as many may stand before those that can be helped.
JOBS_LOOKED_AT = 1_000
# The function has 300 s, and a last run takes its time.
EXPIRY_SECONDS = 200

Act: TypeAlias = Callable[[Worker, ExportFile], None]


def recover_exports(worker: Worker) -> int:
    """Ask a worker again for pending jobs that nobody works on, tell what was not told, remove what was left behind.

    Returns how many jobs that were.
    """
    return _run(
        worker, {DueFor.RECOVERY: recover, DueFor.NOTIFICATION: tell, DueFor.CLEARING: clear}
    )


def expire_exports(worker: Worker) -> int:
    """Delete the files of exports whose time is over, as many as can be in the time there is; returns how many."""
    ends_at = worker.clock.now() + timedelta(seconds=EXPIRY_SECONDS)
    expired = 0
    while (helped := _run(worker, {DueFor.EXPIRY: expire})) and worker.clock.now() < ends_at:
        expired += helped
    return expired + helped


def recover(worker: Worker, job: ExportFile) -> None:
    """A job that was saved but never queued, or whose worker is gone. In the end it fails rather than wait for ever."""
    now = worker.clock.now()
    if job.status is not JobStatus.PENDING or job.is_leased(now) or fail_when_tired(worker, job):
        return
    if (now - job.created_at).total_seconds() > worker.settings.pending_seconds:
        fail_export(worker, job, GAVE_UP, error_type="PendingTooLong", owner=job.lease_owner)
        return
    # Sent first: a message too many does no harm, a job put off for one that was never sent waits for nothing.
    worker.send(message_for(job.shop, job.id, Step.START))
    worker.store.update(job, retried(job, now=now, seconds=worker.settings.lease_seconds))
    log.warning("export recovered", extra={"attempts": job.attempts})


def tell(worker: Worker, job: ExportFile) -> None:
    """News that could not be told for as long as the file was kept are news no more: retention comes first."""
    if job.expires_at <= worker.clock.now():
        expire(worker, job)
    else:
        conclude(worker, job)


def expire(worker: Worker, job: ExportFile) -> None:
    """DELETED first, so that nobody is sent to a file that is gone; then the objects."""
    transition = delete(job, now=worker.clock.now())
    worker.store.save(transition)
    clear(worker, transition.after)
    log.info("export expired")


def _run(worker: Worker, duties: Mapping[DueFor, Act]) -> int:
    """Do each duty; the line it ends with shows that the schedule is alive, and how many jobs it could not help."""
    outcomes = [helped for due_for, act in duties.items() for helped in _each(worker, due_for, act)]
    log.info(
        "schedule ran",
        extra={"helped": outcomes.count(True), "exports_stuck": outcomes.count(False)},
    )
    return outcomes.count(True)


def _each(worker: Worker, due_for: DueFor, act: Act) -> Iterator[bool]:
    """Act on every job that is due; one that cannot be helped now does not keep the others waiting.

    Yields for each whether it was helped.
    """
    now, acted = worker.clock.now(), 0
    for shop, export_id in worker.store.find_due(due_for, now, JOBS_LOOKED_AT):
        if acted == JOBS_PER_RUN:
            return
        with about(shop=shop, export_id=export_id):
            try:
                job = worker.store.find(shop, export_id)
                if (
                    job is not None
                    and job.due_for is due_for
                    and job.due_at is not None
                    and job.due_at <= now
                ):
                    acted += 1
                    _act(worker, job, act)
                    yield True
            except Conflict:
                log.info("another worker was faster")
            except WaybillError as error:
                log.warning("still due", extra={"reason": str(error)})
                yield False
            except Exception:  # noqa: BLE001 - one job that nobody can read must not keep all others waiting
                log.exception("still due")
                yield False


def _act(worker: Worker, job: ExportFile, act: Act) -> None:
    """Act; a job that cannot be helped now is postponed, or the first ones of a run would be the same for ever."""
    try:
        with about_export(job):
            act(worker, job)
    except Conflict:
        raise
    except Exception:
        with suppress(WaybillError):
            postpone(worker, job)
        raise


def postpone(worker: Worker, job: ExportFile) -> None:
    """Let others have their turn first, unless the job has moved on although it was said that it did not."""
    stored = worker.store.get(job.shop, job.id)
    if (stored.due_for, stored.due_at) == (job.due_for, job.due_at):
        later = postponed(stored, now=worker.clock.now(), seconds=worker.settings.lease_seconds)
        worker.store.update(stored, later)
