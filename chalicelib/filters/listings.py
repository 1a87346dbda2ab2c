"""Conditions on the listing in a channel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from chalicelib.filters import fields
from chalicelib.filters.context import Document, FilterContext, Predicate
from chalicelib.filters.ranges import moment, within

# Places in the cells of a product's listing and of a variant's (see `exports.product_document`).
_PUBLISHED, PUBLISHED_AT, _SEARCHABLE, AVAILABLE_AT = 1, 2, 3, 4


# Places in the cells of a product's listing and of a variant's (see `catalog.product_document`).
_PUBLISHED, PUBLISHED_AT, _SEARCHABLE, AVAILABLE_AT = 1, 2, 3, 4
_PRICE: Final = 0


def _listing(product: Document, context: FilterContext) -> list[str] | None:
    found: list[str] | None = product.get("listings", {}).get(context.channel)
    return found


def is_published(wanted: bool, context: FilterContext) -> Predicate:
    """Listed with that state, and a variant with a price there."""

    def admits(product: Document) -> bool:
        listing = _listing(product, context)
        return (
            listing is not None
            and listing[_PUBLISHED] == str(wanted)
            and any(_prices(product, context))
        )

    return admits


def _prices(product: Document, context: FilterContext) -> list[str]:
    """The price cells of the variants listed in the channel; "" where there is no price."""
    listings = (
        variant.get("listings", {}).get(context.channel) for variant in product.get("variants", ())
    )
    return [listing[_PRICE] for listing in listings if listing is not None]


def since(place: int) -> fields.Build:
    """Published, or available, on or before a date."""

    def build(given: str, context: FilterContext) -> Predicate:
        latest = moment(given)

        def admits(product: Document) -> bool:
            listing = _listing(product, context)
            return listing is not None and bool(listing[place]) and moment(listing[place]) <= latest

        return admits

    return build


def is_available(wanted: bool, context: FilterContext) -> Predicate:
    available = since(AVAILABLE_AT)(context.now.isoformat(), context)
    if wanted:
        return available
    return lambda product: _listing(product, context) is not None and not available(product)


def is_visible(wanted: bool, context: FilterContext) -> Predicate:
    def admits(product: Document) -> bool:
        listing = _listing(product, context)
        return listing is not None and listing[_SEARCHABLE] == str(wanted)

    return admits


def price(bounds: Mapping[str, Any], context: FilterContext) -> Predicate:
    """A variant listed in the channel with a price in the range, or without a price. A bound of 0 is none."""
    inside = within(_without_zero(bounds))
    return lambda product: any(
        not price or inside(float(price)) for price in _prices(product, context)
    )


def minimal_price(bounds: Mapping[str, Any], context: FilterContext) -> Predicate:
    """The discounted price in the channel in the range. A bound of 0 is none."""
    given = _without_zero(bounds)
    inside = within(given)
    if not given:
        return lambda product: _listing(product, context) is not None
    return lambda product: inside(product.get("discounted", {}).get(context.channel))


def _without_zero(bounds: Mapping[str, Any]) -> dict[str, Any]:
    return {name: bound for name, bound in bounds.items() if bound}
