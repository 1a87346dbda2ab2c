"""No object without an owner: what an export leaves in the file store is removed."""

from __future__ import annotations

from chalicelib.domain.export_file import ExportFile, JobStatus, cleared
from chalicelib.errors import WaybillError
from chalicelib.services.worker import Worker, log


def remove_objects(worker: Worker, job: ExportFile) -> None:
    """Everything below the job's prefix but the file it points to; Unavailable when that was not possible."""
    worker.files.abort_uploads(job.prefix)
    worker.files.remove(key for key in worker.files.find_keys(job.prefix) if key != job.file_key)


def clear(worker: Worker, job: ExportFile) -> None:
    """Remove the objects of a deleted job; it stays due until that has worked. Nothing for any other job."""
    if job.status is JobStatus.DELETED and job.due_for is not None:
        remove_objects(worker, job)
        worker.store.update(job, cleared(job))


def remove_leftovers(worker: Worker, job: ExportFile) -> None:
    """`remove_objects` when it works; otherwise the expiry does it."""
    try:
        remove_objects(worker, job)
    except WaybillError as error:
        log.warning("leftovers stay until the export expires", extra={"export_id": job.id, "reason": str(error)})
