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
from chalicelib.rendering.rows import Rows

# From the cells of each column, and the number of rows of each record, to the rows.
RowWriter = Callable[[Sequence[Sequence[Any]], Sequence[int]], Rows]


@dataclass(frozen=True, slots=True)
class _Run:
    """Neighbouring columns from place `first` up to `end`."""

    first: int
    end: int
    is_of_record: bool
    write: WriteRun


def compile_writer(columns: Sequence[Column], row_format: RowFormat) -> RowWriter:
    """Return a function from the cells of these columns to rows."""
    runs, encode = _runs(columns, row_format), _encoder(row_format.encoding)
    frame, places = _frame(row_format, len(runs))

    def write_rows(cells: Sequence[Sequence[Any]], counts: Sequence[int]) -> Rows:
        pieces = frame * sum(counts)
        for place, run in zip(places, runs, strict=True):
            texts = encode(run.write(cells[run.first : run.end]))
            pieces[place :: len(frame)] = _repeated(texts, counts) if run.is_of_record else texts
        return Rows(pieces, len(frame))

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


def _frame(row_format: RowFormat, run_count: int) -> tuple[list[bytes], list[int]]:
    """Return the pieces of a row, and the places of its runs, which are empty."""
    # None stands for a run.
    pieces: list[str | None] = [None, row_format.separator] * run_count
    pieces = [row_format.row_start, *pieces[:-1], row_format.row_end]
    # An empty text would take time in each row.
    kept = [piece for piece in pieces if piece != ""]
    frame = [(piece or "").encode(row_format.encoding) for piece in kept]
    return frame, [place for place, piece in enumerate(kept) if piece is None]


def _encoder(encoding: str) -> Callable[[Sequence[str]], list[bytes]]:
    """Return a function that encodes the texts of a run, each by itself.

    An emoji makes every character of its text four bytes wide. That costs memory and time if the
    text is a whole row.
    """

    def encode(texts: Sequence[str]) -> list[bytes]:
        return [text.encode(encoding, "replace") for text in texts]

    def encode_utf_8(texts: Sequence[str]) -> list[bytes]:
        try:
            return list(map(str.encode, texts))
        except UnicodeEncodeError:
            return encode(texts)

    return encode_utf_8 if encoding == "utf-8" else encode


def _repeated(texts: Iterable[bytes], counts: Iterable[int]) -> Iterable[bytes]:
    """Return each text as often as its record has rows."""
    return chain.from_iterable(map(repeat, texts, counts))
