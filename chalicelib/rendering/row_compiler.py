"""Compile columns into a function from a stored document to its rows.

A record becomes one row, or one row for each of its variants. A column says where its cell is in
the document, and whether it belongs to the record (its text is written once for all rows) or to the
row. Neighbouring columns of the same level form a run. A row is its runs, joined.

The columns of a request are compiled into one struct type with their fields and no others. One
`attrgetter` reads a run and one call writes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any, Final

import msgspec

from chalicelib.errors import CatalogIncomplete
from chalicelib.exports.columns import FACTS, Column, Level, Path, PathKey
from chalicelib.formats.cells import CellSpec
from chalicelib.formats.row_format import RowFormat, WriteRun
from chalicelib.rendering.document_types import decoder_of, name_of, type_of

_level_of: Final = attrgetter("level")
# Where the document keeps the list of a level's parts of rows.
_PARENTS: Final[Mapping[Level, Path]] = {Level.ROW: (), Level.ROW_FACT: (FACTS,)}

RowMaker = Callable[[bytes], list[bytes]]


def compile_rows(
    columns: Sequence[Column], row_format: RowFormat, rows_key: PathKey | None
) -> RowMaker:
    """Return a function from a document (JSON bytes) to its rows.

    `rows_key` names the list of the record that has one item per row, or is its place. A record
    with an empty list has one row, with empty cells at row level. Without `rows_key` the record
    itself is the only row. The function raises CatalogIncomplete for a document that cannot be
    read.
    """
    levels = _row_levels(columns)
    record_type, rows_of = _types(columns, levels, rows_key)
    decode = decoder_of(columns, record_type)
    of_record, of_row = _runs(columns, levels, row_format)
    frame, encoding = _frame(row_format, len(of_record) + len(of_row)), row_format.encoding
    if rows_key is None and len(of_record) == 1 and not of_row:
        return _compile_single_run(decode, of_record[0], frame, encoding)

    def make_rows(document: bytes) -> list[bytes]:
        try:
            record = decode(document)
        except msgspec.MsgspecError as error:
            raise _unreadable(error) from error
        parts = frame.copy()
        for place, read, write in of_record:
            parts[place] = write(read(record)).encode(encoding, "replace")
        made = []
        for row in rows_of(record):
            for place, read, write in of_row:
                parts[place] = write(read(row)).encode(encoding, "replace")
            made.append(b"".join(parts))
        return made

    return make_rows


def _compile_single_run(
    decode: Callable[[bytes], Any], run: Run, frame: Sequence[bytes], encoding: str
) -> RowMaker:
    """Return the function for records that are one row of one run: a list of codes."""
    _, read, write = run
    start, _, end = frame

    def make_rows(document: bytes) -> list[bytes]:
        try:
            return [start + write(read(decode(document))).encode(encoding, "replace") + end]
        except msgspec.MsgspecError as error:
            raise _unreadable(error) from error

    return make_rows


def _unreadable(error: Exception) -> CatalogIncomplete:
    return CatalogIncomplete(f"A record of the catalogue cannot be read: {error}. Load it again.")


def _row_levels(columns: Iterable[Column]) -> list[Level]:
    """Return `ROW` and the other levels of rows that the columns read, in the order of `Level`."""
    read = {column.level for column in columns} | {Level.ROW}
    return [level for level in Level if level in read and level is not Level.RECORD]


def _types(
    columns: Sequence[Column], levels: Sequence[Level], rows_key: PathKey | None
) -> tuple[Any, Callable[[Any], Iterable[Any]]]:
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

    def joined_rows(record: Any) -> Iterable[Any]:
        rows, *others = lists_of(record)
        if any(len(rows) != len(other) for other in others):
            raise CatalogIncomplete("A record of the catalogue lacks facts. Load it again.")
        return zip(rows, *others, strict=True) if rows else (nothing,)

    return type_of(columns, Level.RECORD, lists), (
        joined_rows if len(levels) > 1 else lambda record: lists_of(record) or (nothing,)
    )


def _row_type(columns: Sequence[Column], level: Level) -> Any:
    """Return the type of the items of a level; without columns they are not decoded."""
    has_columns = any(column.level is level for column in columns)
    return type_of(columns, level) if has_columns else msgspec.Raw


def _row(parts: Sequence[Any]) -> Any:
    return tuple(parts) if len(parts) > 1 else parts[0]


def _frame(row_format: RowFormat, runs: int) -> list[bytes]:
    """Return what stands around the runs of a row, with a place for each of them.

    Runs are encoded one by one: an emoji makes every character of its text four bytes wide. That
    costs memory and time if the text is a whole row. One `join` of everything copies a row once.
    """
    frame = [row_format.separator] * (2 * runs + 1)
    frame[0], frame[-1] = row_format.row_start, row_format.row_end
    return [part.encode(row_format.encoding) for part in frame]


# The place of the run in the row, its reader and its writer.
Run = tuple[int, Callable[[Any], tuple[Any, ...]], WriteRun]


def _runs(
    columns: Sequence[Column], levels: Sequence[Level], row_format: RowFormat
) -> tuple[list[Run], list[Run]]:
    """Return the runs of the record, and those of its rows."""
    of_record: list[Run] = []
    of_row: list[Run] = []
    first = 0
    grouped = groupby(columns, key=lambda column: column.level is Level.RECORD)
    for place, (is_of_record, group) in enumerate(grouped):
        run = list(group)
        read = _reader(run, [Level.RECORD] if is_of_record else levels)
        write = row_format.writer(cells_of(run, first))
        (of_record if is_of_record else of_row).append((2 * place + 1, read, write))
        first += len(run)
    return of_record, of_row


def cells_of(columns: Iterable[Column], first: int = 0) -> list[CellSpec]:
    """Return the cells of neighbouring columns; `first` is the place of the first one."""
    return [
        CellSpec(place, column.header, column.kind, column.type)
        for place, column in enumerate(columns, first)
    ]


def _reader(run: Sequence[Column], levels: Sequence[Level]) -> Callable[[Any], tuple[Any, ...]]:
    """Return a function from a record or a row to the cells of the run."""
    pieces = [(level, _cells_reader(list(piece))) for level, piece in groupby(run, _level_of)]
    read = pieces[0][1] if len(levels) == 1 else _piece_reader(pieces, levels)
    makers = [(place, make) for place, one in enumerate(run) if (make := _maker(one))]
    return _making(read, makers) if makers else read


def _cells_reader(run: Sequence[Column]) -> Callable[[Any], tuple[Any, ...]]:
    read = attrgetter(*(".".join(map(name_of, column.path)) for column in run))
    return read if len(run) > 1 else lambda part: (read(part),)


def _piece_reader(
    pieces: Sequence[tuple[Level, Callable[[Any], tuple[Any, ...]]]], levels: Sequence[Level]
) -> Callable[[Any], tuple[Any, ...]]:
    """Return a function from the parts of a row to cells at several levels."""
    (place, read), *rest = [(levels.index(level), read) for level, read in pieces]
    if not rest:
        return lambda row: read(row[place])
    return lambda row: sum((more(row[at]) for at, more in rest), read(row[place]))


def _maker(column: Column) -> Callable[[Any], Any] | None:
    """Return a function from what is stored to the cell; None if the one is the other."""
    convert = column.convert
    join = column.join.write if column.join else None
    if convert is None:
        return join

    def converted(cell: Any) -> Any:
        return convert(cell) if cell else cell

    return (lambda stored: converted(join(stored))) if join else converted


def _making(
    read: Callable[[Any], tuple[Any, ...]], makers: Sequence[tuple[int, Callable[[Any], Any]]]
) -> Callable[[Any], tuple[Any, ...]]:
    def read_made(part: Any) -> tuple[Any, ...]:
        cells = list(read(part))
        for place, make in makers:
            cells[place] = make(cells[place])
        return tuple(cells)

    return read_made
