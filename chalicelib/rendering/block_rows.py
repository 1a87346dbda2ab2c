"""Compile columns into a function from blocks to rows (`catalog.column_block`).

The cells of a block stand in columns already, so they are decoded as lists and written as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Annotated, Any, Final, Literal

import msgspec

from chalicelib.catalog.column_block import CORE, COUNTS, ROWS, group_of
from chalicelib.domain.block import Block
from chalicelib.errors import CatalogIncomplete
from chalicelib.exports.columns import Column, Level, Path, read_facts
from chalicelib.formats.row_format import RowFormat
from chalicelib.rendering.document_types import decoder_of, name_of, struct_of
from chalicelib.rendering.row_compiler import cell_maker
from chalicelib.rendering.row_writer import compile_writer
from chalicelib.rendering.rows import Rows

# The cells of a column; one cell if all are the same.
Cells = Sequence[Any]
Stored = Mapping[Path, Cells]
_COUNTS: Final[Path] = (COUNTS,)
# A record without items has one row too.
_Count = Annotated[int, msgspec.Meta(ge=1)]
# Of a column that a block lacks.
_EMPTY: Final = ("",)


def groups_of(columns: Collection[Column]) -> frozenset[str]:
    """Return the groups of blocks that these columns need; none if blocks lack one of them."""
    found = {group_of(column.path[0]) for column in columns}
    if None in found or read_facts(columns):
        return frozenset()
    return frozenset({CORE, *filter(None, found)})


def compile_block_rows(columns: Sequence[Column], row_format: RowFormat) -> Callable[[Block], Rows]:
    """Return a function from blocks with the groups of these columns to their rows.

    It raises CatalogIncomplete for a block that cannot be read.
    """
    readers = {name: _group_reader(name, columns) for name in groups_of(columns)}
    makers = [(one.level is Level.RECORD, _cells_maker(one)) for one in columns]
    write = compile_writer(columns, row_format)

    def make_rows(block: Block) -> Rows:
        try:
            stored: dict[Path, Cells] = {}
            for name, content in block.groups.items():
                stored.update(readers[name](content))
            counts = _filled(stored.get(_COUNTS, ()), len(block))
            rows = sum(counts)
            cells = [make(stored, len(block) if of_record else rows) for of_record, make in makers]
        except (msgspec.MsgspecError, ValueError) as error:
            raise CatalogIncomplete.unreadable(error) from error
        return write(cells, counts)

    return make_rows


def _group_reader(name: str, columns: Sequence[Column]) -> Callable[[bytes], Iterable[Any]]:
    """Return a function from the JSON of a group to the paths and cells of its columns."""
    own = [column for column in columns if group_of(column.path[0]) == name]
    leaves: dict[Path, Any] = {_COUNTS: list[_Count]} if name == CORE else {}
    for column in own:
        first, *beside = _paths(column)
        leaves |= dict.fromkeys(beside, list[str])
        # Numbers are texts in blocks.
        leaves[first] = list[column.join.type | Literal[""] if column.join else str]  # type: ignore[misc]
    decode = decoder_of(own, struct_of(leaves))
    read = attrgetter(*(".".join(map(name_of, path)) for path in leaves))
    # One name alone gives no tuple.
    read_all = read if len(leaves) > 1 else lambda group: (read(group),)
    return lambda content: zip(leaves, read_all(decode(content)), strict=True)


def _cells_maker(column: Column) -> Callable[[Stored, int], Cells]:
    """Return a function from stored columns, and a number of cells, to the cells of a column."""
    paths, make = _paths(column), cell_maker(column)

    def cells_of(stored: Stored, size: int) -> Cells:
        found = [_cells_at(stored, path) for path in paths]
        if make is None:
            return _filled(found[0], size)
        if len(found) > 1:
            found = [_filled(cells, size) for cells in found]
        return _filled(list(map(make, *found)), size)

    return cells_of


def _cells_at(stored: Stored, path: Path) -> Cells:
    # A field without cells has "". A list without cells is damage.
    cells = stored.get(path, "")
    return _EMPTY if cells == "" else cells


def _paths(column: Column) -> list[Path]:
    """Return the path of a column in a block, and that of the second value that it needs."""
    paths = [column.path, *([column.beside] if column.beside else [])]
    return paths if column.level is Level.RECORD else [(ROWS, *path) for path in paths]


def _filled(cells: Cells, size: int) -> Cells:
    """Return as many cells; ValueError for another number of them."""
    if len(cells) == size:
        return cells
    if len(cells) != 1:
        raise ValueError(f"{len(cells)} cells instead of {size}")
    return list(cells) * size
