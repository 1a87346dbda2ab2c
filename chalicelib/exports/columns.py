"""Columns as data, and how they become a function from a record to its rows.

A record becomes one row, or one row for each of its variants. A column reads either the record (its text is then made
once for all rows) or the row. Neighbouring columns of the same level form a run; a row is its runs, joined.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import groupby
from typing import Any, Final, Protocol

from chalicelib.formats.cells import CellKind

Document = Mapping[str, Any]
NOTHING: Final[Document] = {}


class Level(Enum):
    """What a column reads."""

    RECORD = "record"
    ROW = "row"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `cell` returns a str ("" for empty), or for NUMBER an int or None."""

    header: str
    kind: CellKind
    level: Level
    cell: Callable[[Document], Any]


@dataclass(frozen=True, slots=True)
class ColumnGroup:
    """Neighbouring BARE columns whose cells are found together. `cells` returns one str for each header."""

    headers: tuple[str, ...]
    level: Level
    cells: Callable[[Document], Sequence[str]]


AnyColumn = Column | ColumnGroup


class RowFormat(Protocol):
    """How a file format writes cells and rows; `formats` has one for each file type."""

    separator: str
    row_start: str
    row_end: str

    def writer(self, kind: CellKind) -> Callable[[Any], str]:
        """What writes a cell of this kind."""

    def group_writer(self) -> Callable[[Sequence[str]], str]:
        """What writes several BARE cells, separators between them included."""


RowMaker = Callable[[Document], list[str]]


def headers_of(columns: Sequence[AnyColumn]) -> list[str]:
    """All headers, in file order."""
    return [
        header for column in columns for header in ((column.header,) if isinstance(column, Column) else column.headers)
    ]


def compile_rows(columns: Sequence[AnyColumn], row_format: RowFormat, rows_key: str | None) -> RowMaker:
    """A function from a record to the texts of its rows.

    `rows_key` names the list in the record that has one item a row; a record whose list is empty has one row all the
    same, with nothing at row level. Without `rows_key` the record itself is the only row.
    """
    runs = _runs(columns, row_format)
    if rows_key is None:
        return _one_row(runs, row_format)
    return _many_rows(runs, row_format, rows_key)


Run = tuple[Level, Callable[[Document], str]]


def _runs(columns: Sequence[AnyColumn], row_format: RowFormat) -> list[Run]:
    return [
        (level, _run([_written(column, row_format) for column in columns_of_run], row_format.separator))
        for level, columns_of_run in groupby(columns, key=lambda column: column.level)
    ]


def _run(cells: Sequence[Callable[[Document], str]], separator: str) -> Callable[[Document], str]:
    if len(cells) == 1:
        return cells[0]
    join = separator.join
    return lambda document: join([cell(document) for cell in cells])


def _written(column: AnyColumn, row_format: RowFormat) -> Callable[[Document], str]:
    if isinstance(column, ColumnGroup):
        find, write_group = column.cells, row_format.group_writer()
        return lambda document: write_group(find(document))
    read, write = column.cell, row_format.writer(column.kind)
    return lambda document: write(read(document))


def _one_row(runs: Sequence[Run], row_format: RowFormat) -> RowMaker:
    start, end, join = row_format.row_start, row_format.row_end, row_format.separator.join
    texts = [text for _, text in runs]
    return lambda record: [start + join([text(record) for text in texts]) + end]


def _many_rows(runs: Sequence[Run], row_format: RowFormat, rows_key: str) -> RowMaker:
    start, end, join = row_format.row_start, row_format.row_end, row_format.separator.join
    of_record = [(place, text) for place, (level, text) in enumerate(runs) if level is Level.RECORD]
    of_row = [(place, text) for place, (level, text) in enumerate(runs) if level is Level.ROW]

    def make_rows(record: Document) -> list[str]:
        parts = [""] * len(runs)
        for place, text in of_record:
            parts[place] = text(record)
        made = []
        for row in record.get(rows_key) or (NOTHING,):
            for place, text in of_row:
                parts[place] = text(row)
            made.append(start + join(parts) + end)
        return made

    return make_rows
