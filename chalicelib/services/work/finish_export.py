"""End an export that succeeds: store the file, then the SUCCESS, then notify."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace

from chalicelib.domain.export_file import ExportFile, FileResult
from chalicelib.domain.transitions import Transition, succeed
from chalicelib.errors import Conflict
from chalicelib.memory import peak_memory_bytes
from chalicelib.rendering.exporter import Exporter
from chalicelib.rendering.rendered_rows import RenderedRows
from chalicelib.services.work.file_notes import notes_of, read_note
from chalicelib.services.work.remove_objects import try_to_remove_objects
from chalicelib.services.work.send_notifications import claimed_by, try_to_notify
from chalicelib.services.work.worker import Worker, log


def finish_export(worker: Worker, job: ExportFile, exporter: Exporter, rows: RenderedRows) -> None:
    """Write the whole file from rows that are rendered while it is written, and finish the job."""
    key = final_key(worker, job)
    digest = hashlib.sha256()
    chunks = hashed(exporter.finish(rows, notes=notes_of(job, worker.source)), digest)
    size = worker.files.write(key, chunks, content_type=exporter.content_type)
    result = FileResult(
        file_key=key, size_bytes=size, row_count=rows.row_count, sha256=digest.hexdigest()
    )
    finish_job(worker, job, result)


def finish_job(worker: Worker, job: ExportFile, result: FileResult) -> None:
    """Store SUCCESS with its event, remove leftovers, notify; Conflict if the lease is lost."""
    end = succeed(job, result, now=worker.now, message=read_note(job))
    # One write stores the end and claims the notifications.
    transition = replace(end, after=claimed_by(worker, end.after))
    _save(worker, transition, result)
    _log_success(job, transition.after)
    if transition.after.may_leave_objects:
        try_to_remove_objects(worker, transition.after)
    try_to_notify(worker, transition.after, is_claimed=True)


def final_key(worker: Worker, job: ExportFile) -> str:
    """Return a key that only this attempt uses; it ends with the file's name."""
    return f"{job.prefix}{worker.new_token()}/{job.file_name}"


def hashed(chunks: Iterable[bytes], digest: hashlib._Hash) -> Iterator[bytes]:
    """Yield the chunks and add each to the digest."""
    for chunk in chunks:
        digest.update(chunk)
        yield chunk


def _save(worker: Worker, transition: Transition, result: FileResult) -> None:
    """Store the SUCCESS; after a Conflict remove the file, unless the stored job points to it."""
    try:
        worker.store.save(transition)
    except Conflict:
        # The answer to an earlier attempt of the same write may have been lost.
        stored = worker.store.find(transition.before.shop, transition.before.id)
        if stored is None or stored.file_key != result.file_key:
            worker.files.remove([result.file_key])
        raise


def _log_success(job: ExportFile, done: ExportFile) -> None:
    measured = {
        "rows": done.row_count,
        "bytes": done.file_size_bytes,
        "segments": job.segments_total or 0,
        "seconds": (done.updated_at - job.created_at).total_seconds(),
        "memory_bytes": peak_memory_bytes(),
    }
    log.info("export succeeded", extra=measured)
