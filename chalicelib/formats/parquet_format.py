"""Parquet, written as a stream of row groups. See ADR 31.

A worker writes rows as texts between separators, like those of CSV, and turns them into columns
chunk by chunk. A segment is its row groups and a list of them. The store joins segments by copying
them; the lists stay between them, where no reader looks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from chalicelib.errors import RequestRefused
from chalicelib.formats.cells import CellKind, CellSpec
from chalicelib.formats.column_writers import WriteColumn, joined
from chalicelib.formats.parquet_columns import ColumnPages, WrittenColumn
from chalicelib.formats.parquet_footer import MAGIC, RowGroup, footer, read_list, written_list
from chalicelib.formats.parquet_types import PARQUET_TYPES
from chalicelib.formats.row_format import (
    NO_NOTES,
    Extent,
    Notes,
    PackedSegment,
    RowFormat,
    WriteRun,
)
from chalicelib.words.text import say

SEPARATOR: Final = "\x1f"
_ESCAPE: Final = "\x1a"
# The order matters: an escape is the last one that is read.
_ESCAPES: Final = {_ESCAPE: f"{_ESCAPE}E", SEPARATOR: f"{_ESCAPE}S"}
# Memory holds a row group. A larger one is read quicker.
MAX_GROUP_BYTES: Final = 8 << 20
MAX_ROWS_PER_GROUP: Final = 1 << 17


class ParquetFormat:
    """Parquet files with these columns."""

    separator = SEPARATOR
    row_start = ""
    row_end = SEPARATOR
    encoding = "utf-8"
    content_type = "application/vnd.apache.parquet"
    file_extension = "parquet"
    max_columns: int | None = None
    concatenable = True
    version = 1
    headers_differ = True

    def __init__(self, cells: Sequence[CellSpec] = ()) -> None:
        self._kinds = [PARQUET_TYPES[cell.sure_type] for cell in cells]

    def for_cells(self, cells: Sequence[CellSpec]) -> RowFormat:
        """Return the format with the types of these columns."""
        return ParquetFormat(cells)

    def writer(self, cells: Sequence[CellSpec]) -> WriteRun:
        """Return a function that writes cells as texts between separators."""
        return joined(SEPARATOR.join, [_column_writer(cell) for cell in cells])

    def head(self, headers: Sequence[str]) -> bytes:
        """Return the four bytes that every Parquet file begins with."""
        return MAGIC

    def pack(self, rows: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the row groups of a segment, and the list of them."""
        groups: list[RowGroup] = []
        yield from self._packed(rows, groups)
        yield written_list(groups)

    def tail(self, headers: Sequence[str], segments: Iterable[PackedSegment]) -> bytes:
        """Return the footer, with the place of every page in the file."""
        place, placed = len(MAGIC), []
        for segment in segments:
            placed.append((place, read_list(segment.read_end)))
            place += segment.size_bytes
        return footer(headers, self._kinds, placed)

    def finish(
        self,
        headers: Sequence[str],
        rows: Iterable[bytes],
        *,
        extent: Extent | None = None,
        notes: Notes = NO_NOTES,
    ) -> Iterator[bytes]:
        """Yield a file of one segment."""
        groups: list[RowGroup] = []
        yield MAGIC
        yield from self._packed(rows, groups)
        yield footer(headers, self._kinds, [(len(MAGIC), groups)])

    def gzipped(self) -> RowFormat:
        """Refuse: pages are compressed already."""
        raise RequestRefused(
            say("A Parquet file is compressed already. Leave `compression` out."),
            field="compression",
        )

    def _packed(self, chunks: Iterable[bytes], groups: list[RowGroup]) -> Iterator[bytes]:
        """Yield row groups, and add each to `groups`."""
        columns, rows = self._columns(), 0
        for chunk in chunks:
            rows += _add(columns, chunk)
            held = sum(column.held_bytes for column in columns)
            if held >= MAX_GROUP_BYTES or rows >= MAX_ROWS_PER_GROUP:
                yield from _taken(columns, rows, groups)
                columns, rows = self._columns(), 0
        if rows:
            yield from _taken(columns, rows, groups)

    def _columns(self) -> list[ColumnPages]:
        return [ColumnPages(kind) for kind in self._kinds]


def _add(columns: Sequence[ColumnPages], chunk: bytes) -> int:
    """Add the cells of whole rows to the columns, and return the number of rows."""
    cells = chunk.split(SEPARATOR.encode())
    # Nothing stands behind the last separator.
    cells.pop()
    if _ESCAPE.encode() in chunk:
        cells = list(map(_unescaped, cells))
    for place, column in enumerate(columns):
        column.add(cells[place :: len(columns)])
    return len(cells) // len(columns)


def _taken(columns: Sequence[ColumnPages], rows: int, groups: list[RowGroup]) -> Iterator[bytes]:
    written: list[WrittenColumn] = []
    for column in columns:
        described, pages = column.take()
        written.append(described)
        yield b"".join(pages)
    groups.append((rows, written))


def _column_writer(cell: CellSpec) -> WriteColumn | None:
    return None if cell.kind is CellKind.NUMBER else _without_separators


def _without_separators(texts: Sequence[str]) -> Sequence[str]:
    """Return the texts of a column with an escape for each separator in them."""
    together = "".join(texts)
    # Both characters are rare in texts, and searching a column takes little time.
    if SEPARATOR in together or _ESCAPE in together:
        return list(map(_escaped, texts))
    return texts


def _escaped(text: str) -> str:
    for character, written in _ESCAPES.items():
        text = text.replace(character, written)
    return text


def _unescaped(cell: bytes) -> bytes:
    for character, written in reversed(_ESCAPES.items()):
        cell = cell.replace(written.encode(), character.encode())
    return cell
