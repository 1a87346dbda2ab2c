"""Conditions on what an attribute value refers to."""

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
    """`containsAny`: one test; `containsAll`: one for each item."""
    if contains.get("containsAll"):
        return [_reference_test(kind, [item], context) for item in contains["containsAll"]]
    return [_reference_test(kind, contains["containsAny"], context)]


def _reference_test(kind: str, items: list[str], context: FilterContext) -> Test:
    """Whether a value refers to one of the items, which are ids, slugs or SKUs."""
    if kind == "pageSlugs":
        # Pages are not part of the catalogue: their slugs are known by their titles only.
        slugs = frozenset(items)
        return lambda value: (
            value.get("reference", "").startswith("Page_") and slugify(value["name"]) in slugs
        )
    references = _REFERENCES[kind](frozenset(items), context)
    return lambda value: value.get("reference") in references


def _ids(ids: frozenset[str], context: FilterContext) -> frozenset[str]:
    return frozenset("_".join(decode_global_id(one)) for one in ids)


def _named(kind: str, type_name: str) -> Callable[[frozenset[str], FilterContext], frozenset[str]]:
    """References to small things by slug."""
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
    """The slug that a title gets."""
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", fold(title))).strip("-_")
