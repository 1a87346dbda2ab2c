"""Rows of the parts of documents that predicate and sort key read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

from chalicelib.exports.columns import Column
from chalicelib.exports.export_type import Part
from chalicelib.formats.row_format import RowFormat
from chalicelib.rendering.row_compiler import cells_of


def find_rows_of_part(
    columns: Sequence[Column], row_format: RowFormat, part: Any
) -> Callable[[Part], list[bytes]] | None:
    """Return a function from a part to its row; None if a part does not have all of the cells.

    A list of codes needs no more than its order does, so each code is decoded once.
    """
    names = getattr(part, "__struct_fields__", ())
    if not all(_is_field_of(column, names) for column in columns):
        return None
    read = attrgetter(*(str(column.path[0]) for column in columns))
    write, encoding = row_format.writer(cells_of(columns)), row_format.encoding
    start, end = row_format.row_start.encode(encoding), row_format.row_end.encode(encoding)
    has_one = len(columns) == 1
    return lambda one: [
        start + write((read(one),) if has_one else read(one)).encode(encoding, "replace") + end
    ]


def _is_field_of(column: Column, names: Sequence[str]) -> bool:
    return column.path[0] in names and column.join is None and column.convert is None
