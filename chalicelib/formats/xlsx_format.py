"""XLSX (ECMA-376), written as a stream of rows. See ADR 5.

Every text is an inline string, so no text can become a formula and no table of strings has to be
kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import itemgetter
from typing import Any, Final

from chalicelib.errors import RequestRefused
from chalicelib.formats.cells import CellKind, CellSpec
from chalicelib.formats.row_format import Extent, Note, PackedSegment, RowFormat, WriteRun
from chalicelib.formats.xlsx_text import are_plain, xml_text

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
_EMPTY_TEXT: Final = _TEXT_START + _TEXT_END
_EMPTY_NUMBER: Final = _NUMBER_START + _NUMBER_END
_KINDS_TO_CHECK: Final = (CellKind.TEXT, CellKind.VALUE)
_EMPTY: Final = "/>"
_BOLD: Final = ' s="1"'
WriteCells = Callable[[tuple[Any, ...]], str]


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
        """Return a function that writes a run of cells as XML."""
        write_row = _row_writer(cells)
        return lambda columns: list(map(write_row, zip(*columns, strict=True)))

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
        notes: Sequence[Note] = (),
    ) -> Iterator[bytes]:
        """Yield the workbook around the rows."""
        # Only a worker that writes a workbook needs the module: the API imports formats too.
        from chalicelib.formats.xlsx_workbook import write_workbook

        return write_workbook(self.head(headers), rows, columns=len(headers), extent=extent)

    def gzipped(self) -> RowFormat:
        """Raise RequestRefused: a workbook is compressed already."""
        raise RequestRefused(
            "An XLSX file is compressed already. Leave `compression` out, or choose CSV.",
            field="compression",
        )


def cell_start(place: int) -> str:
    """Return the start of a cell in this column of any row."""
    return f'<c r="{column_name(place)}{ROW_MARK}"'


def _opening(cell: CellSpec) -> str:
    return _NUMBER_START if cell.kind is CellKind.NUMBER else _TEXT_START


def _row_writer(cells: Sequence[CellSpec]) -> WriteCells:
    write_plain, write_with_care = _plain_writer(cells), _careful_writer(cells)
    texts = [place for place, cell in enumerate(cells) if cell.kind in _KINDS_TO_CHECK]
    if not texts:
        return write_plain
    # Twice the first one: `itemgetter` returns a tuple only for several places.
    texts_of: Callable[[Any], Any] = itemgetter(*texts, texts[0])
    # All texts of a run are checked at once: most runs are plain.
    return lambda run: write_plain(run) if are_plain(texts_of(run)) else write_with_care(run)


def _plain_writer(cells: Sequence[CellSpec]) -> WriteCells:
    """Return a function that writes a run whose texts are plain."""
    numbers = [place for place, cell in enumerate(cells) if cell.kind is CellKind.NUMBER]
    starts = [cell_start(cell.place) + _opening(cell) for cell in cells]
    ends = [_NUMBER_END if cell.kind is CellKind.NUMBER else _TEXT_END for cell in cells]
    # Markup and cells take turns: a slice and one `join` take a quarter of the time of `%`.
    pieces = [*starts, *starts, ""]
    pieces[0::2] = [
        before + after for before, after in zip(["", *ends], [*starts, ""], strict=True)
    ]

    def write_run(run: tuple[Any, ...]) -> str:
        pieces[1::2] = run
        for place in numbers:
            pieces[2 * place + 1] = str(run[place])
        # An empty cell stays in its row: some simple readers count cells.
        written = "".join(pieces).replace(_EMPTY_TEXT, _EMPTY)
        return written.replace(_EMPTY_NUMBER, _EMPTY) if numbers else written

    return write_run


def _careful_writer(cells: Sequence[CellSpec]) -> WriteCells:
    """Return a function that writes a run cell by cell."""
    writers = [
        (cell_start(cell.place), _number_cell if cell.kind is CellKind.NUMBER else text_cell)
        for cell in cells
    ]
    return lambda run: "".join(
        [write(start, cell) for (start, write), cell in zip(writers, run, strict=True)]
    )


def _number_cell(start: str, number: int | str) -> str:
    return start + (_EMPTY if number == "" else f"{_NUMBER_START}{number}{_NUMBER_END}")


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
