"""From an accepted request and pages of documents to the bytes of rows: the heart of the export path."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec

from chalicelib.catalog.dictionaries import Dictionaries
from chalicelib.domain.ports import CatalogSource
from chalicelib.domain.request import ExportRequest, FileType, Scope
from chalicelib.errors import ExportFailed
from chalicelib.exports.columns import headers_of
from chalicelib.exports.export_type import Predicate, SortKey
from chalicelib.exports.registry import EXPORT_TYPES
from chalicelib.formats import csv_format, xlsx_format
from chalicelib.formats.gzip_member import gzip_member
from chalicelib.formats.xlsx_workbook import write_workbook
from chalicelib.rendering.row_compiler import RowMaker, compile_rows

# Saleor orders gift cards and voucher codes within batches of this many records.
RECORDS_PER_BATCH: Final = 1_000
CHUNK_BYTES: Final = 1 << 20
_decode: Final = msgspec.json.Decoder().decode

Pages = Iterable[list[bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exporter:
    """One request made ready to render.

    `kind` is where its records are, `numbers` the sorted record numbers of scope IDS (None: whole buckets), `head` what
    begins the rows of a file. A `concatenable` file is its head and its segments' bytes put together; any other is made
    of them by `finish`. In a `gzipped` file head and segments are members of their own.
    """

    kind: str
    numbers: tuple[int, ...] | None
    head: bytes
    content_type: str
    concatenable: bool
    gzipped: bool
    make_rows: RowMaker
    predicate: Predicate | None
    sort_key: SortKey | None

    @property
    def head_crc32(self) -> int:
        """Tells whether two exporters have the same columns: the catalogue may be loaded while an export runs."""
        return zlib.crc32(self.head)

    @property
    def whole(self) -> bool:
        """Whether it needs documents with what only filters look at."""
        return self.predicate is not None

    def render(self, pages: Pages) -> RenderedRows:
        """The rows of these pages of documents."""
        return RenderedRows(self, pages)

    def finish(self, chunks: Iterable[bytes], *, size_bytes: int | None = None) -> Iterator[bytes]:
        """The whole file from the rows of all segments, in chunks. `size_bytes` is the size of the rows, if known."""
        if self.concatenable:
            yield self.head
            yield from chunks
        else:
            yield from write_workbook(self.head, chunks, size_bytes=size_bytes)


class RenderedRows:
    """The bytes of rows as they are stored, in chunks. Counts and checksum are right once they have been read."""

    def __init__(self, exporter: Exporter, pages: Pages) -> None:
        self._exporter = exporter
        self._pages = pages
        self.record_count = 0
        self.row_count = 0
        self.size_bytes = 0
        self.crc32 = 0

    def __iter__(self) -> Iterator[bytes]:
        chunks = self._chunks()
        for chunk in gzip_member(chunks) if self._exporter.gzipped else chunks:
            self.size_bytes += len(chunk)
            self.crc32 = zlib.crc32(chunk, self.crc32)
            yield chunk

    def _chunks(self) -> Iterator[bytes]:
        make_rows = self._exporter.make_rows
        rows: list[bytes] = []
        size = 0
        for documents in self._batches():
            for document in documents:
                made = make_rows(document)
                self.row_count += len(made)
                # Encoded by record: one emoji makes the whole text that it stands in four bytes wide.
                encoded = "".join(made).encode("utf-8", "replace")
                size += len(encoded)
                rows.append(encoded)
                if size > CHUNK_BYTES:
                    yield b"".join(rows)
                    rows, size = [], 0
        if rows:
            yield b"".join(rows)

    def _batches(self) -> Iterator[Sequence[bytes]]:
        """The documents admitted: page by page, or in sorted batches where the export type has an order of its own."""
        key = self._exporter.sort_key
        if key is None:
            yield from self._admitted()
            return
        waiting: list[bytes] = []
        for documents in self._admitted():
            waiting += documents
            while len(waiting) >= RECORDS_PER_BATCH:
                yield sorted(
                    waiting[:RECORDS_PER_BATCH], key=lambda document: key(_decode(document))
                )
                del waiting[:RECORDS_PER_BATCH]
        yield sorted(waiting, key=lambda document: key(_decode(document)))

    def _admitted(self) -> Iterator[list[bytes]]:
        admits = self._exporter.predicate
        for page in self._pages:
            self.record_count += len(page)
            yield (
                page
                if admits is None
                else [document for document in page if admits(_decode(document))]
            )


def prepare(request: ExportRequest, source: CatalogSource, shop: str, now: datetime) -> Exporter:
    """The exporter of a request; `now` decides what is published or expired. ExportFailed: it can have no such file."""
    export_type = EXPORT_TYPES[request.export_type]
    dictionaries = Dictionaries(source, shop)
    columns = export_type.columns(request, dictionaries)
    if request.file_type is FileType.XLSX and len(columns) > xlsx_format.MAX_COLUMNS:
        raise ExportFailed(
            f"A spreadsheet holds {xlsx_format.MAX_COLUMNS:,} columns. Ask for fewer, or for CSV."
        )
    row_format = FORMATS[request.file_type](request)
    head = row_format.head(headers_of(columns))
    return Exporter(
        kind=export_type.kind(request),
        numbers=_numbers(request, export_type.number) if request.scope is Scope.IDS else None,
        head=b"".join(gzip_member([head])) if request.is_gzipped else head,
        content_type=request.content_type,
        concatenable=request.file_type is FileType.CSV,
        gzipped=request.is_gzipped,
        make_rows=compile_rows(columns, row_format, export_type.rows_key),
        predicate=export_type.predicate(request, dictionaries, now),
        sort_key=export_type.sort_key,
    )


def _numbers(request: ExportRequest, number: Callable[[str], int]) -> tuple[int, ...]:
    return tuple(sorted({number(global_id) for global_id in request.ids}))


FORMATS: Final[
    dict[FileType, Callable[[ExportRequest], csv_format.CsvFormat | xlsx_format.XlsxFormat]]
] = {
    FileType.CSV: lambda request: csv_format.CsvFormat(request.formulas),
    FileType.XLSX: lambda request: xlsx_format.XlsxFormat(),
}
