"""The fields of `ProductFilterInput`: how each is checked and what it admits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any, Final

from chalicelib.catalog.dictionaries import Dictionaries
from chalicelib.catalog.kinds import key_of
from chalicelib.catalog.versions import BY_ID
from chalicelib.domain.global_id import number_of
from chalicelib.filters import fields, listings, stocks
from chalicelib.filters.attribute_checks import check_attributes
from chalicelib.filters.attributes import attributes
from chalicelib.filters.context import Document, FilterContext, Predicate, everything, with_facts
from chalicelib.filters.ids import check_ids
from chalicelib.filters.limits import check_lists
from chalicelib.filters.ranges import moment, within
from chalicelib.filters.search import search
from chalicelib.filters.search_query import check_search

# The fields that need a channel, with the names that they have in Saleor's error message.
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

# The fields that compare stocks, prices or publication.
LIVE_FIELDS: Final = frozenset({*CHANNEL_FIELDS, "stocks"})


def make_context(
    dictionaries: Dictionaries, channel: Document | None, now: datetime
) -> FilterContext:
    """Return the context of a product filter; `channel` is the document of the channel."""
    key = key_of(channel["id"]) if channel else ""
    return FilterContext(now=now, dictionaries=dictionaries, channel=key)


def make_predicate(given: Mapping[str, Any], context: FilterContext) -> Predicate:
    """Return the predicate over whole product documents that the filter input describes."""
    admits = fields.make_predicate(FIELDS, given, context)
    return lambda product: admits(with_facts(product))


def check_filter(given: Mapping[str, Any]) -> None:
    """Raise RequestRefused (field filter) for malformed, contradictory or excessive conditions."""
    check_lists(given)
    fields.run_checks(_CHECKS, given)


def _categories(ids: list[str], context: FilterContext) -> Predicate:
    """Admit products in one of the categories or in a descendant of one."""
    if not ids:
        return everything
    wanted, dictionaries = frozenset(map(number_of, ids)), context.dictionaries
    is_within = {
        document["number"]: not wanted.isdisjoint(
            (document["number"], *document["ancestor_numbers"])
        )
        for document in dictionaries.all("categories")
    }
    admits = dictionaries.known("categories", {None: False, **is_within}, absent=False)
    return lambda product: admits[product.get("category")]


def _collections(ids: list[str], context: FilterContext) -> Predicate:
    wanted = frozenset(map(number_of, ids))
    return (
        (lambda product: not wanted.isdisjoint(product.get("collections", ())))
        if wanted
        else everything
    )


def _has_category(wanted: bool, context: FilterContext) -> Predicate:
    return lambda product: ("category" in product) is wanted


def _gift_card(wanted: bool, context: FilterContext) -> Predicate:
    types = context.dictionaries.all("product_types", since=BY_ID)
    numbers = frozenset(one["number"] for one in types if one["kind"] == "GIFT_CARD")
    return lambda product: (product["product_type"] in numbers) is wanted


def _updated_at(bounds: Mapping[str, Any], context: FilterContext) -> Predicate:
    inside = within(bounds, moment)
    return lambda product: inside(moment(product["updated_at"]))


def _slugs(slugs: list[str], context: FilterContext) -> Predicate:
    wanted = frozenset(slugs)
    return (lambda product: product["slug"] in wanted) if wanted else everything


def _named(names: list[str], context: FilterContext) -> Predicate:
    wanted = frozenset(names)
    return lambda product: any(name in wanted for name in _names(product))


def names_of(product: Document) -> Iterator[str]:
    """Yield what the filter field `named` finds a whole product document by: slug and SKUs."""
    return _names(with_facts(product))


def _names(product: Document) -> Iterator[str]:
    yield product["slug"]
    yield from (variant["sku"] for variant in product.get("variants", ()) if variant.get("sku"))


def _channel(slug: str, context: FilterContext) -> Predicate:
    """Admit everything: the channel of the request's columns overrides this field."""
    return everything


FIELDS: Final[Mapping[str, fields.Build]] = {
    "isPublished": listings.is_published,
    "publishedFrom": listings.since(listings.PUBLISHED_AT),
    "isAvailable": listings.is_available,
    "availableFrom": listings.since(listings.AVAILABLE_AT),
    "isVisibleInListing": listings.is_visible,
    "price": listings.price,
    "minimalPrice": listings.minimal_price,
    "stockAvailability": stocks.stock_availability,
    "stocks": stocks.stocks,
    "collections": _collections,
    "categories": _categories,
    "hasCategory": _has_category,
    "productTypes": fields.number_in("product_type"),
    "ids": fields.number_in("number"),
    "slugs": _slugs,
    "named": _named,
    "giftCard": _gift_card,
    "hasPreorderedVariants": stocks.has_preordered_variants,
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
    "search": check_search,
}
