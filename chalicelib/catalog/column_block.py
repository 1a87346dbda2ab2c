"""Neighbouring products, column by column.

Most exports want few columns of many products, and the cells of a column are alike. So products are
stored a second time, as blocks of neighbouring ones (ADR 48). A block is a document whose leaves
are columns: lists with a cell for each product, or for each of their rows below `variants`. A list
of one cell stands for a column whose cells are all the same, and a column without texts is left
out. `counts` has the number of rows of each product.

    {"counts": [2, 1], "id": ["UHJ…", "UHJ…"], "listings": {"1": [["EUR"], ["True"], …]},
     "variants": {"sku": ["a", "b", "c"], "stocks": {"7": ["4", "0", ""]}}}

A block is stored in groups of columns that are wanted, and change, together. Each group is a
document of its own, and `counts` is in the first one. Facts are in none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from typing import Any, Final

from chalicelib.catalog.product_document import Document

ROWS: Final = "variants"
COUNTS: Final = "counts"
CORE: Final = "core"
# The group of a column, by the first step of its path.
_GROUPS: Final[Mapping[str, str]] = {
    "id": CORE,
    "name": CORE,
    "product_type": CORE,
    "category": CORE,
    "weight": CORE,
    "sku": CORE,
    # Saleor has this column and leaves it empty.
    "charge_taxes": CORE,
    "description": "description",
    "media": "media",
    "collections": "attributes",
    "attributes": "attributes",
    "stocks": "stocks",
    "listings": "listings",
}


def group_of(step: Any) -> str | None:
    """Return the group of a column whose path begins with this step; None if blocks lack it."""
    return _GROUPS.get(step)


def make_block(documents: Sequence[Mapping[str, Any]]) -> dict[str, Document]:
    """Return the groups of a block of these documents, without those that have no cells.

    ValueError for documents of different shapes.
    """
    # A product without variants has one row.
    held: list[Sequence[Document]] = [document.get(ROWS) or ({},) for document in documents]
    rows, counts = list(chain.from_iterable(held)), list(map(len, held))
    groups: dict[str, Document] = {CORE: {COUNTS: _shrunk(counts)}}
    for name, column in _columns(documents).items():
        groups.setdefault(_GROUPS[name], {})[name] = column
    for name, column in _columns(rows).items():
        groups.setdefault(_GROUPS[name], {}).setdefault(ROWS, {})[name] = column
    return groups


def _columns(parts: Sequence[Mapping[str, Any]]) -> Document:
    return {
        name: _column(name, [part.get(name, "") for part in parts])
        for name in _names(parts)
        if name in _GROUPS
    }


def _column(name: str, values: Sequence[Any]) -> Any:
    """Return the column of these values, or an object of columns if they are objects."""
    if not any(isinstance(value, dict) for value in values):
        return _shrunk(values)
    objects = [{} if value == "" else value for value in values]
    if not all(isinstance(value, dict) for value in objects):
        raise ValueError(f"{name} are not objects in all documents")
    below = {key: [one.get(key, "") for one in objects] for key in _names(objects)}
    make: Callable[[Sequence[Any]], Any] = _MAKERS.get(name, _shrunk)
    return {key: make(cells) for key, cells in below.items()}


def _array(values: Sequence[Any]) -> list[Sequence[Any]]:
    """Return a column for each place of these arrays. Absent arrays are ""."""
    width = max(map(len, values))
    arrays = (value or [""] * width for value in values)
    return [_shrunk(column) for column in zip(*arrays, strict=True)]


def _numbers(values: Sequence[Any]) -> Sequence[str]:
    """Return a column of the texts that files show of these numbers. Absent ones are ""."""
    if any(type(value) is not int and value != "" for value in values):
        raise ValueError("values are not numbers")
    return _shrunk(list(map(str, values)))


def _shrunk(values: Sequence[Any]) -> Sequence[Any]:
    """Return the values, or the first one if all are equal."""
    return values[:1] if values.count(values[0]) == len(values) else values


def _names(parts: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    """Return the names of all parts, in their order."""
    return dict.fromkeys(name for part in parts for name in part)


# What becomes of the values of an object. Other objects have the cells themselves.
_MAKERS: Final[Mapping[str, Callable[[Sequence[Any]], Any]]] = {
    "listings": _array,
    "stocks": _numbers,
}
