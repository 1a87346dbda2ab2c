"""Conditions on a product's listing in the context's channel, and on its variants' prices there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from chalicelib.catalog.listings import ProductListing, VariantListing, place_of
from chalicelib.filters import fields
from chalicelib.filters.context import Document, FilterContext, Predicate
from chalicelib.filters.ranges import moment, within

PUBLISHED_AT: Final = place_of(ProductListing, "published_at")
AVAILABLE_AT: Final = place_of(ProductListing, "available_at")
_PUBLISHED: Final = place_of(ProductListing, "is_published")
_SEARCHABLE: Final = place_of(ProductListing, "is_searchable")
_PRICE: Final = place_of(VariantListing, "price")


def _listing(product: Document, context: FilterContext) -> list[str] | None:
    found: list[str] | None = product.get("listings", {}).get(context.channel)
    return found


def _prices(product: Document, context: FilterContext) -> list[str]:
    """Return the price cells of the variants listed in the channel; "" is a missing price."""
    listings = (
        variant.get("listings", {}).get(context.channel) for variant in product.get("variants", ())
    )
    return [listing[_PRICE] for listing in listings if listing is not None]


def is_published(wanted: bool, context: FilterContext) -> Predicate:
    """Admit products listed in that state with at least one variant that has a price."""

    def admits(product: Document) -> bool:
        listing = _listing(product, context)
        return (
            listing is not None
            and listing[_PUBLISHED] == str(wanted)
            and any(_prices(product, context))
        )

    return admits


def since(position: int) -> fields.Build:
    """Build conditions on a time stamp of the listing, which must be on or before a date."""

    def build(given: str, context: FilterContext) -> Predicate:
        latest = moment(given)

        def admits(product: Document) -> bool:
            listing = _listing(product, context)
            if listing is None or not listing[position]:
                return False
            return moment(listing[position]) <= latest

        return admits

    return build


def is_available(wanted: bool, context: FilterContext) -> Predicate:
    """Admit listed products that can be bought now, or those that cannot."""
    available = since(AVAILABLE_AT)(context.now.isoformat(), context)
    if wanted:
        return available
    return lambda product: _listing(product, context) is not None and not available(product)


def is_visible(wanted: bool, context: FilterContext) -> Predicate:
    """Admit products that the channel's search shows, or those that it hides."""

    def admits(product: Document) -> bool:
        listing = _listing(product, context)
        # Cells hold Python's `True` and `False`, as Saleor writes them.
        return listing is not None and listing[_SEARCHABLE] == str(wanted)

    return admits


def price(bounds: Mapping[str, Any], context: FilterContext) -> Predicate:
    """Admit products with a variant whose price is in the range.

    A listed variant without a price matches every range, as in Saleor (goldens f-price-*).
    """
    inside = within(_without_zero(bounds))
    return lambda product: any(
        not price or inside(float(price)) for price in _prices(product, context)
    )


def minimal_price(bounds: Mapping[str, Any], context: FilterContext) -> Predicate:
    """Admit products whose discounted price is in the range."""
    given = _without_zero(bounds)
    inside = within(given)
    if not given:
        return lambda product: _listing(product, context) is not None
    return lambda product: inside(product.get("discounted", {}).get(context.channel))


def _without_zero(bounds: Mapping[str, Any]) -> dict[str, Any]:
    # Saleor ignores a bound of 0 (goldens f-price-*).
    return {name: bound for name, bound in bounds.items() if bound}
