"""One run of the schedule: act on every job that is due, within a time, whatever single jobs do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from chalicelib.domain.export_file import DueFor, ExportFile
from chalicelib.domain.lease import postponed
from chalicelib.errors import Conflict, WaybillError
from chalicelib.logs import about, about_export
from chalicelib.services.conflicts import giving_way
from chalicelib.services.work.worker import Worker, log

# A job that cannot be read stays due, before all others. More of them would hide the rest.
MAX_DUE_JOBS: Final = 1_000


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty of the schedule: its action on jobs that are due for `due_for`, within `seconds`.

    The seconds of all duties of a function fit its time-out: a slow one cannot starve the others.
    """

    due_for: DueFor
    act: Callable[[Worker, ExportFile], None]
    seconds: float


def run_duties(worker: Worker, *duties: Duty) -> int:
    """Do each duty; return how many jobs were helped. Raise the last error that stopped a duty."""
    outcomes: list[bool] = []
    failure = None
    for duty in duties:
        try:
            outcomes += _run(worker, duty)
        except WaybillError as error:
            failure = error
    if failure is not None:
        raise failure
    # An alarm watches that this line comes: it shows that the schedule works.
    helped = outcomes.count(True)
    log.info("schedule ran", extra={"helped": helped, "exports_stuck": outcomes.count(False)})
    return helped


def _run(worker: Worker, duty: Duty) -> Iterator[bool]:
    """Yield for each job that was due whether it was helped."""
    now = worker.now
    ends_at = now + timedelta(seconds=duty.seconds)
    for shop, export_id in worker.store.find_due(duty.due_for, now, MAX_DUE_JOBS):
        if worker.now >= ends_at:
            log.warning("duty ran out of time", extra={"due_for": duty.due_for.value})
            return
        # The job itself may be unreadable; the lines about it name it all the same.
        with about(shop=shop, export_id=export_id):
            helped = _help(worker, duty, shop, export_id, now)
        if helped is not None:
            yield helped


def _help(worker: Worker, duty: Duty, shop: str, export_id: str, now: datetime) -> bool | None:
    """Act on a job and return whether that helped; None if this worker has nothing to do."""
    helped: bool | None = None
    try:
        with giving_way():
            job = worker.store.find(shop, export_id)
            if job is not None and _is_due(job, duty.due_for, now):
                _act(worker, job, duty)
                helped = True
    except WaybillError as error:
        helped = False
        log.warning("still due", extra={"reason": str(error)})
    except Exception:  # noqa: BLE001 - one unreadable job must not keep all others waiting
        helped = False
        log.exception("still due")
    return helped


def _is_due(job: ExportFile, due_for: DueFor, now: datetime) -> bool:
    """Return whether the job is still due."""
    # The index is read with eventual consistency: it may name jobs that have moved on.
    return job.due_for is due_for and job.due_at is not None and job.due_at <= now


def _act(worker: Worker, job: ExportFile, duty: Duty) -> None:
    """Act. Postpone a job that cannot be helped now, or the next run would begin with it again."""
    try:
        with about_export(job):
            duty.act(worker, job)
    except Conflict:
        raise
    except Exception:
        with suppress(WaybillError):
            _postpone(worker, job)
        raise


def _postpone(worker: Worker, job: ExportFile) -> None:
    """Postpone the job unless another writer has changed since when it is due."""
    stored = worker.store.get(job.shop, job.id)
    if (stored.due_for, stored.due_at) == (job.due_for, job.due_at):
        later = postponed(stored, now=worker.now, seconds=worker.lease_seconds)
        worker.store.update(stored, later)
