"""Conditions on attribute values, in the forms of `AttributeInput`.

The deprecated forms (`values`, `valuesRange`, `date`, `dateTime`, `boolean`) look at the product and its variants. The
`value` form looks at the product alone, as Saleor's does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.filters.attribute_checks import OLD_FORMS, is_old
from chalicelib.filters.attribute_values import OLD_TESTS, value_tests
from chalicelib.filters.context import (
    Document,
    FilterContext,
    Predicate,
    all_of,
    everything,
    nothing,
)
from chalicelib.filters.references import Test, Value


def attributes(wanted: list[Mapping[str, Any]], context: FilterContext) -> Predicate:
    """Every condition must hold. With an attribute that does not exist none can."""
    if not wanted:
        return everything
    known = {document["slug"] for document in context.dictionaries.all("attributes")}
    if any(one.get("slug") and one["slug"] not in known for one in wanted):
        return nothing
    if is_old(wanted[0]):
        return _old_forms(wanted)
    with_value = [one for one in wanted if one.get("value")]
    bare = frozenset(one["slug"] for one in wanted if not one.get("value"))
    return all_of(
        [
            *([_has_any(bare)] if bare else []),
            *(
                _of_product(one.get("slug"), value_tests(one["value"], context))
                for one in with_value
            ),
        ]
    )


def _has_any(slugs: frozenset[str]) -> Predicate:
    """Some value of one of the attributes: those asked for without a value are alternatives, as in Saleor."""
    return lambda product: any(product.get("values", {}).get(slug) for slug in slugs)


def _old_forms(wanted: list[Mapping[str, Any]]) -> Predicate:
    """Deprecated conditions: those on one attribute are alternatives, those on different ones must all hold."""
    tests: dict[tuple[str, str], list[Test]] = {}
    for one in wanted:
        # Of several forms in one input the first counts; null is none.
        form = next((form for form in OLD_FORMS if one.get(form) is not None), None)
        if form is None:
            return nothing
        alternatives = tests.setdefault((one["slug"], form), [])
        alternatives.append(OLD_TESTS[form](one[form]))
    return all_of([_anywhere(slug, alternatives) for (slug, _), alternatives in tests.items()])


def _anywhere(slug: str, tests: list[Test]) -> Predicate:
    """Some value of the attribute, of the product or a variant, passes one of the tests."""
    return lambda product: any(
        test(value) for value in _values_anywhere(product, slug) for test in tests
    )


def _of_product(slug: str | None, tests: list[Test]) -> Predicate:
    """For each test some value of the product (of that attribute) passes it."""
    return lambda product: all(
        any(test(value) for value in _values(product, slug)) for test in tests
    )


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
