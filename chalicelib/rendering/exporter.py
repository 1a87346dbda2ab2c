"""From an accepted request to an exporter, which makes bytes of rows from documents."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from chalicelib.catalog.dictionaries import Dictionaries
from chalicelib.domain.block import Block, Page
from chalicelib.domain.catalog_ports import CatalogSource
from chalicelib.domain.depth import Depth
from chalicelib.domain.request import ExportRequest, Scope
from chalicelib.domain.segment import Bucket
from chalicelib.errors import ExportFailed
from chalicelib.exports.columns import Column, headers_of, read_facts, with_different_headers
from chalicelib.exports.export_type import Order, Predicate
from chalicelib.exports.registry import EXPORT_TYPES
from chalicelib.formats.registry import format_of
from chalicelib.formats.row_format import NO_NOTES, Extent, Notes, PackedSegment, RowFormat
from chalicelib.rendering.block_rows import compile_block_rows, groups_of
from chalicelib.rendering.layouts import laid_out
from chalicelib.rendering.rendered_rows import Pages, RenderedRows
from chalicelib.rendering.row_compiler import compile_rows
from chalicelib.rendering.row_writer import cells_of
from chalicelib.rendering.rows import Rows
from chalicelib.rendering.rows_of_parts import find_rows_of_part
from chalicelib.words.text import ENGLISH, say


@dataclass(frozen=True, slots=True, kw_only=True)
class Exporter:
    """A request that is ready to be rendered.

    `kind` names the records in the catalogue. `numbers` are the sorted record numbers of scope IDS,
    None for whole buckets. `depth` is how much of each record to read, `groups` are those of the
    blocks that have all of the columns, and `since` is the oldest version of documents that has
    what columns and filter need. `predicate` and `order` read the
    `part` of a document, a type that msgspec decodes. `rows_of_part` makes rows of these parts
    alone, and is None if the columns need more. With `has_many_rows`, a record may have several
    rows.
    """

    kind: str
    numbers: tuple[int, ...] | None
    columns: Sequence[Column]
    row_format: RowFormat
    make_rows: Callable[[Any], Rows]
    predicate: Predicate | None
    order: Sequence[Order]
    part: Any = dict
    rows_of_part: Callable[[Sequence[Any]], Rows] | None = None
    since: int = 0
    depth: Depth = Depth.DOCUMENT
    groups: frozenset[str] = frozenset()
    has_many_rows: bool = False

    @property
    def headers(self) -> list[str]:
        """Return the headers of the columns, in file order."""
        return headers_of(self.columns)

    @property
    def head(self) -> bytes:
        """Return the bytes that the file begins with."""
        return self.row_format.head(self.headers)

    @property
    def head_crc32(self) -> int:
        """Return the checksum of the columns.

        A load may change the columns while an export runs, and segments with different columns
        cannot stand in one file.
        """
        # Formats whose headers are keys have no header row.
        has_headers = self.head and not self.row_format.headers_differ
        return zlib.crc32(self.head if has_headers else "\n".join(self.headers).encode())

    @property
    def content_type(self) -> str:
        """Return the content type of the file."""
        return self.row_format.content_type

    @property
    def concatenable(self) -> bool:
        """Return whether the file is its head, its packed segments and its tail in a row."""
        return self.row_format.concatenable

    def count_rows(self, buckets: Sequence[Bucket]) -> int | None:
        """Return the rows of these buckets by the directory; None if they must be read to count."""
        if self.predicate is not None or self.numbers is not None:
            return None
        records = sum(bucket.records for bucket in buckets)
        rows = sum(bucket.rows for bucket in buckets) if self.has_many_rows else records
        # A directory of an older version lacks the counts of rows.
        return rows if rows >= records else None

    def render(self, pages: Pages) -> RenderedRows:
        """Return the rows of these pages of documents."""
        return RenderedRows(
            pages,
            self.make_rows,
            predicate=self.predicate,
            order=self.order,
            part=self.part,
            rows_of_part=self.rows_of_part,
        )

    def pack(self, rows: Iterable[bytes]) -> Iterable[bytes]:
        """Yield the rows of a segment as the store keeps them."""
        return self.row_format.pack(rows)

    def tail(self, segments: Iterable[PackedSegment]) -> bytes:
        """Return the bytes that the file ends with."""
        return self.row_format.tail(self.headers, segments)

    def finish(
        self,
        rows: Iterable[bytes],
        *,
        extent: Extent | None = None,
        notes: Notes = NO_NOTES,
    ) -> Iterator[bytes]:
        """Yield the whole file around unpacked rows. `extent` is None if it is not known yet."""
        return self.row_format.finish(self.headers, rows, extent=extent, notes=notes)


def prepare(
    request: ExportRequest,
    source: CatalogSource,
    shop: str,
    now: datetime,
    language: str = ENGLISH,
) -> Exporter:
    """Return the exporter of a request. `now` decides which records are published or expired.

    Headers for people are in the language. ExportFailed if the format cannot hold the columns.
    """
    export_type = EXPORT_TYPES[request.export_type]
    dictionaries = Dictionaries(source, shop)
    row_format = format_of(request)
    columns = laid_out(export_type.columns(request, dictionaries), request, dictionaries, language)
    # People read two columns of one name as one, and two channels may have the same name.
    if row_format.headers_differ or request.layout.is_for_people:
        columns = with_different_headers(columns)
    # Before any record is read: a table that is too wide cannot become a file.
    check_width(row_format, columns)
    row_format, part = row_format.for_cells(cells_of(columns)), export_type.part(request)
    predicate = export_type.predicate(request, dictionaries, now)
    # Filters read facts, and facts of now are put into whole documents.
    needs_documents = predicate or request.is_live or not export_type.has_blocks
    return Exporter(
        kind=export_type.kind(request),
        numbers=_numbers(request, export_type.number) if request.scope is Scope.IDS else None,
        columns=columns,
        row_format=row_format,
        make_rows=_row_maker(columns, row_format, export_type.rows_key),
        predicate=predicate,
        order=export_type.order,
        part=part,
        rows_of_part=find_rows_of_part(columns, row_format, part),
        since=export_type.since(request, columns),
        depth=Depth.WHOLE if predicate or read_facts(columns) else Depth.DOCUMENT,
        groups=frozenset() if needs_documents else groups_of(columns),
        has_many_rows=export_type.rows_key is not None,
    )


def _row_maker(
    columns: Sequence[Column], row_format: RowFormat, rows_key: str | None
) -> Callable[[Any], Rows]:
    """Return the function from documents, or a block, to their rows."""
    # An export needs one of the two as a rule.
    of_documents = cache(lambda: compile_rows(columns, row_format, rows_key))
    of_block = cache(lambda: compile_block_rows(columns, row_format))

    def make_rows(page: Page) -> Rows:
        return of_block()(page) if isinstance(page, Block) else of_documents()(page)

    return make_rows


def check_width(row_format: RowFormat, columns: Sequence[Column]) -> None:
    """Raise ExportFailed if the format cannot hold so many columns."""
    limit = row_format.max_columns
    if limit is not None and len(columns) > limit:
        raise ExportFailed(
            say(
                "A file of this type holds at most {most:,} columns. "
                "Ask for fewer columns, or for a CSV file.",
                most=limit,
            )
        )


def _numbers(request: ExportRequest, number: Callable[[str], int]) -> tuple[int, ...]:
    return tuple(sorted({number(global_id) for global_id in request.ids}))
