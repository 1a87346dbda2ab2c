"""Cells and rows of a sheet as XML (ECMA-376).

Every text is an inline string, so no text can become a formula and no table of strings has to be
kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from chalicelib.formats.cells import CellKind, CellSpec
from chalicelib.formats.column_writers import WriteColumn
from chalicelib.formats.xlsx_text import are_plain, xml_text

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


def cell_start(place: int) -> str:
    """Return the start of a cell in this column of any row."""
    return f'<c r="{column_name(place)}{ROW_MARK}"'


def text_column(cell: CellSpec) -> WriteColumn:
    """Return a function that writes texts; those that people typed are checked at once."""
    start, needs_check = cell_start(cell.place), cell.kind in _KINDS_TO_CHECK
    opening, empty = start + _TEXT_START, start + _EMPTY

    def write_column(texts: Sequence[str]) -> list[str]:
        if needs_check and not are_plain(texts):
            return [text_cell(start, text) for text in texts]
        # An empty cell stays in its row: some simple readers count cells.
        return [f"{opening}{text}{_TEXT_END}" if text else empty for text in texts]

    return write_column


def number_column(cell: CellSpec) -> WriteColumn:
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
