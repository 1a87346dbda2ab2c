"""The end of a successful export: the file is stored, then the job says so, then others are told."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from chalicelib.domain.export_file import ExportFile, FileResult, succeed
from chalicelib.errors import Conflict
from chalicelib.memory import peak_memory_bytes
from chalicelib.rendering.exporter import Exporter, RenderedRows
from chalicelib.services.work.notify import try_to_notify
from chalicelib.services.work.remove_objects import remove_leftovers
from chalicelib.services.work.worker import Worker, log


def finish_export(worker: Worker, job: ExportFile, exporter: Exporter, rows: RenderedRows) -> None:
    """Write the whole file from rows that are rendered meanwhile, and finish the job with it."""
    key = final_key(worker, job)
    digest = hashlib.sha256()
    chunks = hashed(exporter.finish(rows), digest)
    size = worker.files.write(key, chunks, content_type=exporter.content_type)
    finish_job(
        worker,
        job,
        FileResult(
            file_key=key, size_bytes=size, row_count=rows.row_count, sha256=digest.hexdigest()
        ),
    )


def finish_job(worker: Worker, job: ExportFile, result: FileResult) -> None:
    """SUCCESS with its event in one transaction; the file of a job that was lost meanwhile is removed again."""
    transition = succeed(job, result, now=worker.clock.now())
    try:
        worker.store.save(transition)
    except Conflict:
        stored = worker.store.find(job.shop, job.id)
        if stored is None or stored.file_key != result.file_key:
            worker.files.remove([result.file_key])
        raise
    log.info(
        "export succeeded",
        extra={
            "rows": result.row_count,
            "bytes": result.size_bytes,
            "segments": job.segments_total or 0,
            "seconds": (transition.after.updated_at - job.created_at).total_seconds(),
            "memory_bytes": peak_memory_bytes(),
        },
    )
    if transition.after.may_leave_objects:
        remove_leftovers(worker, transition.after)
    try_to_notify(worker, transition.after)


def final_key(worker: Worker, job: ExportFile) -> str:
    """A key of this attempt alone, that ends with the file's name."""
    return f"{job.prefix}{worker.new_token()}/{job.file_name}"


def hashed(chunks: Iterable[bytes], digest: hashlib._Hash) -> Iterator[bytes]:
    for chunk in chunks:
        digest.update(chunk)
        yield chunk
