"""XLSX (ECMA-376), written as a stream of rows. See ADR 5."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from chalicelib.errors import RequestRefused
from chalicelib.formats.cells import CellKind, CellSpec
from chalicelib.formats.column_writers import WriteColumn, joined
from chalicelib.formats.row_format import (
    NO_NOTES,
    Extent,
    Notes,
    PackedSegment,
    RowFormat,
    WriteRun,
)
from chalicelib.formats.xlsx_cells import (
    ROW_END,
    ROW_MARK,
    bold_cell,
    cell_start,
    number_column,
    text_column,
)
from chalicelib.words.text import say

MAX_COLUMNS: Final = 16_384


class XlsxFormat:
    """XLSX: rows as XML, and the workbook around them."""

    separator = ""
    row_start = f'<row r="{ROW_MARK}">'
    row_end = ROW_END
    encoding = "utf-8"
    content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    file_extension = "xlsx"
    max_columns: int | None = MAX_COLUMNS
    concatenable = False
    headers_differ = False
    # Rows of version 1 had no numbers.
    version = 2

    def for_cells(self, cells: Sequence[CellSpec]) -> RowFormat:
        """Return itself: the format is the same for all columns."""
        return self

    def writer(self, cells: Sequence[CellSpec]) -> WriteRun:
        """Return a function that writes the cells of neighbouring columns as XML."""
        return joined("".join, [self._column_writer(cell) for cell in cells])

    def _column_writer(self, cell: CellSpec) -> WriteColumn:
        return number_column(cell) if cell.kind is CellKind.NUMBER else text_column(cell)

    def head(self, headers: Sequence[str]) -> bytes:
        """Return the header row of a sheet."""
        cells = "".join(
            bold_cell(cell_start(place), header) for place, header in enumerate(headers)
        )
        return f"{self.row_start}{cells}{self.row_end}".replace(ROW_MARK, "1").encode()

    def pack(self, rows: Iterable[bytes]) -> Iterable[bytes]:
        """Return the rows unchanged: the workbook deflates them."""
        return rows

    def tail(self, headers: Sequence[str], segments: Iterable[PackedSegment]) -> bytes:
        """Return nothing: `finish` ends the workbook."""
        return b""

    def finish(
        self,
        headers: Sequence[str],
        rows: Iterable[bytes],
        *,
        extent: Extent | None = None,
        notes: Notes = NO_NOTES,
    ) -> Iterator[bytes]:
        """Yield the workbook around the rows."""
        # Only a worker that writes a workbook needs the module: the API imports formats too.
        from chalicelib.formats.xlsx_workbook import write_workbook

        return write_workbook(self.head(headers), rows, columns=len(headers), extent=extent)

    def gzipped(self) -> RowFormat:
        """Raise RequestRefused: a workbook is compressed already."""
        raise RequestRefused(
            say("An XLSX file is compressed already. Leave `compression` out, or choose CSV."),
            field="compression",
        )
