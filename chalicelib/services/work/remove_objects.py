"""No object without an owner: what an export leaves in the file store is removed."""

from __future__ import annotations

from chalicelib.domain.export_file import DueFor, ExportFile, cleared
from chalicelib.errors import WaybillError
from chalicelib.services.work.worker import Worker, log


def remove_objects(worker: Worker, job: ExportFile) -> None:
    """Everything below the job's prefix but the file it points to; Unavailable when that was not possible."""
    worker.files.abort_uploads(job.prefix)
    worker.files.remove(key for key in worker.files.find_keys(job.prefix) if key != job.file_key)


def clear(worker: Worker, job: ExportFile) -> None:
    """Remove what an ended job leaves; it stays due until that has worked. Nothing for a job that is not due for it."""
    if job.due_for is DueFor.CLEARING:
        remove_objects(worker, job)
        worker.store.update(
            job, cleared(job, now=worker.clock.now(), seconds=worker.settings.lease_seconds)
        )


def remove_leftovers(worker: Worker, job: ExportFile) -> None:
    """`remove_objects` when it works; otherwise the schedule does it."""
    try:
        remove_objects(worker, job)
    except WaybillError as error:
        log.warning(
            "leftovers are left to the schedule", extra={"export_id": job.id, "reason": str(error)}
        )
