"""Write rows from the cells of their columns.

A column says whether its cell belongs to the record (its text is written once for all rows) or to
the row. Neighbouring columns of one kind form a run. A row is its runs, joined.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, groupby, repeat
from typing import Any

from chalicelib.exports.columns import Column, Level
from chalicelib.formats.cells import CellSpec
from chalicelib.formats.row_format import RowFormat, WriteRun

# Gets the cells of each column, and how many rows each record has.
RowWriter = Callable[[Sequence[Sequence[Any]], Sequence[int]], list[bytes]]


@dataclass(frozen=True, slots=True)
class _Run:
    """Neighbouring columns from place `first` up to `end`."""

    first: int
    end: int
    is_of_record: bool
    write: WriteRun


def compile_writer(columns: Sequence[Column], row_format: RowFormat) -> RowWriter:
    """Return a function from the cells of these columns to rows."""
    runs, encoding = _runs(columns, row_format), row_format.encoding
    frame = _frame(row_format, len(runs))

    def write_rows(cells: Sequence[Sequence[Any]], counts: Sequence[int]) -> list[bytes]:
        parts = frame.copy()
        for place, run in enumerate(runs):
            texts = _encoded(run.write(cells[run.first : run.end]), encoding)
            parts[2 * place + 1] = _repeated(texts, counts) if run.is_of_record else texts
        return list(map(b"".join, zip(*parts, strict=False)))

    return write_rows


def cells_of(columns: Iterable[Column], first: int = 0) -> list[CellSpec]:
    """Return the cells of neighbouring columns; `first` is the place of the first one."""
    return [
        CellSpec(place, column.header, column.kind, column.type, column.width)
        for place, column in enumerate(columns, first)
    ]


def _runs(columns: Sequence[Column], row_format: RowFormat) -> list[_Run]:
    runs = []
    first = 0
    for is_of_record, group in groupby(columns, key=lambda column: column.level is Level.RECORD):
        specs = cells_of(group, first)
        runs.append(_Run(first, first + len(specs), is_of_record, row_format.writer(specs)))
        first += len(specs)
    return runs


def _frame(row_format: RowFormat, runs: int) -> list[Iterable[bytes]]:
    """Return what stands around the runs of all rows, with a place for each of the runs."""
    frame = [row_format.separator] * (2 * runs + 1)
    frame[0], frame[-1] = row_format.row_start, row_format.row_end
    return [repeat(part.encode(row_format.encoding)) for part in frame]


def _encoded(texts: Sequence[str], encoding: str) -> list[bytes]:
    """Return the texts of a run as bytes, each by itself.

    An emoji makes every character of its text four bytes wide. That costs memory and time if the
    text is a whole row.
    """
    return [text.encode(encoding, "replace") for text in texts]


def _repeated(texts: Iterable[bytes], counts: Iterable[int]) -> Iterable[bytes]:
    """Return each text as often as its record has rows."""
    return chain.from_iterable(map(repeat, texts, counts))
