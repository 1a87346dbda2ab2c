"""Delete the files of exports that have passed their retention."""

from __future__ import annotations

from typing import Final

from chalicelib.domain.export_file import DueFor, ExportFile
from chalicelib.domain.transitions import delete
from chalicelib.services.work.remove_objects import remove_due_objects
from chalicelib.services.work.schedule import Duty, run_duties
from chalicelib.services.work.worker import Worker, log

# The function has 300 s; what is left is for the last job and its slowest calls.
EXPIRY_SECONDS: Final = 200


def expire_exports(worker: Worker) -> int:
    """Delete the files that are due, as many as the time allows; return how many that were."""
    began_at = worker.now
    expired = 0
    left: float = EXPIRY_SECONDS
    # A run of the schedule reads MAX_DUE_JOBS; a day with more exports than that needs several.
    while left > 0 and (helped := run_duties(worker, Duty(DueFor.EXPIRY, expire, left))):
        expired += helped
        left = EXPIRY_SECONDS - (worker.now - began_at).total_seconds()
    return expired


def expire(worker: Worker, job: ExportFile) -> None:
    """Store DELETED first, so that no link leads to a missing file; then remove the objects."""
    transition = delete(job, now=worker.now)
    worker.store.save(transition)
    log.info("export expired")
    remove_due_objects(worker, transition.after)
