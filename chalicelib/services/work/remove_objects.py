"""Remove the objects that an export leaves in the file store besides its file."""

from __future__ import annotations

from chalicelib.domain.export_file import DueFor, ExportFile
from chalicelib.domain.lease import objects_removed
from chalicelib.errors import WaybillError
from chalicelib.services.work.worker import Worker, log


def _remove_objects(worker: Worker, job: ExportFile) -> None:
    """Remove everything below the job's prefix except its file; Unavailable if that fails."""
    # No listing of objects shows the parts of an unfinished upload, but S3 charges for them.
    worker.files.abort_uploads(job.prefix)
    worker.files.remove(key for key in worker.files.find_keys(job.prefix) if key != job.file_key)


def remove_due_objects(worker: Worker, job: ExportFile) -> None:
    """Remove the objects of a job that is due for it; the job stays due until that succeeds."""
    if job.due_for is DueFor.REMOVAL:
        _remove_objects(worker, job)
        seconds = worker.lease_seconds
        worker.store.update(job, objects_removed(job, now=worker.now, seconds=seconds))


def try_to_remove_objects(worker: Worker, job: ExportFile) -> None:
    """Remove leftover objects; after a failure the schedule does it."""
    try:
        _remove_objects(worker, job)
    except WaybillError as error:
        log.warning("objects not removed yet", extra={"export_id": job.id, "reason": str(error)})
