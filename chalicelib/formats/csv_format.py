"""CSV as in RFC 4180.

Files are UTF-8 without a byte order mark. Commas divide cells, CRLF ends every row, and cells are
quoted only where needed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any, Final

from chalicelib.domain.request import Formulas
from chalicelib.formats.cells import CellKind, CellSpec
from chalicelib.formats.csv_formulas import BLANKS, TRIGGERS, disarm_text, disarm_value
from chalicelib.formats.row_format import WriteRun
from chalicelib.formats.text_format import TextFormat

# In a run that is checked as a whole, each text stands behind a NUL. One inside of a text only
# costs a closer look.
_MARK: Final = "\0"
_find_risky_start: Final = re.compile(f"\0[{BLANKS}{re.escape(TRIGGERS)}]").search

WriteCell = Callable[[Any], Any]


def quote(text: str) -> str:
    """Return the text as a CSV cell.

    Quotes stand where Python's csv module has them (dialect "excel").
    """
    if "," in text or '"' in text or "\n" in text or "\r" in text:
        return '"' + text.replace('"', '""') + '"'
    return text


def quote_text(text: str) -> str:
    """Return the text as a CSV cell that no spreadsheet reads as a formula."""
    return quote(disarm_text(text))


def quote_value(text: str) -> str:
    """Return a typed value as a CSV cell that no spreadsheet reads as a formula."""
    return quote(disarm_value(text))


def _needs_quotes(marked: str) -> bool:
    # `in` takes a tenth of the time of a regular expression.
    return "," in marked or '"' in marked or "\n" in marked or "\r" in marked


def _needs_care(marked: str) -> bool:
    return (
        "," in marked
        or '"' in marked
        or ";" in marked
        or "\n" in marked
        or "\r" in marked
        or "\t" in marked
        or _find_risky_start(marked) is not None
    )


class CsvFormat(TextFormat):
    """CSV. `formulas` says whether text that looks like a formula is disarmed."""

    separator = ","
    row_end = "\r\n"
    content_type = "text/csv; charset=utf-8"
    file_extension = "csv"

    def __init__(self, formulas: Formulas) -> None:
        escape = formulas is Formulas.ESCAPE
        self._needs_care = _needs_care if escape else _needs_quotes
        self._cell_writers: dict[CellKind, WriteCell] = {
            CellKind.TEXT: quote_text if escape else quote,
            CellKind.VALUE: quote_value if escape else quote,
        }

    def head(self, headers: Sequence[str]) -> bytes:
        """Return the header row."""
        write = self._cell_writers[CellKind.TEXT]
        return (self.separator.join(write(header) for header in headers) + self.row_end).encode()

    def writer(self, cells: Sequence[CellSpec]) -> WriteRun:
        """Return a function that quotes and joins a run of cells."""
        kinds = [cell.kind for cell in cells]
        typed = [place for place, kind in enumerate(kinds) if kind in self._cell_writers]
        if not typed:
            return self._filler(kinds)
        if len(kinds) == 1:
            write = self._cell_writers[kinds[0]]
            return lambda run: write(run[0])
        return self._checked_writer(kinds, typed)

    def _checked_writer(self, kinds: Sequence[CellKind], typed: list[int]) -> WriteRun:
        """Return a writer that checks all texts of a run at once: most runs need no quotes."""
        # Twice the only one: `itemgetter` returns a tuple only for several places.
        texts_of: Callable[[Any], Any] = (
            itemgetter(*typed) if len(typed) > 1 else itemgetter(*typed * 2)
        )
        writers: list[Callable[[Any], Any]] = [
            self._cell_writers.get(kind, _unchanged) for kind in kinds
        ]
        fill, needs_care = self._filler(kinds), self._needs_care

        def write_run(run: tuple[Any, ...]) -> str:
            if needs_care(_MARK + _MARK.join(texts_of(run))):
                return fill(tuple([write(cell) for write, cell in zip(writers, run, strict=True)]))
            return fill(run)

        return write_run

    def _filler(self, kinds: Sequence[CellKind]) -> WriteRun:
        """Return a function that puts separators between cells which are ready."""
        if CellKind.NUMBER in kinds:
            template = self.separator.join(["%s"] * len(kinds))
            return lambda run: template % run
        return self.separator.join


def _unchanged(cell: Any) -> Any:
    return cell
