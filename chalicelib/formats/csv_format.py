"""CSV as RFC 4180 has it: UTF-8 without a mark, a comma, CRLF after every row, quotes only where they are needed."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any, Final

from chalicelib.domain.request import Formulas
from chalicelib.formats.cells import CellKind

# What makes quotes necessary: the dialect "excel" of Python's csv module.
_find_special: Final = re.compile('[",\r\n]').search
# What a spreadsheet takes for the beginning of a formula (OWASP, "CSV Injection").
_FORMULA_STARTS: Final = frozenset("=+-@\t\r\n")
# In a typed value a sign is a sign.
_FORMULA_STARTS_OF_VALUES: Final = frozenset("=@\t\r\n")
# Marks where a cell begins while a run is looked at; a NUL in a text only makes us look closer.
_MARK: Final = "\0"

WriteCell = Callable[[str], str]
WriteRun = Callable[[tuple[Any, ...]], str]


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


def _needs_quotes(marked: str) -> bool:
    # `in` on a short string takes a tenth of a regular expression's time.
    return "," in marked or '"' in marked or "\n" in marked or "\r" in marked


def _needs_care(marked: str) -> bool:
    """Whether any of the texts, each behind a mark, needs quotes or may look like a formula."""
    return (
        "," in marked
        or '"' in marked
        or "\n" in marked
        or "\r" in marked
        or "\0=" in marked
        or "\0-" in marked
        or "\0+" in marked
        or "\0@" in marked
        or "\0\t" in marked
    )


class CsvFormat:
    """How CSV writes cells and rows (see `RowFormat in exports/columns.py`)."""

    separator = ","
    row_start = ""
    row_end = "\r\n"

    def __init__(self, formulas: Formulas) -> None:
        escape = formulas is Formulas.ESCAPE
        self._needs_care = _needs_care if escape else _needs_quotes
        self._cell_writers: dict[CellKind, WriteCell] = {
            CellKind.TEXT: quote_text if escape else quote,
            CellKind.VALUE: quote_value if escape else quote,
        }

    def writer(self, kinds: Sequence[CellKind]) -> WriteRun:
        """What writes a run: most need no quotes at all, which is found out for all its texts at once."""
        fill = self._filler(kinds)
        typed = [place for place, kind in enumerate(kinds) if kind in self._cell_writers]
        if not typed:
            return fill
        if len(kinds) == 1:
            write = self._cell_writers[kinds[0]]
            return lambda cells: write(cells[0])
        # Twice the first one: `itemgetter` answers a tuple only to several.
        texts_of: Callable[[Any], Any] = (
            itemgetter(*typed) if len(typed) > 1 else itemgetter(*typed * 2)
        )
        writers: list[Callable[[Any], Any]] = [
            self._cell_writers.get(kind, _as_it_is) for kind in kinds
        ]
        needs_care = self._needs_care

        def write_run(cells: tuple[Any, ...]) -> str:
            if needs_care(_MARK + _MARK.join(texts_of(cells))):
                return fill(
                    tuple([write(cell) for write, cell in zip(writers, cells, strict=True)])
                )
            return fill(cells)

        return write_run

    def _filler(self, kinds: Sequence[CellKind]) -> WriteRun:
        """Puts cells that need nothing more between separators."""
        if CellKind.NUMBER in kinds:
            template = self.separator.join(["%s"] * len(kinds))
            return lambda cells: template % cells
        return self.separator.join

    def head(self, headers: Sequence[str]) -> bytes:
        """The header row."""
        write = self._cell_writers[CellKind.TEXT]
        return (self.separator.join(write(header) for header in headers) + self.row_end).encode()


def _as_it_is(cell: Any) -> Any:
    return cell
