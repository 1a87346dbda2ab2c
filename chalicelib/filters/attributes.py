"""Conditions on attribute values, in the forms of `AttributeInput`.

The deprecated forms (`values`, `valuesRange`, `date`, `dateTime`, `boolean`) look at the product and its variants. The
`value` form looks at the product alone, as Saleor's does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from chalicelib.domain.global_id import decode_global_id
from chalicelib.errors import RequestRefused
from chalicelib.filters.context import (
    Document,
    FilterContext,
    Predicate,
    all_of,
    everything,
    nothing,
    with_facts,
)
from chalicelib.filters.ids import check_ids
from chalicelib.filters.ranges import day, moment, within
from chalicelib.filters.search_words import fold

Value = Mapping[str, Any]
Test = Callable[[Value], bool]
REFERENCED_TYPES: Final = ("Page", "Product", "ProductVariant", "Category", "Collection")
_OLD_FORMS: Final = ("values", "valuesRange", "date", "dateTime", "boolean")


def attributes(wanted: list[Mapping[str, Any]], context: FilterContext) -> Predicate:
    """Every condition must hold. With an attribute that does not exist none can."""
    if not wanted:
        return everything
    known = {document["slug"] for document in context.dictionaries.all("attributes")}
    if any(one.get("slug") and one["slug"] not in known for one in wanted):
        return nothing
    if _is_old(wanted[0]):
        return _old_forms(wanted)
    with_value = [one for one in wanted if one.get("value")]
    bare = frozenset(one["slug"] for one in wanted if not one.get("value"))
    return all_of(
        [
            *([_has_any(bare)] if bare else []),
            *(
                _of_product(one.get("slug"), _value_tests(one["value"], context))
                for one in with_value
            ),
        ]
    )


def _has_any(slugs: frozenset[str]) -> Predicate:
    """Some value of one of the attributes: those asked for without a value are alternatives, as in Saleor."""
    return lambda product: any(product.get("values", {}).get(slug) for slug in slugs)


def check_attributes(wanted: list[Mapping[str, Any]]) -> None:
    """RequestRefused for what Saleor refuses: mixed forms, missing slugs, several values, empty ones, bad ids."""
    if len({_is_old(one) for one in wanted}) > 1:
        raise _refused("Use either `value` or the deprecated fields in all `attributes`, not both.")
    for one in wanted:
        if _is_old(one):
            _check_old_form(one)
        else:
            _check_value_form(one)
    slugs = [one["slug"] for one in wanted if one.get("slug")]
    if not any(map(_is_old, wanted)) and len(slugs) != len(set(slugs)):
        raise _refused("Each attribute slug can be given once.")


def _is_old(one: Mapping[str, Any]) -> bool:
    return any(form in one for form in _OLD_FORMS)


def _check_old_form(one: Mapping[str, Any]) -> None:
    if not one.get("slug"):
        raise _refused("An attribute needs its `slug` with the deprecated fields.")
    if "value" in one:
        raise _refused("`value` cannot be used with the deprecated fields.")


def _check_value_form(one: Mapping[str, Any]) -> None:
    value = one.get("value")
    if (
        ("value" in one and not value)
        or ("slug" in one and not one["slug"])
        or (not value and not one.get("slug"))
    ):
        raise _refused("An attribute needs a `slug` or a `value`, and neither can be empty.")
    if value and (len(value) > 1 or next(iter(value.values())) is None):
        raise _refused("An attribute's `value` takes exactly one condition, and it cannot be null.")
    if value and "reference" in value:
        _check_reference(value["reference"])


def _check_reference(reference: Mapping[str, Any]) -> None:
    if not reference:
        raise _refused("A reference needs a condition.")
    for key, contains in reference.items():
        given = {name: items for name, items in (contains or {}).items() if items is not None}
        if len(given) != 1 or not all(given.values()):
            raise _refused(
                "A reference condition takes either `containsAny` or `containsAll`, and it cannot be empty."
            )
        if key == "referencedIds":
            check_ids(*given.values(), *REFERENCED_TYPES, field="filter")


def _refused(message: str) -> RequestRefused:
    return RequestRefused(message, field="filter", code="GRAPHQL_ERROR")


def _old_forms(wanted: list[Mapping[str, Any]]) -> Predicate:
    """Deprecated conditions: those on one attribute are alternatives, those on different ones must all hold."""
    tests: dict[tuple[str, str], list[Test]] = {}
    for one in wanted:
        # Of several forms in one input the first counts; null is none.
        form = next((form for form in _OLD_FORMS if one.get(form) is not None), None)
        if form is None:
            return nothing
        alternatives = tests.setdefault((one["slug"], form), [])
        alternatives.append(_OLD_TESTS[form](one[form]))
    return all_of([_anywhere(slug, alternatives) for (slug, _), alternatives in tests.items()])


def _anywhere(slug: str, tests: list[Test]) -> Predicate:
    """Some value of the attribute, of the product or a variant, passes one of the tests."""
    return lambda product: any(
        test(value) for value in _values_anywhere(product, slug) for test in tests
    )


def _values_test(slugs: list[str]) -> Test:
    wanted = frozenset(slugs)
    return lambda value: value["slug"] in wanted


def _numeric_range_test(bounds: Mapping[str, Any]) -> Test:
    """Without a lower bound from 0 on. The value 0 itself is never found, as in Saleor."""
    inside = within(
        {"gte": 0, **{name: bound for name, bound in bounds.items() if bound is not None}}
    )
    return lambda value: bool(value.get("numeric")) and inside(value["numeric"])


def _date_test(bounds: Mapping[str, Any]) -> Test:
    inside = within(bounds, day)
    return lambda value: inside(_day_of(value))


def _date_time_test(bounds: Mapping[str, Any]) -> Test:
    inside = within(bounds, moment)
    return lambda value: inside(_moment_of(value))


def _boolean_test(wanted: bool) -> Test:
    return lambda value: value.get("boolean") is wanted


_OLD_TESTS: Final[Mapping[str, Callable[[Any], Test]]] = {
    "values": _values_test,
    "valuesRange": _numeric_range_test,
    "date": _date_test,
    "dateTime": _date_time_test,
    "boolean": _boolean_test,
}


def _of_product(slug: str | None, tests: list[Test]) -> Predicate:
    """For each test some value of the product (of that attribute) passes it."""
    return lambda product: all(
        any(test(value) for value in _values(product, slug)) for test in tests
    )


def _value_tests(value: Mapping[str, Any], context: FilterContext) -> list[Test]:
    """The tests of a `value`. `containsAll` is a test for each of its items."""
    key, condition = next(iter(value.items()))
    if key == "reference":
        return [
            test
            for kind, contains in condition.items()
            for test in _reference_tests(kind, contains, context)
        ]
    return [_VALUE_TESTS[key](condition)]


def _text_test(key: str) -> Callable[[Mapping[str, Any]], Test]:
    def build(condition: Mapping[str, Any]) -> Test:
        wanted = frozenset(_equals(condition))
        return lambda value: value[key] in wanted

    return build


def _decimal_test(condition: Mapping[str, Any]) -> Test:
    bounds = {
        name: bound for name, bound in (condition.get("range") or {}).items() if bound is not None
    }
    if bounds and "eq" not in condition and not condition.get("oneOf"):
        inside = within(bounds, float)
        return lambda value: inside(value.get("numeric"))
    wanted = frozenset(map(float, _equals(condition)))
    return lambda value: value.get("numeric") in wanted


def _equals(condition: Mapping[str, Any]) -> list[Any]:
    """What a value may equal: `eq` counts before `oneOf`; null equals nothing."""
    if "eq" in condition:
        return [] if condition["eq"] is None else [condition["eq"]]
    return list(condition.get("oneOf") or ())


_VALUE_TESTS: Final[Mapping[str, Callable[[Any], Test]]] = {
    "slug": _text_test("slug"),
    "name": _text_test("name"),
    "numeric": _decimal_test,
    "date": lambda bounds: _pure(_date_test(bounds), "date"),
    "dateTime": lambda bounds: _pure(_date_time_test(bounds), "date_time"),
    "boolean": _boolean_test,
}


def _pure(test: Test, key: str) -> Test:
    """The test for values of this type alone."""
    return lambda value: key in value and test(value)


def _reference_tests(kind: str, contains: Mapping[str, Any], context: FilterContext) -> list[Test]:
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


def _values(holder: Document, slug: str | None) -> Iterator[Value]:
    """The values of one attribute, or of all."""
    assigned = holder.get("values") or {}
    if slug is not None:
        yield from assigned.get(slug, ())
    else:
        for values in assigned.values():
            yield from values


def _values_anywhere(product: Document, slug: str) -> Iterator[Value]:
    yield from _values(product, slug)
    for variant in product.get("variants", ()):
        yield from _values(variant, slug)


def _day_of(value: Value) -> Any:
    moment_ = _moment_of(value)
    return moment_.date() if moment_ else None


def _moment_of(value: Value) -> datetime | None:
    """A date is the beginning of its day in UTC."""
    if "date_time" in value:
        return moment(value["date_time"]).astimezone(UTC)
    return moment(value["date"]) if "date" in value else None
