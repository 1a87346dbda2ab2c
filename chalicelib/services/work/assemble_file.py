"""The last step of an export in segments: compose the file, and check that it is complete."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from typing import Final

from chalicelib.domain.export_file import ExportFile, FileResult
from chalicelib.domain.segment import SegmentResult
from chalicelib.errors import ExportFailed, NotFound
from chalicelib.formats.checksum import Checksum
from chalicelib.formats.row_format import Extent, PackedSegment
from chalicelib.rendering.exporter import Exporter
from chalicelib.services.work.fail_export import fail_after_last_attempt, failing
from chalicelib.services.work.file_notes import notes_of
from chalicelib.services.work.finish_export import final_key, finish_job
from chalicelib.services.work.limit_rows import check_rows
from chalicelib.services.work.start_export import claim_export
from chalicelib.services.work.worker import Worker
from chalicelib.words.text import say

CHANGED: Final = say("The columns changed while the export ran. Please export again.")
UPDATED: Final = say("The service was updated while the export ran. Please export again.")
MISSING: Final = say("A part of the file is missing. Please export again.")
DAMAGED: Final = say("A part of the file was damaged in the store. Please export again.")


def assemble_file(worker: Worker, job: ExportFile) -> None:
    """Compose the file and finish the job, under a lease: of two deliveries one assembles."""
    if not fail_after_last_attempt(worker, job):
        job = claim_export(worker, job)
        with failing(worker, job, owner=job.lease_owner):
            _assemble(worker, job)


def _all_segments(worker: Worker, job: ExportFile) -> tuple[SegmentResult, ...]:
    """Return the recorded segments; ExportFailed unless all are there, with all rows."""
    segments = worker.store.find_segments(job)
    # A file that lacks rows is the worst defect: both counts must fit before a byte is composed.
    numbers = [segment.number for segment in segments]
    rows = sum(segment.row_count for segment in segments)
    if numbers != list(range(job.segments_total or 0)) or rows != (job.row_count or 0):
        raise ExportFailed(MISSING)
    return segments


def _check_segments(exporter: Exporter, segments: Sequence[SegmentResult]) -> None:
    """Raise ExportFailed if segments cannot stand in one file.

    An update of Waybill may change how a format packs its rows; an attribute may have been renamed.
    """
    if any(segment.format_version != exporter.row_format.version for segment in segments):
        raise ExportFailed(UPDATED)
    if any(segment.head_crc32 not in (None, exporter.head_crc32) for segment in segments):
        raise ExportFailed(CHANGED)


def _compose(
    worker: Worker, job: ExportFile, exporter: Exporter, segments: Sequence[SegmentResult], key: str
) -> int:
    """Write the file and return its size. The store copies the segments if the format allows it."""
    try:
        if exporter.concatenable:
            tail = exporter.tail(_packed(worker, one) for one in segments)
            return worker.files.concatenate(
                key, exporter.head, segments, tail=tail, content_type=exporter.content_type
            )
        chunks = exporter.finish(
            _read_all(worker, segments),
            extent=_extent_of(segments),
            notes=notes_of(job, worker.source),
        )
        return worker.files.write(key, chunks, content_type=exporter.content_type)
    except NotFound as error:
        raise ExportFailed(MISSING) from error


def _packed(worker: Worker, segment: SegmentResult) -> PackedSegment:
    return PackedSegment(
        rows=Checksum(segment.raw_bytes, segment.raw_crc32),
        size_bytes=segment.size_bytes,
        read_end=lambda size: worker.files.read_end(segment.file_key, size),
    )


def _extent_of(segments: Sequence[SegmentResult]) -> Extent:
    return Extent(
        row_count=sum(segment.row_count for segment in segments),
        size_bytes=sum(segment.raw_bytes for segment in segments),
    )


def _assemble(worker: Worker, job: ExportFile) -> None:
    segments = _all_segments(worker, job)
    exporter = worker.exporter_of(job)
    _check_segments(exporter, segments)
    rows = job.row_count or 0
    check_rows(worker, exporter, rows)
    key = final_key(worker, job)
    size = _compose(worker, job, exporter, segments, key)
    finish_job(worker, job, FileResult(file_key=key, size_bytes=size, row_count=rows))


def _read_all(worker: Worker, segments: Sequence[SegmentResult]) -> Iterator[bytes]:
    for segment in segments:
        crc32 = 0
        for chunk in worker.files.read(segment.file_key):
            crc32 = zlib.crc32(chunk, crc32)
            yield chunk
        if crc32 != segment.crc32:
            raise ExportFailed(DAMAGED)
