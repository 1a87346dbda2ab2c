"""Preview an export: its header, its first rows and its size, with bounded work."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final

from chalicelib.domain.block import Page
from chalicelib.domain.file_options import Encoding
from chalicelib.domain.request import Compression, ExportRequest, Formulas
from chalicelib.domain.requestor import Requestor
from chalicelib.domain.segment import Bucket
from chalicelib.errors import ExportFailed, RequestRefused
from chalicelib.exports.export_type import ExportType
from chalicelib.formats.file_sizes import estimate_bytes
from chalicelib.formats.registry import format_of
from chalicelib.rendering.exporter import Exporter, check_width, prepare
from chalicelib.rendering.rendered_rows import RECORDS_PER_BATCH
from chalicelib.rendering.short_lists import short_lists
from chalicelib.services.requests.api_service import ApiService
from chalicelib.services.requests.limit_uses import Use, count_use
from chalicelib.services.requests.request_export import check_permission
from chalicelib.words.masks import mask

# Python's reader of CSV refuses cells above 131,072 characters; a description can be longer.
csv.field_size_limit(sys.maxsize)

MAX_PREVIEW_ROWS: Final = 50
# The gateway ends a request after 29 seconds, and a person who edits a file waits for two.
MAX_PREVIEW_RECORDS: Final = 5_000
PREVIEW_SECONDS: Final = 2
RECORDS_PER_CHECK: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The start of an export.

    `rows` are the cells of the first rows as the file will have them; of a secret cell only the
    last four characters. `records` and `row_count` are lower bounds unless `is_exact`. `size_bytes`
    is an estimate.
    """

    headers: Sequence[str]
    rows: Sequence[Sequence[str]]
    records: int
    row_count: int
    size_bytes: int
    is_exact: bool


@dataclass(slots=True)
class _Scan:
    """The counts so far: admitted records, their rows and the size of these as CSV."""

    limit: int
    until: datetime
    read: int = 0
    records: int = 0
    row_count: int = 0
    csv_bytes: int = 0
    is_complete: bool = False

    @property
    def row_bytes(self) -> float:
        """Return the average size of a row as CSV, 0 without rows."""
        # The first rows stand for all: reading the rest would be the export itself.
        return self.csv_bytes / self.row_count if self.row_count else 0


def preview_export(
    service: ApiService,
    requestor: Requestor,
    export_type: ExportType,
    request: ExportRequest,
    first: int,
) -> Preview:
    """Return the header, the first rows and the counts of an export that is not created.

    PermissionDenied without the type's permission, RateReached after too many previews,
    RequestRefused if the file cannot have these columns. The work is bounded: MAX_PREVIEW_RECORDS
    records and about PREVIEW_SECONDS.
    """
    check_permission(requestor, export_type)
    count_use(service, requestor, Use.PREVIEW)
    exporter = _prepare(service, requestor, request)
    buckets = service.source.find_buckets(requestor.shop, exporter.kind)
    counted = exporter.count_rows(buckets)
    scan = _Scan(
        limit=MAX_PREVIEW_RECORDS if counted is None else _records_for(first, exporter),
        until=service.clock.now() + timedelta(seconds=PREVIEW_SECONDS),
    )
    pages = _read(service, requestor.shop, exporter, buckets)
    lines = _first_lines(exporter, _limited(service, pages, scan), scan, first)
    rows = list(islice(csv.reader(lines, delimiter=request.csv.delimiter.character), first))
    row_count = scan.row_count if counted is None else counted
    return Preview(
        headers=exporter.headers,
        rows=[_masked(row, exporter) for row in rows],
        records=scan.records if counted is None else sum(one.records for one in buckets),
        row_count=row_count,
        size_bytes=estimate_bytes(format_of(request), exporter.headers, scan.row_bytes, row_count),
        is_exact=counted is not None or scan.is_complete,
    )


def _as_csv(request: ExportRequest) -> ExportRequest:
    """Return the request for a CSV file whose cells are those of the file that was asked for."""
    # Formulas run in CSV only, so the other formats leave texts as they are.
    return replace(
        request,
        file_type="CSV",
        compression=Compression.NONE,
        csv=replace(request.csv, bom=False, encoding=Encoding.UTF_8),
        formulas=request.formulas if request.file_type == "CSV" else Formulas.RAW,
    )


def _prepare(service: ApiService, requestor: Requestor, request: ExportRequest) -> Exporter:
    try:
        now, as_csv = service.clock.now(), _as_csv(request)
        exporter = prepare(as_csv, service.source, requestor.shop, now, requestor.language)
        check_width(format_of(request), exporter.columns)
    except ExportFailed as failed:
        raise RequestRefused(failed.message) from failed
    return exporter


def _records_for(rows: int, exporter: Exporter) -> int:
    """Return how many records have the first rows: a record has one at least."""
    return RECORDS_PER_BATCH if exporter.order else rows


def _read(
    service: ApiService, shop: str, exporter: Exporter, buckets: Sequence[Bucket]
) -> Iterator[list[bytes]]:
    needed: dict[str, Any] = {"depth": exporter.depth, "since": exporter.since}
    if exporter.numbers is not None:
        yield from service.source.read_numbers(shop, exporter.kind, exporter.numbers, **needed)
        return
    # Bucket by bucket: the source reads ahead within one call.
    for bucket in buckets:
        yield from service.source.read_buckets(shop, exporter.kind, [bucket], **needed)


def _limited(
    service: ApiService, pages: Iterable[list[bytes]], scan: _Scan
) -> Iterator[Sequence[bytes]]:
    """Yield documents in short lists until the limit or the deadline of the scan."""
    for documents in short_lists(pages, RECORDS_PER_CHECK):
        if service.clock.now() >= scan.until:
            return
        admitted = documents[: scan.limit - scan.read]
        scan.read += len(admitted)
        yield admitted
        if len(admitted) < len(documents):
            return
    scan.is_complete = True


def _first_lines(exporter: Exporter, pages: Iterable[Page], scan: _Scan, first: int) -> io.StringIO:
    """Return the first rows, at least `first` of them if there are so many; count all pages."""
    rendered = exporter.render(pages)
    kept = b""
    for chunk in rendered:
        scan.csv_bytes += len(chunk)
        if scan.row_count < first:
            kept += chunk
        scan.row_count = rendered.row_count
    scan.records = rendered.admitted_count
    # Not `splitlines`: a cell may hold a line separator that CSV does not end a row at.
    return io.StringIO(kept.decode(), newline="")


def _masked(row: Sequence[str], exporter: Exporter) -> list[str]:
    return [
        mask(cell) if column.is_secret else cell
        for cell, column in zip(row, exporter.columns, strict=True)
    ]
