"""Conditions on stocks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.filters.context import Document, FilterContext, Predicate, everything
from chalicelib.filters.ranges import moment, within


def stock_availability(wanted: str, context: FilterContext) -> Predicate:
    """Whether some variant has more in stock than is allocated, in a warehouse that serves the channel."""
    channels = {document["slug"]: document for document in context.dictionaries.all("channels")}
    of_channel = set(channels.get(context.channel, {}).get("warehouses", ()))
    serving = frozenset(
        document["slug"]
        for document in context.dictionaries.all("warehouses")
        if document["slug"] in of_channel
        and (context.channel in document["zone_channels"] or document["click_and_collect"])
    )

    def in_stock(product: Document) -> bool:
        return any(
            quantity > variant.get("allocated", {}).get(slug, 0)
            for variant in product.get("variants", ())
            for slug, quantity in variant.get("stocks", {}).items()
            if slug in serving
        )

    return in_stock if wanted == "IN_STOCK" else lambda product: not in_stock(product)


def stocks(given: Mapping[str, Any], context: FilterContext) -> Predicate:
    """A variant that is stocked in one of the warehouses, with a total quantity in the range."""
    ids, quantity = given.get("warehouseIds"), given.get("quantity")
    if not ids and not quantity:
        return everything
    chosen = frozenset(
        document["slug"]
        for document in context.dictionaries.all("warehouses")
        if document["id"] in (ids or ())
    )
    inside = within(quantity)
    if quantity and not any(bound is not None for bound in quantity.values()):
        return lambda product: bool(product.get("variants"))

    def admits(product: Document) -> bool:
        for variant in product.get("variants", ()):
            held = [n for slug, n in variant.get("stocks", {}).items() if not ids or slug in chosen]
            if inside(sum(held) if held else None):
                return True
        return False

    return admits


def has_preordered_variants(wanted: bool, context: FilterContext) -> Predicate:
    def is_open(preorder: Mapping[str, Any] | None) -> bool:
        return preorder is not None and (
            preorder["end_at"] is None or moment(preorder["end_at"]) > context.now
        )

    return lambda product: (
        any(is_open(variant.get("preorder")) for variant in product.get("variants", ())) is wanted
    )
