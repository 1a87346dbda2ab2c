"""XLSX (ECMA-376), written as a stream of rows. See ADR 5.

Every text is an inline string, so no text can become a formula and no table of strings has to be
kept.
"""

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
from chalicelib.formats.xlsx_text import are_plain, xml_text
from chalicelib.words.text import say

MAX_COLUMNS: Final = 16_384
# Stands for the number of the row. A worker does not know how many rows stand before its segment,
# so the number is filled in when the workbook is written. Texts cannot hold this character: XML
# cannot.
ROW_MARK: Final = "\x01"
ROW_END: Final = "</row>"

_TEXT_START: Final = ' t="inlineStr"><is><t>'
_SPACED_START: Final = ' t="inlineStr"><is><t xml:space="preserve">'
_TEXT_END: Final = "</t></is></c>"
_NUMBER_START: Final = "><v>"
_NUMBER_END: Final = "</v></c>"
_KINDS_TO_CHECK: Final = (CellKind.TEXT, CellKind.VALUE)
_EMPTY: Final = "/>"
_BOLD: Final = ' s="1"'


def column_name(place: int) -> str:
    """Return the letters of a column: A for 0, Z for 25, AA for 26."""
    name, rest = "", place + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        name = chr(ord("A") + letter) + name
    return name


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
        return _number_column(cell) if cell.kind is CellKind.NUMBER else _text_column(cell)

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


def cell_start(place: int) -> str:
    """Return the start of a cell in this column of any row."""
    return f'<c r="{column_name(place)}{ROW_MARK}"'


def _text_column(cell: CellSpec) -> WriteColumn:
    """Return a function that writes texts; those that people typed are checked at once."""
    start, needs_check = cell_start(cell.place), cell.kind in _KINDS_TO_CHECK
    opening, empty = start + _TEXT_START, start + _EMPTY

    def write_column(texts: Sequence[str]) -> list[str]:
        if needs_check and not are_plain(texts):
            return [text_cell(start, text) for text in texts]
        # An empty cell stays in its row: some simple readers count cells.
        return [f"{opening}{text}{_TEXT_END}" if text else empty for text in texts]

    return write_column


def _number_column(cell: CellSpec) -> WriteColumn:
    """Return a function that writes numbers, and an empty cell for each ""."""
    start = cell_start(cell.place)
    opening, empty = start + _NUMBER_START, start + _EMPTY
    return lambda numbers: [
        empty if number == "" else f"{opening}{number}{_NUMBER_END}" for number in numbers
    ]


def bold_cell(start: str, text: str) -> str:
    """Return a cell that holds a bold text."""
    return text_cell(start + _BOLD, text)


def text_cell(start: str, text: str) -> str:
    """Return a cell that holds a text, whatever the text looks like."""
    if not text:
        return start + _EMPTY
    written = xml_text(text)
    opening = _SPACED_START if written != written.strip() else _TEXT_START
    return start + opening + written + _TEXT_END
