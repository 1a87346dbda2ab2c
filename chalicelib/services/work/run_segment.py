"""One segment: read a range of the catalogue, render it, store it, record it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any, Final

from chalicelib.domain.block import Page
from chalicelib.domain.export_file import ExportFile, JobStatus
from chalicelib.domain.message import ExportMessage, Step
from chalicelib.domain.progress import SegmentProgress
from chalicelib.domain.request import Scope
from chalicelib.domain.segment import Bucket, Segment, SegmentClaim, SegmentResult
from chalicelib.errors import LeaseLost, SegmentAlreadyDone, Unavailable
from chalicelib.formats.checksum import CheckedBytes
from chalicelib.memory import peak_memory_bytes
from chalicelib.rendering.exporter import Exporter
from chalicelib.rendering.rendered_rows import RECORDS_AT_ONCE, RenderedRows
from chalicelib.rendering.short_lists import short_pages
from chalicelib.services.work.fail_export import fail_export, failing, gave_up
from chalicelib.services.work.limit_rows import check_rows
from chalicelib.services.work.note_attempts import note_interruption, noting_cause
from chalicelib.services.work.plan_export import buckets_of
from chalicelib.services.work.read_live_facts import with_facts_of_now
from chalicelib.services.work.take_turn import Turn, turn_of
from chalicelib.services.work.worker import Worker, log

# A read of the job costs half a unit; once a second it is lost among the reads of the catalogue.
WATCH_SECONDS: Final = 1
DOCUMENTS_PER_CHECK: Final = RECORDS_AT_ONCE
# A slow filter takes seconds for each document.
FILTERED_PER_CHECK: Final = 20


def run_segment(worker: Worker, job: ExportFile, segment: Segment) -> None:
    """Write the segment unless it is done. Who records the last one asks for the assembly."""
    if segment.number not in job.segments_done:
        message = ExportMessage.of(job, Step.SEGMENT, segment.number)
        with turn_of(worker, job, message) as turn:
            if turn is not None:
                job = _claim_and_write(worker, job, segment, turn)
    if job.status is JobStatus.PENDING and job.all_segments_done:
        worker.send(ExportMessage.of(job, Step.ASSEMBLE))


def _claim_and_write(worker: Worker, job: ExportFile, segment: Segment, turn: Turn) -> ExportFile:
    """Return the job with the segment done, or as it was if the job was failed."""
    claim = _claim_segment(worker, job, segment)
    with failing(worker, job, owner=None), noting_cause(worker, job, segment.number, claim):
        job = _write_and_record(worker, job, segment, turn)
    # Where `failing` has ended the job, nothing is recorded.
    return job  # noqa: RET504


def _claim_segment(worker: Worker, job: ExportFile, segment: Segment) -> SegmentClaim:
    """Return the claim of the segment, or fail the export if its attempts are used up.

    LeaseLost if another worker has claimed the segment, or the export has just been failed.
    """
    claim = worker.store.claim_segment(
        job,
        segment.number,
        owner=worker.new_token(),
        now=worker.now,
        until=worker.lease_end(),
    )
    note_interruption(worker, job, segment.number, claim)
    if claim.attempts > worker.settings.max_attempts:
        stored = worker.store.get(job.shop, job.id)
        fail_export(worker, job, gave_up(stored), error_type="TooManyAttempts")
        raise LeaseLost("The segment has used up its attempts.")
    return claim


def write_segment(
    worker: Worker, job: ExportFile, exporter: Exporter, segment: Segment
) -> SegmentResult:
    """Store the segment's rows as an object, and return what to record of it.

    Each attempt has its own key, so a late one does not overwrite the recorded object.
    """
    key = f"{job.prefix}segments/{segment.number:05d}-{worker.new_token()}"
    rows = render_segment(worker, job, exporter, segment)
    raw = CheckedBytes(rows)
    packed = CheckedBytes(exporter.pack(raw))
    worker.files.write(key, packed, content_type=exporter.content_type)
    return SegmentResult(
        number=segment.number,
        file_key=key,
        size_bytes=packed.checksum.size_bytes,
        row_count=rows.row_count,
        crc32=packed.checksum.crc32,
        head_crc32=exporter.head_crc32,
        raw_bytes=raw.checksum.size_bytes,
        raw_crc32=raw.checksum.crc32,
        format_version=exporter.row_format.version,
    )


def record(worker: Worker, job: ExportFile, result: SegmentResult) -> ExportFile:
    """Return the job with this segment done. Remove the object if another delivery was faster."""
    try:
        return worker.store.record_segment(job, result, due_at=worker.lease_end())
    except (SegmentAlreadyDone, LeaseLost):
        worker.files.remove([result.file_key])
        raise


def render_segment(
    worker: Worker, job: ExportFile, exporter: Exporter, segment: Segment
) -> RenderedRows:
    """Return the rows of a segment; they are rendered while they are read."""

    def report(records: int) -> None:
        # `rows` is the result below: its count grows while the rows are written.
        progress = SegmentProgress(number=segment.number, records=records, row_count=rows.row_count)
        _try_to_report(worker, job, progress)

    pages = _pages(worker, job, exporter, segment)
    rows = exporter.render(watched(worker, job, pages, report))
    return rows


def watched(
    worker: Worker,
    job: ExportFile,
    pages: Iterator[Page],
    report: Callable[[int], None],
) -> Iterator[Page]:
    """Yield short pages, and each second report how many were read.

    LeaseLost if the job has ended or has another owner.
    """
    checked_at, records = worker.now, 0
    is_filtered = job.request.scope is Scope.FILTER
    for page in short_pages(pages, FILTERED_PER_CHECK if is_filtered else DOCUMENTS_PER_CHECK):
        now = worker.now
        if (now - checked_at).total_seconds() >= WATCH_SECONDS:
            checked_at = now
            _check_lease(worker, job)
            report(records)
        yield page
        records += len(page)


def _write_and_record(worker: Worker, job: ExportFile, segment: Segment, turn: Turn) -> ExportFile:
    exporter = worker.exporter_of(job)
    check_rows(worker, exporter, job.row_count or 0)
    began_at = worker.now
    result = write_segment(worker, job, exporter, segment)
    # The next segment of the chain needs the slot.
    turn.end()
    # Before the record: if this worker dies between the two, the next one repeats the segment and
    # sends the message again. In the other order, the chain would wait for the schedule.
    _send_next(worker, job, segment)
    recorded = record(worker, job, result)
    _log_segment(result, (worker.now - began_at).total_seconds())
    return recorded


def _send_next(worker: Worker, job: ExportFile, segment: Segment) -> None:
    """Send a message for the next segment of this one's chain."""
    chains = worker.segments_in_flight(job)
    number = job.plan.next_missing(segment.number, job.segments_done, chains) if job.plan else None
    if number is not None:
        worker.send(ExportMessage.of(job, Step.SEGMENT, number))


def _log_segment(result: SegmentResult, seconds: float) -> None:
    measured = {
        "segment": result.number,
        "rows": result.row_count,
        "bytes": result.size_bytes,
        "segment_seconds": seconds,
        "memory_bytes": peak_memory_bytes(),
    }
    log.info("segment done", extra=measured)


def _pages(worker: Worker, job: ExportFile, exporter: Exporter, segment: Segment) -> Iterator[Page]:
    if exporter.groups and exporter.numbers is None:
        buckets = _buckets(worker, job, exporter, segment)
        return worker.source.read_blocks(
            job.shop, exporter.kind, buckets, exporter.groups, since=exporter.since
        )
    documents = _documents(worker, job, exporter, segment)
    if job.request.is_live:
        return with_facts_of_now(worker, job, exporter, documents)
    return documents


def _documents(
    worker: Worker, job: ExportFile, exporter: Exporter, segment: Segment
) -> Iterator[list[bytes]]:
    source, kind = worker.source, exporter.kind
    needed: dict[str, Any] = {"depth": exporter.depth, "since": exporter.since}
    if exporter.numbers is not None:
        numbers = exporter.numbers[segment.first : segment.last + 1]
        return source.read_numbers(job.shop, kind, numbers, **needed)
    buckets = _buckets(worker, job, exporter, segment)
    return source.read_buckets(job.shop, kind, buckets, **needed)


def _buckets(
    worker: Worker, job: ExportFile, exporter: Exporter, segment: Segment
) -> Sequence[Bucket]:
    if segment.bounds is not None:
        return [Bucket(segment.first, segment.records, bounds=segment.bounds)]
    # The worker that has planned the export knows the directory.
    found = job.plan.buckets if job.plan else None
    if found is None:
        within = (segment.first, segment.last)
        found = worker.source.find_buckets(job.shop, exporter.kind, within)
    return buckets_of(found, segment)


def _try_to_report(worker: Worker, job: ExportFile, progress: SegmentProgress) -> None:
    """Report progress to people who wait. No export fails because they do not hear of it."""
    chain = progress.number % worker.segments_in_flight(job)
    with suppress(Unavailable):
        worker.store.report_progress(job, chain, progress)


def _check_lease(worker: Worker, job: ExportFile) -> None:
    stored = worker.store.get(job.shop, job.id)
    if stored.status is not JobStatus.PENDING:
        raise LeaseLost(f"The export is {stored.status}.")
    if job.lease_owner is not None and stored.lease_owner != job.lease_owner:
        raise LeaseLost("Another worker has claimed the export.")
