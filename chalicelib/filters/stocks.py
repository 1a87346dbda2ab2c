"""Conditions on the stocks of a product's variants."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.catalog.kinds import key_of
from chalicelib.catalog.versions import BY_ID
from chalicelib.filters.context import Document, FilterContext, Predicate, everything
from chalicelib.filters.ranges import moment, within


def stock_availability(wanted: str, context: FilterContext) -> Predicate:
    """Admit products that are in stock in the context's channel, or those that are not.

    A product is in stock if some warehouse that serves the channel holds more of a variant than
    is allocated.
    """
    serving = _serving(context)

    def in_stock(product: Document) -> bool:
        return any(
            quantity > variant.get("allocated", {}).get(warehouse, 0)
            for variant in product.get("variants", ())
            for warehouse, quantity in variant.get("stocks", {}).items()
            if serving[warehouse]
        )

    return in_stock if wanted == "IN_STOCK" else lambda product: not in_stock(product)


def _serving(context: FilterContext) -> Mapping[str, bool]:
    """Return by key whether each warehouse serves the context's channel."""
    channels = context.dictionaries.all("channels", since=BY_ID)
    found = next((one for one in channels if key_of(one["id"]) == context.channel), None)
    return _known(context, lambda one: found is not None and _serves(one, found))


def _serves(warehouse: Document, channel: Document) -> bool:
    # A warehouse serves a channel if it ships there or lets customers collect.
    return warehouse["id"] in channel["warehouses"] and (
        channel["id"] in warehouse["zone_channels"] or warehouse["click_and_collect"]
    )


def _known(context: FilterContext, find: Callable[[Document], bool]) -> Mapping[str, bool]:
    """Return by key whether `find` is true of each warehouse."""
    warehouses = context.dictionaries.all("warehouses", since=BY_ID)
    found = {key_of(one["id"]): find(one) for one in warehouses}
    return context.dictionaries.known("warehouses", found, absent=False)


def stocks(given: Mapping[str, Any], context: FilterContext) -> Predicate:
    """Admit products with a variant whose total quantity in the warehouses is in the range."""
    ids, quantity = given.get("warehouseIds"), given.get("quantity")
    if not ids and not quantity:
        return everything
    if quantity and not any(bound is not None for bound in quantity.values()):
        return lambda product: bool(product.get("variants"))
    wanted = frozenset(ids or ())
    chosen = _known(context, lambda one: one["id"] in wanted) if wanted else None
    inside = within(quantity)
    return lambda product: any(
        inside(_quantity(variant, chosen)) for variant in product.get("variants", ())
    )


def _quantity(variant: Document, chosen: Mapping[str, bool] | None) -> int | None:
    """Return the quantity in the chosen warehouses (None: in all); None without a stock there."""
    held = [
        quantity
        for warehouse, quantity in variant.get("stocks", {}).items()
        if chosen is None or chosen[warehouse]
    ]
    # SQL's SUM over no rows is NULL: without a stock there is no quantity, not 0.
    return sum(held) if held else None


def has_preordered_variants(wanted: bool, context: FilterContext) -> Predicate:
    """Admit products that have a variant on preorder, or those that have none."""

    def is_open(preorder: Mapping[str, Any] | None) -> bool:
        return preorder is not None and (
            preorder["end_at"] is None or moment(preorder["end_at"]) > context.now
        )

    return lambda product: (
        any(is_open(variant.get("preorder")) for variant in product.get("variants", ())) is wanted
    )
