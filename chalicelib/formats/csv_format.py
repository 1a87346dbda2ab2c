"""CSV as in RFC 4180.

By default UTF-8 without a byte order mark, commas, CRLF after every row, quotes only where needed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any, Final

from chalicelib.domain.file_options import CsvOptions, DecimalMark, Encoding
from chalicelib.domain.request import Formulas
from chalicelib.formats.cells import CellKind, CellSpec, CellType
from chalicelib.formats.csv_formulas import BLANKS, TRIGGERS, disarmers, other_delimiters
from chalicelib.formats.row_format import WriteRun
from chalicelib.formats.text_format import TextFormat

# In a run that is checked as a whole, each text stands behind a NUL. One inside of a text only
# costs a closer look.
_MARK: Final = "\0"
_find_risky_start: Final = re.compile(f"\0[{BLANKS}{re.escape(TRIGGERS)}]").search
_is_decimal: Final = re.compile(r"[+-]?\d+\.\d+").fullmatch
_ENCODINGS: Final = {Encoding.UTF_8: "utf-8", Encoding.UTF_16: "utf-16-le"}

_TYPED_BY_PEOPLE: Final = (CellKind.TEXT, CellKind.VALUE)

AS_SALEOR: Final = CsvOptions()

WriteCell = Callable[[Any], Any]


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
        self._needs_care = _needs_quotes(self.separator)
        self._cell_writers: dict[CellKind, WriteCell] = dict.fromkeys(_TYPED_BY_PEOPLE, quote)
        if formulas is Formulas.ESCAPE:
            self._needs_care = _needs_care(self.separator)
            for kind, disarm in zip(_TYPED_BY_PEOPLE, disarmers(self.separator), strict=True):
                self._cell_writers[kind] = _composed(disarm, quote)

    def head(self, headers: Sequence[str]) -> bytes:
        """Return the header row, behind a byte order mark if the options ask for one."""
        write = self._cell_writers[CellKind.TEXT]
        row = self.separator.join(write(header) for header in headers)
        return f"{self._bom}{row}{self.row_end}".encode(self.encoding, "replace")

    def writer(self, cells: Sequence[CellSpec]) -> WriteRun:
        """Return a function that quotes and joins a run of cells."""
        write_run = self._run_writer(cells)
        decimals = [place for place, cell in enumerate(cells) if _may_have_decimals(cell)]
        if self._decimal_comma and decimals:
            return lambda run: write_run(_with_commas(run, decimals))
        return write_run

    def _run_writer(self, cells: Sequence[CellSpec]) -> WriteRun:
        kinds = [cell.kind for cell in cells]
        typed = [place for place, kind in enumerate(kinds) if kind in self._cell_writers]
        if not typed:
            return self._filler(kinds)
        if len(kinds) == 1:
            write = self._cell_writers[kinds[0]]
            return lambda run: write(run[0])
        return self._checked_writer(kinds, typed)

    def _checked_writer(self, kinds: Sequence[CellKind], typed: list[int]) -> WriteRun:
        """Return a writer that checks all texts of a run at once.

        Most runs need no quotes at all.
        """
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


def _composed(disarm: WriteCell, quote: WriteCell) -> WriteCell:
    return lambda text: quote(disarm(text))


def _may_have_decimals(cell: CellSpec) -> bool:
    return cell.type in (CellType.MONEY, CellType.NUMBER) and cell.kind is not CellKind.NUMBER


def _with_commas(run: tuple[Any, ...], decimals: Sequence[int]) -> tuple[Any, ...]:
    """Return the run with a comma in the decimal numbers at these places."""
    cells = list(run)
    for place in decimals:
        # An attribute may have several values, or a unit: such a text stays as it is.
        if _is_decimal(cells[place]):
            cells[place] = cells[place].replace(".", ",")
    return tuple(cells)
