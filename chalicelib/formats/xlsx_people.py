"""XLSX for people: typed cells, widths, a filter row, and a sheet that says what the file is.

Codes, SKUs and barcodes are texts always: a spreadsheet would drop their leading zeros.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from chalicelib.formats.cells import CellKind, CellSpec, CellType
from chalicelib.formats.column_writers import WriteColumn
from chalicelib.formats.row_format import NO_NOTES, Extent, Notes, RowFormat
from chalicelib.formats.xlsx_cells import cell_start, text_cell
from chalicelib.formats.xlsx_format import XlsxFormat

# The places of the styles in the part of styles.
STYLES: Final = {CellType.DATE: 3, CellType.DATE_TIME: 4}
# The places of those of amounts, by their decimals; others have two.
_TWO_DECIMALS: Final = 2
_AMOUNT_STYLES: Final = {0: 5, 3: 6}
# A spreadsheet keeps 15 digits of a number, and no leading zeros.
_looks_like_number: Final = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?").fullmatch
_MAX_DIGITS: Final = 15
_BOOLEANS: Final = {"True": "1", "False": "0"}
# Spreadsheets count a day too many before this one: they have a 29 February 1900.
_FIRST_DATE: Final = datetime(1900, 3, 1, tzinfo=UTC)
_DAY_ZERO: Final = datetime(1899, 12, 30, tzinfo=UTC)
TIMES_KEPT: Final = 4_096


class PeopleXlsxFormat(XlsxFormat):
    """XLSX files with these columns."""

    # Segments of another layout have other cells.
    version = 4

    def __init__(self, cells: Sequence[CellSpec] = ()) -> None:
        self._cells = cells

    def for_cells(self, cells: Sequence[CellSpec]) -> RowFormat:
        """Return the format with the widths of these columns."""
        return PeopleXlsxFormat(cells)

    def _column_writer(self, cell: CellSpec) -> WriteColumn:
        write, start = _WRITERS.get(cell.type), cell_start(cell.place)
        if write is None or cell.kind is CellKind.NUMBER:
            # Texts and quantities are the same in every layout.
            return super()._column_writer(cell)
        return lambda cells: [write(start, one) for one in cells]

    def finish(
        self,
        headers: Sequence[str],
        rows: Iterable[bytes],
        *,
        extent: Extent | None = None,
        notes: Notes = NO_NOTES,
    ) -> Iterator[bytes]:
        """Yield the workbook; `notes` stand on its last sheet."""
        from chalicelib.formats.xlsx_look import PeopleLook
        from chalicelib.formats.xlsx_workbook import write_workbook

        return write_workbook(
            self.head(headers),
            rows,
            columns=len(headers),
            extent=extent,
            look=PeopleLook(self._cells, notes),
        )


def _is_number(text: str) -> bool:
    has_room = len(text) <= _MAX_DIGITS or sum(map(str.isdigit, text)) <= _MAX_DIGITS
    return has_room and _looks_like_number(text) is not None


def _number_cell(start: str, number: int | str) -> str:
    text = str(number)
    return f"{start}><v>{text}</v></c>" if _is_number(text) else text_cell(start, text)


def _money_cell(start: str, amount: str) -> str:
    if not _is_number(amount):
        return text_cell(start, amount)
    style = _AMOUNT_STYLES.get(len(amount.partition(".")[2]), _TWO_DECIMALS)
    return f'{start} s="{style}"><v>{amount}</v></c>'


def _boolean_cell(start: str, text: str) -> str:
    known = _BOOLEANS.get(text)
    return f'{start} t="b"><v>{known}</v></c>' if known else text_cell(start, text)


def _date_cell(start: str, text: str) -> str:
    return _dated_cell(start, text, CellType.DATE)


def _time_cell(start: str, text: str) -> str:
    return _dated_cell(start, text, CellType.DATE_TIME)


def _dated_cell(start: str, text: str, kind: CellType) -> str:
    serial = serial_number(text)
    return f'{start} s="{STYLES[kind]}"><v>{serial}</v></c>' if serial else text_cell(start, text)


@lru_cache(TIMES_KEPT)
def serial_number(text: str) -> str:
    """Return a date or a time as spreadsheets count them: days since 30 December 1899.

    The offset of a time is left out, so that people see the hour of their zone. "" for other texts.
    """
    try:
        moment = datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        return ""
    if moment < _FIRST_DATE:
        return ""
    days = (moment - _DAY_ZERO) / timedelta(days=1)
    return f"{days:.8f}".rstrip("0").rstrip(".")


_WRITERS: Final[Mapping[CellType, Callable[[str, Any], str]]] = {
    CellType.NUMBER: _number_cell,
    CellType.FLOAT: _number_cell,
    CellType.MONEY: _money_cell,
    CellType.BOOLEAN: _boolean_cell,
    CellType.DATE: _date_cell,
    CellType.DATE_TIME: _time_cell,
}
