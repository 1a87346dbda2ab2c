"""XLSX (ECMA-376), written as a stream of rows. See ADR 5.

Every text is an inline string, so no text can become a formula and no table of strings has to be
kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import itemgetter
from typing import Any, Final

from chalicelib.errors import RequestRefused
from chalicelib.formats.cells import CellKind, CellSpec
from chalicelib.formats.checksum import Checksum
from chalicelib.formats.row_format import Extent, RowFormat, WriteRun
from chalicelib.formats.xlsx_text import SURELY_FITTING, xml_text

MAX_COLUMNS: Final = 16_384
# Stands for the number of the row. A worker does not know how many rows stand before its segment,
# so the number is filled in when the workbook is written. Texts cannot hold this character: XML
# cannot.
ROW_MARK: Final = "\x01"
ROW_END: Final = "</row>"

_TEXT_START: Final = ' t="inlineStr"><is><t>'
_SPACED_START: Final = ' t="inlineStr"><is><t xml:space="preserve">'
_TEXT_END: Final = "</t></is></c>"
_EMPTY_TEXT: Final = _TEXT_START + _TEXT_END
_EMPTY_NUMBER: Final = "><v></v></c>"
_EMPTY: Final = "/>"
_BOLD: Final = ' s="1"'

# Stands between texts while they are checked. A text that holds one itself changes the number of
# marks.
_MARK: Final = "\x1f"
# What `xml_text` would change; and blanks at an end, which XML readers may drop.
_needs_care: Final = re.compile(
    "[&<>\x00-\x08\x0b-\x1e\x7f\ud800-\udfff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_|\x1f[ \t\n]|[ \t\n]\x1f"
).search


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
    content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    file_extension = "xlsx"
    max_columns: int | None = MAX_COLUMNS
    concatenable = False
    # Rows of version 1 had no numbers.
    version = 2

    def writer(self, cells: Sequence[CellSpec]) -> WriteRun:
        template = "".join(_cell_start(cell.place) + _CONTENTS[cell.kind] for cell in cells)
        has_numbers = any(cell.kind is CellKind.NUMBER for cell in cells)
        may_be_plain, write_with_care = _plain_check(cells), _careful_writer(cells)

        def write_run(run: tuple[Any, ...]) -> str:
            if not may_be_plain(run):
                return write_with_care(run)
            # An empty cell stays in its row: simple readers count cells.
            written = (template % run).replace(_EMPTY_TEXT, _EMPTY)
            return written.replace(_EMPTY_NUMBER, _EMPTY) if has_numbers else written

        return write_run

    def head(self, headers: Sequence[str]) -> bytes:
        cells = "".join(
            _text_cell(_cell_start(place) + _BOLD, header) for place, header in enumerate(headers)
        )
        return f"{self.row_start}{cells}{self.row_end}".replace(ROW_MARK, "1").encode()

    def pack(self, rows: Iterable[bytes]) -> Iterable[bytes]:
        return rows

    def tail(self, headers: Sequence[str], segments: Iterable[Checksum]) -> bytes:
        return b""

    def finish(
        self, headers: Sequence[str], rows: Iterable[bytes], *, extent: Extent | None = None
    ) -> Iterator[bytes]:
        # Only a worker that writes a workbook needs the module: the API imports formats too.
        from chalicelib.formats.xlsx_workbook import write_workbook

        return write_workbook(self.head(headers), rows, columns=len(headers), extent=extent)

    def gzipped(self) -> RowFormat:
        raise RequestRefused(
            "An XLSX file is compressed already. Leave `compression` out, or choose CSV.",
            field="compression",
        )


def _cell_start(place: int) -> str:
    return f'<c r="{column_name(place)}{ROW_MARK}"'


_CONTENTS: Final = {
    kind: f"{_TEXT_START}%s{_TEXT_END}" if kind is not CellKind.NUMBER else "><v>%s</v></c>"
    for kind in CellKind
}


def _plain_check(cells: Sequence[CellSpec]) -> Callable[[tuple[Any, ...]], bool]:
    """Return a function that checks all texts of a run at once: most runs are plain."""
    texts = [place for place, cell in enumerate(cells) if cell.kind is not CellKind.NUMBER]
    if not texts:
        return lambda run: True
    # Twice the only one: `itemgetter` returns a tuple only for several places.
    texts_of: Callable[[Any], Any] = (
        itemgetter(*texts) if len(texts) > 1 else itemgetter(*texts * 2)
    )
    marks = max(len(texts), 2) + 1

    def is_plain(run: tuple[Any, ...]) -> bool:
        marked = _MARK + _MARK.join(texts_of(run)) + _MARK
        return (
            len(marked) <= SURELY_FITTING
            and marked.count(_MARK) == marks
            and not _needs_care(marked)
        )

    return is_plain


def _careful_writer(cells: Sequence[CellSpec]) -> WriteRun:
    """Return a function that writes a run cell by cell."""
    writers = [
        (_cell_start(cell.place), _number_cell if cell.kind is CellKind.NUMBER else _text_cell)
        for cell in cells
    ]
    return lambda run: "".join(
        [write(start, cell) for (start, write), cell in zip(writers, run, strict=True)]
    )


def _number_cell(start: str, number: int | str) -> str:
    return start + (_EMPTY if number == "" else f"><v>{number}</v></c>")


def _text_cell(start: str, text: str) -> str:
    if not text:
        return start + _EMPTY
    written = xml_text(text)
    opening = _SPACED_START if written != written.strip() else _TEXT_START
    return start + opening + written + _TEXT_END
