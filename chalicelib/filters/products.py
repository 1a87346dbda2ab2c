"""The fields of `ProductFilterInput`, each in one place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any, Final

from chalicelib.catalog.dictionaries import Dictionaries
from chalicelib.domain.global_id import number_of
from chalicelib.filters import fields
from chalicelib.filters.attributes import attributes, check_attributes
from chalicelib.filters.context import Document, FilterContext, Predicate, everything, with_facts
from chalicelib.filters.ids import check_ids
from chalicelib.filters.ranges import moment, within
from chalicelib.filters.search import search

# These look at a channel; under the names that Saleor's message has for them.
CHANNEL_FIELDS: Final[Mapping[str, str]] = {
    "isPublished": "is_published",
    "publishedFrom": "published_from",
    "isAvailable": "is_available",
    "availableFrom": "available_from",
    "isVisibleInListing": "is_visible_in_listing",
    "price": "price",
    "minimalPrice": "minimal_price",
    "stockAvailability": "stock_availability",
}
# Places in the cells of a product's listing and of a variant's (see `exports.product_document`).
_PUBLISHED, _PUBLISHED_AT, _SEARCHABLE, _AVAILABLE_AT = 1, 2, 3, 4
_PRICE: Final = 0


def make_context(
    dictionaries: Dictionaries, channel: Document | None, now: datetime
) -> FilterContext:
    """The context of a product filter; `channel` is the document of the one channel of the request."""
    return FilterContext(
        now=now, dictionaries=dictionaries, channel=channel["slug"] if channel else ""
    )


def make_predicate(given: Mapping[str, Any], context: FilterContext) -> Predicate:
    """Whether a product's whole document is admitted by the filter input."""
    admits = fields.make_predicate(FIELDS, given, context)
    return lambda product: admits(with_facts(product))


def check_filter(given: Mapping[str, Any]) -> None:
    """RequestRefused (field filter) for ids and attributes that cannot be meant."""
    fields.run_checks(_CHECKS, given)


def _listing(product: Document, context: FilterContext) -> list[str] | None:
    found: list[str] | None = product.get("listings", {}).get(context.channel)
    return found


def _is_published(wanted: bool, context: FilterContext) -> Predicate:
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


def _since(place: int) -> fields.Build:
    """Published, or available, on or before a date."""

    def build(given: str, context: FilterContext) -> Predicate:
        latest = moment(given)

        def admits(product: Document) -> bool:
            listing = _listing(product, context)
            return listing is not None and bool(listing[place]) and moment(listing[place]) <= latest

        return admits

    return build


def _is_available(wanted: bool, context: FilterContext) -> Predicate:
    available = _since(_AVAILABLE_AT)(context.now.isoformat(), context)
    if wanted:
        return available
    return lambda product: _listing(product, context) is not None and not available(product)


def _is_visible(wanted: bool, context: FilterContext) -> Predicate:
    def admits(product: Document) -> bool:
        listing = _listing(product, context)
        return listing is not None and listing[_SEARCHABLE] == str(wanted)

    return admits


def _price(bounds: Mapping[str, Any], context: FilterContext) -> Predicate:
    """A variant listed in the channel with a price in the range, or without a price. A bound of 0 is none."""
    inside = within(_without_zero(bounds))
    return lambda product: any(
        not price or inside(float(price)) for price in _prices(product, context)
    )


def _minimal_price(bounds: Mapping[str, Any], context: FilterContext) -> Predicate:
    """The discounted price in the channel in the range. A bound of 0 is none."""
    given = _without_zero(bounds)
    inside = within(given)
    if not given:
        return lambda product: _listing(product, context) is not None
    return lambda product: inside(product.get("discounted", {}).get(context.channel))


def _without_zero(bounds: Mapping[str, Any]) -> dict[str, Any]:
    return {name: bound for name, bound in bounds.items() if bound}


def _stock_availability(wanted: str, context: FilterContext) -> Predicate:
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


def _stocks(given: Mapping[str, Any], context: FilterContext) -> Predicate:
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


def _categories(ids: list[str], context: FilterContext) -> Predicate:
    """In one of the categories or below."""
    if not ids:
        return everything
    wanted = frozenset(map(number_of, ids))
    numbers = frozenset(
        document["number"]
        for document in context.dictionaries.all("categories")
        if document["number"] in wanted or wanted.intersection(document["ancestor_numbers"])
    )
    return lambda product: product.get("category_number") in numbers


def _collections(ids: list[str], context: FilterContext) -> Predicate:
    wanted = frozenset(map(number_of, ids))
    return (
        (lambda product: not wanted.isdisjoint(product.get("collection_numbers", ())))
        if wanted
        else everything
    )


def _has_category(wanted: bool, context: FilterContext) -> Predicate:
    return lambda product: ("category_number" in product) is wanted


def _gift_card(wanted: bool, context: FilterContext) -> Predicate:
    return lambda product: product.get("gift_card", False) is wanted


def _has_preordered_variants(wanted: bool, context: FilterContext) -> Predicate:
    def is_open(preorder: Mapping[str, Any] | None) -> bool:
        return preorder is not None and (
            preorder["end_at"] is None or moment(preorder["end_at"]) > context.now
        )

    return lambda product: (
        any(is_open(variant.get("preorder")) for variant in product.get("variants", ())) is wanted
    )


def _updated_at(bounds: Mapping[str, Any], context: FilterContext) -> Predicate:
    inside = within(bounds, moment)
    return lambda product: inside(moment(product["updated_at"]))


def _slugs(slugs: list[str], context: FilterContext) -> Predicate:
    wanted = frozenset(slugs)
    return (lambda product: product["slug"] in wanted) if wanted else everything


def _channel(slug: str, context: FilterContext) -> Predicate:
    """Only says which channel other fields mean; the request's own channel overrides it."""
    return everything


FIELDS: Final[Mapping[str, fields.Build]] = {
    "isPublished": _is_published,
    "publishedFrom": _since(_PUBLISHED_AT),
    "isAvailable": _is_available,
    "availableFrom": _since(_AVAILABLE_AT),
    "isVisibleInListing": _is_visible,
    "price": _price,
    "minimalPrice": _minimal_price,
    "stockAvailability": _stock_availability,
    "stocks": _stocks,
    "collections": _collections,
    "categories": _categories,
    "hasCategory": _has_category,
    "productTypes": fields.number_in("product_type_number"),
    "ids": fields.number_in("number"),
    "slugs": _slugs,
    "giftCard": _gift_card,
    "hasPreorderedVariants": _has_preordered_variants,
    "attributes": attributes,
    "search": search,
    "metadata": fields.metadata,
    "updatedAt": _updated_at,
    "channel": _channel,
}


def _ids_of(type_name: str) -> fields.Check:
    return partial(_check_ids, type_name)


def _check_ids(type_name: str, ids: list[str]) -> None:
    check_ids(ids, type_name, field="filter")


def _check_stocks(given: Mapping[str, Any]) -> None:
    check_ids(given.get("warehouseIds") or (), "Warehouse", field="filter")


_CHECKS: Final[Mapping[str, Callable[[Any], None]]] = {
    "collections": _ids_of("Collection"),
    "categories": _ids_of("Category"),
    "productTypes": _ids_of("ProductType"),
    "ids": _ids_of("Product"),
    "stocks": _check_stocks,
    "attributes": check_attributes,
}
