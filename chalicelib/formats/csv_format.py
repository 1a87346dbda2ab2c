"""CSV as RFC 4180 has it: UTF-8 without a mark, a comma, CRLF after every row, quotes only where they are needed."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Final

from chalicelib.domain.request import Formulas
from chalicelib.formats.cells import CellKind

CONTENT_TYPE: Final = "text/csv; charset=utf-8"
# What makes quotes necessary: the dialect "excel" of Python's csv module.
_find_special: Final = re.compile('[",\r\n]').search
# What a spreadsheet takes for the beginning of a formula (OWASP, "CSV Injection").
_FORMULA_STARTS: Final = frozenset("=+-@\t\r\n")
# In a typed value a sign is a sign.
_FORMULA_STARTS_OF_VALUES: Final = frozenset("=@\t\r\n")


def quote(text: str) -> str:
    """The text as a CSV cell."""
    if _find_special(text):
        return '"' + text.replace('"', '""') + '"'
    return text


def quote_text(text: str) -> str:
    """A text as a CSV cell that no spreadsheet takes for a formula: a leading `'` disarms it."""
    if text and text[0] in _FORMULA_STARTS:
        return quote("'" + text)
    return quote(text)


def quote_value(text: str) -> str:
    """A typed value as a CSV cell: like `quote_text`, but a leading sign stays."""
    if text and text[0] in _FORMULA_STARTS_OF_VALUES:
        return quote("'" + text)
    return quote(text)


def write_number(number: int | None) -> str:
    return "" if number is None else str(number)


def write_bare(text: str) -> str:
    return text


class CsvFormat:
    """How CSV writes cells and rows (see `RowFormat in exports/columns.py`)."""

    separator = ","
    row_start = ""
    row_end = "\r\n"

    def __init__(self, formulas: Formulas) -> None:
        escape = formulas is Formulas.ESCAPE
        self._writers: dict[CellKind, Callable[[Any], str]] = {
            CellKind.TEXT: quote_text if escape else quote,
            CellKind.VALUE: quote_value if escape else quote,
            CellKind.BARE: write_bare,
            CellKind.NUMBER: write_number,
        }

    def writer(self, kind: CellKind) -> Callable[[Any], str]:
        return self._writers[kind]

    def group_writer(self) -> Callable[[Sequence[str]], str]:
        return self.separator.join

    def head(self, headers: Sequence[str]) -> bytes:
        """The header row."""
        write = self._writers[CellKind.TEXT]
        return (self.separator.join(write(header) for header in headers) + self.row_end).encode()
