"""Compile columns into a function from stored documents to their rows.

A record becomes one row, or one row for each of its variants. The columns of a request are compiled
into one struct type with their fields and no others. One `attrgetter` for each level reads the
cells of many records, and from then on they stay in columns: Python calls a function for each
column and not for each cell (ADR 44).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain, count
from operator import attrgetter
from typing import Any, Final

import msgspec

from chalicelib.errors import CatalogIncomplete
from chalicelib.exports.columns import FACTS, Column, Level, Path, PathKey
from chalicelib.formats.cells import CellKind
from chalicelib.formats.row_format import RowFormat
from chalicelib.rendering.document_types import decoder_of, name_of, type_of
from chalicelib.rendering.row_writer import compile_writer
from chalicelib.rendering.rows import Rows
from chalicelib.words.text import say

# Where the document keeps the list of a level's parts of rows.
_PARENTS: Final[Mapping[Level, Path]] = {Level.ROW: (), Level.ROW_FACT: (FACTS,)}

# Documents have numbers; cells and blocks have their texts.
_TEXT_MAKERS: Final = {CellKind.NUMBER: str}

RowMaker = Callable[[Sequence[bytes]], Rows]
# The cells of several columns, by column.
Cells = list[Sequence[Any]]


def compile_rows(
    columns: Sequence[Column], row_format: RowFormat, rows_key: PathKey | None
) -> RowMaker:
    """Return a function from documents (JSON bytes) to their rows.

    `rows_key` names the list of the record that has one item per row, or is its place. A record
    with an empty list has one row, with empty cells at row level. Without `rows_key` the record
    itself is the only row. The function raises CatalogIncomplete for a document that cannot be
    read.
    """
    levels = _row_levels(columns)
    record_type, rows_of = _types(columns, levels, rows_key)
    decode = decoder_of(columns, record_type)
    read, write = _cells_reader(columns, levels), compile_writer(columns, row_format)

    def make_rows(documents: Sequence[bytes]) -> Rows:
        try:
            records = list(map(decode, documents))
        except msgspec.MsgspecError as error:
            raise CatalogIncomplete.unreadable(error) from error
        rows = list(map(rows_of, records))
        return write(read(records, list(chain.from_iterable(rows))), list(map(len, rows)))

    return make_rows


def _row_levels(columns: Iterable[Column]) -> list[Level]:
    """Return `ROW` and the other levels of rows that the columns read, in the order of `Level`."""
    read = {column.level for column in columns} | {Level.ROW}
    return [level for level in Level if level in read and level is not Level.RECORD]


def _types(
    columns: Sequence[Column], levels: Sequence[Level], rows_key: PathKey | None
) -> tuple[Any, Callable[[Any], Sequence[Any]]]:
    """Return the type of records, and a function from a record to its rows.

    If the columns read several levels of rows, a row is a tuple of its parts at these levels.
    """
    types = [_row_type(columns, level) for level in levels]
    nothing = _row([part_type() for part_type in types])
    if rows_key is None:
        return type_of(columns, Level.RECORD), lambda record: (nothing,)
    paths = [(*_PARENTS[level], rows_key) for level in levels]
    lists = {path: list[one] for path, one in zip(paths, types, strict=True)}  # type: ignore[valid-type]
    lists_of = attrgetter(*(".".join(map(name_of, path)) for path in paths))

    def joined_rows(record: Any) -> Sequence[Any]:
        rows, *others = lists_of(record)
        if any(len(rows) != len(other) for other in others):
            raise CatalogIncomplete(say("A record of the catalogue lacks facts. Load it again."))
        return list(zip(rows, *others, strict=True)) if rows else (nothing,)

    return type_of(columns, Level.RECORD, lists), (
        joined_rows if len(levels) > 1 else lambda record: lists_of(record) or (nothing,)
    )


def _row_type(columns: Sequence[Column], level: Level) -> Any:
    """Return the type of the items of a level; without columns they are not decoded."""
    has_columns = any(column.level is level for column in columns)
    return type_of(columns, level) if has_columns else msgspec.Raw


def _row(parts: Sequence[Any]) -> Any:
    return tuple(parts) if len(parts) > 1 else parts[0]


def _cells_reader(
    columns: Sequence[Column], levels: Sequence[Level]
) -> Callable[[Sequence[Any], Sequence[Any]], Cells]:
    """Return a function from records and their rows to the cells of all columns."""
    places = [
        [place for place, column in enumerate(columns) if column.level is level]
        for level in (Level.RECORD, *levels)
    ]
    readers = [_level_reader([columns[place] for place in of_level]) for of_level in places]

    def read(records: Sequence[Any], rows: Sequence[Any]) -> Cells:
        cells: Cells = [()] * len(columns)
        parts = [records, *(zip(*rows, strict=True) if len(levels) > 1 else [rows])]
        for of_level, read_level, of_parts in zip(places, readers, parts, strict=True):
            for place, column in zip(of_level, read_level(of_parts), strict=True):
                cells[place] = column
        return cells

    return read


def _level_reader(columns: Sequence[Column]) -> Callable[[Sequence[Any]], Cells]:
    """Return a function from records, or from parts of rows, to the cells of their columns."""
    if not columns:
        return lambda parts: []
    beside = [column.beside for column in columns if column.beside]
    paths = [*(column.path for column in columns), *beside]
    read = attrgetter(*(".".join(map(name_of, path)) for path in paths))
    places = count(len(columns))
    makers = [
        (make, [place, next(places)] if one.beside else [place])
        for place, one in enumerate(columns)
        if (make := cell_maker(one) or _TEXT_MAKERS.get(one.kind))
    ]

    def read_cells(parts: Sequence[Any]) -> Cells:
        found = map(read, parts)
        cells: Cells = list(zip(*found, strict=True)) if len(paths) > 1 else [list(found)]
        for make, of_maker in makers:
            cells[of_maker[0]] = list(map(make, *(cells[place] for place in of_maker)))
        return cells[: len(columns)]

    return read_cells


def cell_maker(column: Column) -> Callable[[Any], Any] | None:
    """Return a function from a stored value to the cell; None if the value is the cell."""
    convert = column.convert
    join = column.join.write if column.join else None
    if convert is None:
        return join

    def converted(cell: Any, *beside: Any) -> Any:
        return convert(cell, *beside) if cell else cell

    return (lambda stored, *beside: converted(join(stored), *beside)) if join else converted
