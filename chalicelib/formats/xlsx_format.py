"""XLSX, written as a stream: rows as XML text, then a workbook around them, in constant memory.

Every text is an inline string, so nothing can become a formula and nothing has to be remembered for a shared table.
Cells and rows carry no references: readers count (ECMA-376, 18.3.1.4 and 18.3.1.73 make `r` optional). So the rows of
segments can be written apart and put one after the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final
from xml.sax.saxutils import escape

from chalicelib.errors import RequestRefused
from chalicelib.formats.cells import CellKind, CellSpec
from chalicelib.formats.row_format import RowFormat, WriteRun

MAX_COLUMNS: Final = 16_384
MAX_CHARACTERS_PER_CELL: Final = 32_767
CUT_MARK: Final = "… [cut: a cell holds 32,767 characters]"

_EMPTY: Final = "<c/>"
_TEXT_START: Final = '<c t="inlineStr"><is><t>'
_SPACED_START: Final = '<c t="inlineStr"><is><t xml:space="preserve">'
_TEXT_END: Final = "</t></is></c>"
_EMPTY_TEXT: Final = _TEXT_START + _TEXT_END
_BOLD_CELL_START: Final = '<c s="1" t='
_BETWEEN: Final = _TEXT_END + _TEXT_START
# Stands between texts while they are looked at; a text that has one itself is seen by their number.
_MARK: Final = "\x1f"
_ROW_END: Final = "</row>"
_find_special: Final = re.compile(
    "[&<>\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_"
).search
# The same for texts between marks; and blanks at an end, which XML readers may drop.
_needs_care: Final = re.compile(
    "[&<>\x00-\x08\x0b-\x1e\x7f\ud800-\udfff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_|\x1f[ \t\n]|[ \t\n]\x1f"
).search
_not_xml: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_looks_escaped: Final = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


def write_text(text: str) -> str:
    """A text cell; empty text is an empty cell. Too long a text is cut and says so."""
    if not text:
        return _EMPTY
    if len(text) > MAX_CHARACTERS_PER_CELL // 2:
        text = _fitted(text)
    if _find_special(text):
        text = _xml_text(text)
    start = _SPACED_START if text != text.strip() else _TEXT_START
    return start + text + _TEXT_END


def _write_texts(texts: tuple[str, ...]) -> str:
    """Neighbouring text cells. Most need no care, which is found out for all of them at once."""
    marked = _MARK + _MARK.join(texts) + _MARK
    if (
        len(marked) > MAX_CHARACTERS_PER_CELL // 2
        or marked.count(_MARK) > len(texts) + 1
        or _needs_care(marked)
    ):
        return "".join([write_text(text) for text in texts])
    return (_TEXT_START + _BETWEEN.join(texts) + _TEXT_END).replace(_EMPTY_TEXT, _EMPTY)


def _write_numbers(numbers: tuple[int | str, ...]) -> str:
    """Neighbouring number cells; "" is an empty one."""
    return "".join([_EMPTY if number == "" else f"<c><v>{number}</v></c>" for number in numbers])


def _fitted(text: str) -> str:
    """The text as far as a cell holds it. Spreadsheets count as UTF-16 does: an emoji is two characters."""
    units = text.encode("utf-16-le", "surrogatepass")
    if len(units) <= 2 * MAX_CHARACTERS_PER_CELL:
        return text
    return (
        units[: 2 * (MAX_CHARACTERS_PER_CELL - len(CUT_MARK))].decode("utf-16-le", "ignore")
        + CUT_MARK
    )


def _xml_text(text: str) -> str:
    """XML for any text: what XML cannot hold is written `_xHHHH_`, as spreadsheets do (ECMA-376, 22.9.2.19)."""
    text = _looks_escaped.sub("_x005F_", text)
    text = _not_xml.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
    return escape(text, {"\r": "&#13;"})


class XlsxFormat:
    """XLSX: rows as XML, and the workbook around them."""

    separator = ""
    row_start = "<row>"
    row_end = _ROW_END
    content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    file_extension = "xlsx"
    max_columns: int | None = MAX_COLUMNS
    concatenable = False

    def writer(self, cells: Sequence[CellSpec]) -> WriteRun:
        pieces: list[tuple[slice, WriteRun]] = []
        start = 0
        for number, run in groupby(cells, key=lambda cell: cell.kind is CellKind.NUMBER):
            end = start + len(list(run))
            pieces.append((slice(start, end), _write_numbers if number else _write_texts))
            start = end
        if len(pieces) == 1:
            return pieces[0][1]
        return lambda cells: "".join([write(cells[some]) for some, write in pieces])

    def head(self, headers: Sequence[str]) -> bytes:
        cells = "".join(write_text(header) for header in headers).replace("<c t=", _BOLD_CELL_START)
        return (self.row_start + cells + self.row_end).encode()

    def pack(self, rows: Iterable[bytes]) -> Iterable[bytes]:
        return rows

    def finish(
        self, headers: Sequence[str], rows: Iterable[bytes], *, size_bytes: int | None = None
    ) -> Iterator[bytes]:
        # Only the worker that writes a workbook needs the module: the API imports formats too.
        from chalicelib.formats.xlsx_workbook import write_workbook

        yield from write_workbook(self.head(headers), rows, size_bytes=size_bytes)

    def gzipped(self) -> RowFormat:
        raise RequestRefused(
            "An XLSX file is compressed already. Leave `compression` out, or choose CSV.",
            field="compression",
        )
