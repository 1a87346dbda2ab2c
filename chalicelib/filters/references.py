"""Tests of what an attribute value refers to: a page, product, variant, category or collection."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from chalicelib.catalog.dictionaries import Dictionaries
from chalicelib.domain.global_id import decode_global_id
from chalicelib.filters.context import Document, with_facts
from chalicelib.filters.search_words import fold

Value = Mapping[str, Any]
Test = Callable[[Value], bool]
# The references that have a name, and one kind of name with a name and a reference.
Names = Mapping[str, Iterable[str]]
Named = tuple[str, str, str]

_DICTIONARIES: Final = {
    "categorySlugs": ("categories", "Category"),
    "collectionSlugs": ("collections", "Collection"),
}
_PRODUCTS: Final = ("productSlugs", "productVariantSkus")


@dataclass(slots=True)
class References:
    """Finds the records that the conditions of one filter name.

    A reference reads like `Product_7`. The catalogue's products are read at most once.
    """

    dictionaries: Dictionaries
    conditions: Sequence[Mapping[str, Any]]
    _names: dict[str, Names] = field(default_factory=dict)

    def find(self, kind: str, items: Iterable[str]) -> frozenset[str]:
        """Return the references that the items (ids, slugs or SKUs) of a condition stand for."""
        if kind == "referencedIds":
            return frozenset("_".join(decode_global_id(global_id)) for global_id in items)
        names = self._names_of(kind)
        return frozenset(reference for item in items for reference in names.get(item, ()))

    def _names_of(self, kind: str) -> Names:
        if kind not in self._names:
            self._names |= (
                {kind: self._named(*_DICTIONARIES[kind])}
                if kind in _DICTIONARIES
                else self._products()
            )
        return self._names[kind]

    def _named(self, kind: str, type_name: str) -> Names:
        """Return the references to the records of a dictionary, by slug."""
        return {
            document["slug"]: [f"{type_name}_{document['number']}"]
            for document in self.dictionaries.all(kind)
        }

    def _products(self) -> dict[str, Names]:
        """Return the references to all products and variants that the conditions name."""
        wanted = {(kind, name) for kind in _PRODUCTS for name in _items(self.conditions, kind)}

        def found(product: Document) -> Iterator[Named]:
            return (named for named in _names_in(product) if named[:2] in wanted)

        names: dict[str, dict[str, list[str]]] = {kind: defaultdict(list) for kind in _PRODUCTS}
        for kind, name, reference in self.dictionaries.collect("products", found):
            names[kind][name].append(reference)
        return {**names}


def _names_in(product: Document) -> Iterator[Named]:
    """Yield the names of a product and its variants with what they refer to."""
    facts = with_facts(product)
    yield "productSlugs", facts["slug"], f"Product_{facts['number']}"
    for variant in facts["variants"]:
        if "sku" in variant:
            yield "productVariantSkus", variant["sku"], f"ProductVariant_{variant['number']}"


def reference_tests(kind: str, contains: Mapping[str, Any], references: References) -> list[Test]:
    """Return one test for `containsAny`, and one for each item of `containsAll`."""
    if contains.get("containsAll"):
        return [_reference_test(kind, [item], references) for item in contains["containsAll"]]
    return [_reference_test(kind, contains["containsAny"], references)]


def _reference_test(kind: str, items: list[str], references: References) -> Test:
    """Return a test for values that refer to one of the items: ids, slugs or SKUs."""
    if kind == "pageSlugs":
        # The catalogue stores titles of pages, not their slugs: derive the slug from the title.
        slugs = frozenset(items)
        return lambda value: (
            value.get("reference", "").startswith("Page_") and slugify(value["name"]) in slugs
        )
    found = references.find(kind, items)
    return lambda value: value.get("reference") in found


def _items(conditions: Iterable[Mapping[str, Any]], kind: str) -> Iterator[str]:
    """Yield the slugs or SKUs of one kind in all conditions."""
    for condition in conditions:
        reference = (condition.get("value") or {}).get("reference") or {}
        for items in (reference.get(kind) or {}).values():
            yield from items or ()


def slugify(title: str) -> str:
    """Return the slug that Saleor derives from a title."""
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", fold(title))).strip("-_")
