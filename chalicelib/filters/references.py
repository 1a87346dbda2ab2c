"""Tests of what an attribute value refers to: a page, product, variant, category or collection."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from chalicelib.domain.global_id import decode_global_id
from chalicelib.filters.context import Document, FilterContext, with_facts
from chalicelib.filters.search_words import fold

Value = Mapping[str, Any]
Test = Callable[[Value], bool]


def reference_tests(kind: str, contains: Mapping[str, Any], context: FilterContext) -> list[Test]:
    """Return one test for `containsAny`, and one for each item of `containsAll`."""
    if contains.get("containsAll"):
        return [_reference_test(kind, [item], context) for item in contains["containsAll"]]
    return [_reference_test(kind, contains["containsAny"], context)]


def _reference_test(kind: str, items: list[str], context: FilterContext) -> Test:
    """Return a test for values that refer to one of the items: ids, slugs or SKUs."""
    if kind == "pageSlugs":
        # The catalogue stores titles of pages, not their slugs: derive the slug from the title.
        slugs = frozenset(items)
        return lambda value: (
            value.get("reference", "").startswith("Page_") and slugify(value["name"]) in slugs
        )
    references = _REFERENCES[kind](frozenset(items), context)
    return lambda value: value.get("reference") in references


def _ids(ids: frozenset[str], context: FilterContext) -> frozenset[str]:
    return frozenset("_".join(decode_global_id(global_id)) for global_id in ids)


def _named(kind: str, type_name: str) -> Callable[[frozenset[str], FilterContext], frozenset[str]]:
    """Return a lookup of references by slug in a dictionary."""
    return lambda slugs, context: frozenset(
        f"{type_name}_{document['number']}"
        for document in context.dictionaries.all(kind)
        if document["slug"] in slugs
    )


def _products(slugs: frozenset[str], context: FilterContext) -> frozenset[str]:
    def found(product: Document) -> Iterator[str]:
        facts = with_facts(product)
        if facts["slug"] in slugs:
            yield f"Product_{facts['number']}"

    return context.dictionaries.collect("products", found)


def _variants(skus: frozenset[str], context: FilterContext) -> frozenset[str]:
    def found(product: Document) -> Iterator[str]:
        for variant in with_facts(product)["variants"]:
            if variant.get("sku") in skus:
                yield f"ProductVariant_{variant['number']}"

    return context.dictionaries.collect("products", found)


_REFERENCES: Final[Mapping[str, Callable[[frozenset[str], FilterContext], frozenset[str]]]] = {
    "referencedIds": _ids,
    "productSlugs": _products,
    "productVariantSkus": _variants,
    "categorySlugs": _named("categories", "Category"),
    "collectionSlugs": _named("collections", "Collection"),
}


def slugify(title: str) -> str:
    """Return the slug that Saleor derives from a title."""
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", fold(title))).strip("-_")
