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
from chalicelib.formats.column_writers import WriteColumn, joined
from chalicelib.formats.csv_formulas import BLANKS, TRIGGERS, disarmers, other_delimiters
from chalicelib.formats.row_format import WriteRun
from chalicelib.formats.text_format import TextFormat

# In a column that is checked as a whole, each text stands behind a NUL. One inside of a text only
# costs a closer look.
_MARK: Final = "\0"
_find_risky_start: Final = re.compile(f"\0[\t{BLANKS}{re.escape(TRIGGERS)}]").search
_is_decimal: Final = re.compile(r"[+-]?\d+\.\d+").fullmatch
_ENCODINGS: Final = {Encoding.UTF_8: "utf-8", Encoding.UTF_16: "utf-16-le"}

_TYPED_BY_PEOPLE: Final = (CellKind.TEXT, CellKind.VALUE)

AS_SALEOR: Final = CsvOptions()

# Whether any text of a column needs this, and how to write the texts then.
Step = tuple[Callable[[str], bool], WriteColumn]


def _quoting(delimiter: str) -> Step:
    """Return the step that quotes cells where Python's csv module does (dialect "excel")."""

    def needs_quotes(marked: str) -> bool:
        # `in` takes a tenth of the time of a regular expression.
        return delimiter in marked or '"' in marked or "\n" in marked or "\r" in marked

    def quote(texts: Sequence[str]) -> Sequence[str]:
        # In one expression: a call for each text takes as long again.
        return [
            '"' + text.replace('"', '""') + '"'
            if delimiter in text or '"' in text or "\n" in text or "\r" in text
            else text
            for text in texts
        ]

    return needs_quotes, quote


def _disarming(delimiter: str, disarm: Callable[[str], str]) -> Step:
    """Return the step that disarms texts that a spreadsheet could run."""
    first, second = other_delimiters(delimiter)

    def needs_disarming(marked: str) -> bool:
        return (
            first in marked
            or second in marked
            or "\n" in marked
            or "\r" in marked
            or _find_risky_start(marked) is not None
        )

    return needs_disarming, lambda texts: list(map(disarm, texts))


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
        quoting = _quoting(self.separator)
        # Cells of other kinds are written as they are.
        self._column_writers = dict.fromkeys(_TYPED_BY_PEOPLE, _written(quoting))
        if formulas is Formulas.ESCAPE:
            for kind, disarm in zip(_TYPED_BY_PEOPLE, disarmers(self.separator), strict=True):
                self._column_writers[kind] = _written(_disarming(self.separator, disarm), quoting)

    def head(self, headers: Sequence[str]) -> bytes:
        """Return the header row, behind a byte order mark if the options ask for one."""
        row = self.separator.join(self._column_writers[CellKind.TEXT](headers))
        return f"{self._bom}{row}{self.row_end}".encode(self.encoding, "replace")

    def writer(self, cells: Sequence[CellSpec]) -> WriteRun:
        """Return a function that quotes and joins the cells of neighbouring columns."""
        return joined(self.separator.join, [self._column_writer(cell) for cell in cells])

    def _column_writer(self, cell: CellSpec) -> WriteColumn | None:
        write = self._column_writers.get(cell.kind)
        if self._decimal_comma and _may_have_decimals(cell):
            return _with_commas if write is None else _composed(_with_commas, write)
        return write


def _written(*steps: Step) -> WriteColumn:
    """Return a writer that checks all texts of a column at once: most need none of the steps."""

    def write_column(texts: Sequence[str]) -> Sequence[str]:
        # No step adds or removes a character that a later one looks for.
        marked = _MARK + _MARK.join(texts)
        for is_needed, write in steps:
            if is_needed(marked):
                texts = write(texts)
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
