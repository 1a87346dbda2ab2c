"""CSV as in RFC 4180.

By default UTF-8 without a byte order mark, commas, CRLF after every row, quotes only where needed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Final

from chalicelib.domain.file_options import CsvOptions, DecimalMark, Encoding
from chalicelib.domain.request import Formulas
from chalicelib.formats.cells import CellKind, CellSpec, CellType
from chalicelib.formats.column_writers import WriteColumn, joined, texts_of
from chalicelib.formats.csv_formulas import BLANKS, TRIGGERS, disarmers, other_delimiters
from chalicelib.formats.row_format import WriteRun
from chalicelib.formats.text_format import TextFormat

# In a column that is checked as a whole, each text stands behind a NUL. One inside of a text only
# costs a closer look.
_MARK: Final = "\0"
_find_risky_start: Final = re.compile(f"\0[{BLANKS}{re.escape(TRIGGERS)}]").search
_is_decimal: Final = re.compile(r"[+-]?\d+\.\d+").fullmatch
_ENCODINGS: Final = {Encoding.UTF_8: "utf-8", Encoding.UTF_16: "utf-16-le"}

_TYPED_BY_PEOPLE: Final = (CellKind.TEXT, CellKind.VALUE)

AS_SALEOR: Final = CsvOptions()

WriteCell = Callable[[str], str]


def quoter(delimiter: str) -> WriteCell:
    """Return a function that makes a text a CSV cell.

    Quotes stand where Python's csv module has them (dialect "excel").
    """

    def quote(text: str) -> str:
        if delimiter in text or '"' in text or "\n" in text or "\r" in text:
            return '"' + text.replace('"', '""') + '"'
        return text

    return quote


def _needs_quotes(delimiter: str) -> Callable[[str], bool]:
    def check(marked: str) -> bool:
        # `in` takes a tenth of the time of a regular expression.
        return delimiter in marked or '"' in marked or "\n" in marked or "\r" in marked

    return check


def _needs_care(delimiter: str) -> Callable[[str], bool]:
    first, second = other_delimiters(delimiter)

    def check(marked: str) -> bool:
        return (
            delimiter in marked
            or '"' in marked
            or first in marked
            or second in marked
            or "\n" in marked
            or "\r" in marked
            or _find_risky_start(marked) is not None
        )

    return check


class CsvFormat(TextFormat):
    """CSV. `formulas` says whether text that looks like a formula is disarmed."""

    row_end = "\r\n"
    file_extension = "csv"

    def __init__(self, formulas: Formulas, options: CsvOptions = AS_SALEOR) -> None:
        self.separator = options.delimiter.character
        self.encoding = _ENCODINGS[options.encoding]
        charset = self.encoding.removesuffix("-le")
        self.content_type = f"text/csv; charset={charset}"
        self._bom = "\ufeff" if options.bom else ""
        self._decimal_comma = options.decimal is DecimalMark.COMMA
        quote = quoter(self.separator)
        needs_care = _needs_quotes(self.separator)
        writers: dict[CellKind, WriteCell] = dict.fromkeys(_TYPED_BY_PEOPLE, quote)
        if formulas is Formulas.ESCAPE:
            needs_care = _needs_care(self.separator)
            for kind, disarm in zip(_TYPED_BY_PEOPLE, disarmers(self.separator), strict=True):
                writers[kind] = _composed(disarm, quote)
        self._write_header = writers[CellKind.TEXT]
        self._column_writers: dict[CellKind, WriteColumn] = {
            CellKind.NUMBER: texts_of,
            **{kind: _checked(needs_care, write) for kind, write in writers.items()},
        }

    def head(self, headers: Sequence[str]) -> bytes:
        """Return the header row, behind a byte order mark if the options ask for one."""
        row = self.separator.join(map(self._write_header, headers))
        return f"{self._bom}{row}{self.row_end}".encode(self.encoding, "replace")

    def writer(self, cells: Sequence[CellSpec]) -> WriteRun:
        """Return a function that quotes and joins the cells of neighbouring columns."""
        return joined(self.separator.join, [self._column_writer(cell) for cell in cells])

    def _column_writer(self, cell: CellSpec) -> WriteColumn | None:
        write = self._column_writers.get(cell.kind)
        if self._decimal_comma and _may_have_decimals(cell):
            return _with_commas if write is None else _composed(_with_commas, write)
        return write


def _checked(needs_care: Callable[[str], bool], write: WriteCell) -> WriteColumn:
    """Return a writer that checks all texts of a column at once: most need no quotes."""

    def write_column(texts: Sequence[str]) -> Sequence[str]:
        if needs_care(_MARK + _MARK.join(texts)):
            return list(map(write, texts))
        return texts

    return write_column


def _composed(first: Callable[[Any], Any], then: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda cells: then(first(cells))


def _may_have_decimals(cell: CellSpec) -> bool:
    types = (CellType.MONEY, CellType.NUMBER, CellType.FLOAT)
    return cell.type in types and cell.kind is not CellKind.NUMBER


def _with_commas(texts: Sequence[str]) -> Sequence[str]:
    """Return the texts of a column with a comma in the decimal numbers."""
    # An attribute may have several values, or a unit: such a text stays as it is.
    return [text.replace(".", ",") if _is_decimal(text) else text for text in texts]
