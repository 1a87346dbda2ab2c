"""The columns of products that the core of a product has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from chalicelib.catalog.listings import place_of
from chalicelib.catalog.product_core import PRODUCT, VARIANT, ProductCore, VariantCore, id_text
from chalicelib.exports.columns import Column, Core, Join, Level, PathKey

_VARIANTS: Final[PathKey] = place_of(ProductCore, "variants")
_CORES: Final[Mapping[Level, tuple[str, ...]]] = {
    Level.RECORD: ProductCore._fields,
    Level.ROW: VariantCore._fields,
}
# Stored as numbers, which are a fourth of the bytes.
_IDS: Final = {
    Level.RECORD: Join(int | str, partial(id_text, PRODUCT)),
    Level.ROW: Join(int | str, partial(id_text, VARIANT)),
}


def find_core(columns: Sequence[Column]) -> Core | None:
    """Return the columns as the core of a product has them; None if it lacks one of them."""
    found = [one for column in columns if (one := _in_core(column))]
    return Core(found, _VARIANTS) if len(found) == len(columns) else None


def _in_core(column: Column) -> Column | None:
    [step, *deeper] = column.path
    fields = _CORES.get(column.level, ())
    if deeper or step not in fields:
        return None
    found = replace(column, path=(fields.index(step),))
    return replace(found, join=_IDS[column.level]) if step == "id" else found
