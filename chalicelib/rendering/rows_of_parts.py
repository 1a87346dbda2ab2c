"""Make rows of the parts of documents that predicate and order read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

from chalicelib.exports.columns import Column
from chalicelib.exports.export_type import Part
from chalicelib.formats.row_format import RowFormat
from chalicelib.rendering.row_writer import compile_writer
from chalicelib.rendering.rows import Rows


def find_rows_of_part(
    columns: Sequence[Column], row_format: RowFormat, part: Any
) -> Callable[[Sequence[Part]], Rows] | None:
    """Return a function from parts to their rows; None if a part does not have all of the cells.

    Each document is then decoded once, for order and rows: a list of codes has no other cells than
    those that its order reads.
    """
    names = getattr(part, "__struct_fields__", ())
    if not all(_is_field_of(column, names) for column in columns):
        return None
    readers = [attrgetter(str(column.path[0])) for column in columns]
    write = compile_writer(columns, row_format)
    return lambda parts: write([list(map(read, parts)) for read in readers], [1] * len(parts))


def _is_field_of(column: Column, names: Sequence[str]) -> bool:
    return column.path[0] in names and column.join is None and column.convert is None
