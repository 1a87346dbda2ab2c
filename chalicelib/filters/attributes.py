"""Conditions on attribute values, in the forms of `AttributeInput`.

The deprecated forms (`values`, `valuesRange`, `date`, `dateTime`, `boolean`) look at the product
and its variants. The form `value` looks at the product only. Both rules are Saleor's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from chalicelib.catalog.kinds import key_of
from chalicelib.filters.attribute_checks import DEPRECATED_FORMS, is_deprecated
from chalicelib.filters.attribute_values import DEPRECATED_TESTS, value_tests
from chalicelib.filters.context import (
    Document,
    FilterContext,
    Predicate,
    all_of,
    everything,
    nothing,
)
from chalicelib.filters.references import References, Test, Value

Condition = Mapping[str, Any]
# The keys of attributes in documents, by slug.
Keys = Mapping[str, str]


def attributes(conditions: Sequence[Condition], context: FilterContext) -> Predicate:
    """Admit products that meet every condition; an unknown attribute admits none."""
    if not conditions:
        return everything
    keys = {one["slug"]: key_of(one["id"]) for one in context.dictionaries.all("attributes")}
    if any(condition.get("slug") and condition["slug"] not in keys for condition in conditions):
        return _without_unknown(keys, context)
    if is_deprecated(conditions[0]):
        return _deprecated(conditions, keys)
    return _by_value(conditions, keys, context)


def _without_unknown(keys: Keys, context: FilterContext) -> Predicate:
    """Admit no product. CatalogIncomplete for one whose attributes are not loaded."""
    admits = context.dictionaries.known(
        "attributes", dict.fromkeys(keys.values(), False), absent=False
    )
    return lambda product: any(
        admits[key]
        for holder in (product, *product.get("variants", ()))
        for key in holder.get("values") or ()
    )


def _by_value(conditions: Sequence[Condition], keys: Keys, context: FilterContext) -> Predicate:
    """Return the predicate of conditions in the form `value`, or with a slug only."""
    references = References(context.dictionaries, conditions)
    predicates = [
        _of_product(
            keys.get(condition.get("slug", "")), value_tests(condition["value"], references)
        )
        for condition in conditions
        if condition.get("value")
    ]
    # In Saleor, attributes asked for without a value are alternatives.
    bare = frozenset(
        keys[condition["slug"]] for condition in conditions if not condition.get("value")
    )
    return all_of([_has_any(bare), *predicates] if bare else predicates)


def _has_any(keys: frozenset[str]) -> Predicate:
    """Admit products with a value of at least one of the attributes."""
    return lambda product: any(product.get("values", {}).get(key) for key in keys)


def _of_product(key: str | None, tests: list[Test]) -> Predicate:
    """Admit products with, for each test, a value that passes it (of this attribute, or of any)."""
    return lambda product: all(
        any(test(value) for value in _values(product, key)) for test in tests
    )


def _deprecated(conditions: Sequence[Condition], keys: Keys) -> Predicate:
    """Return the predicate of conditions in deprecated forms.

    Conditions on one attribute are alternatives; every attribute must match.
    """
    tests: dict[tuple[str, str], list[Test]] = {}
    for condition in conditions:
        # Saleor takes the first form that is not null and ignores the others.
        form = next((form for form in DEPRECATED_FORMS if condition.get(form) is not None), None)
        if form is None:
            return nothing
        alternatives = tests.setdefault((keys[condition["slug"]], form), [])
        alternatives.append(DEPRECATED_TESTS[form](condition[form]))
    return all_of([_anywhere(key, alternatives) for (key, _), alternatives in tests.items()])


def _anywhere(key: str, tests: list[Test]) -> Predicate:
    """Admit products with a value, their own or a variant's, that passes one of the tests."""
    return lambda product: any(
        test(value) for value in _values_anywhere(product, key) for test in tests
    )


def _values(holder: Document, key: str | None) -> Iterator[Value]:
    """Yield the values of one attribute (None: of all) of a product or variant."""
    assigned = holder.get("values") or {}
    if key is not None:
        yield from assigned.get(key, ())
    else:
        for values in assigned.values():
            yield from values


def _values_anywhere(product: Document, key: str) -> Iterator[Value]:
    yield from _values(product, key)
    for variant in product.get("variants", ()):
        yield from _values(variant, key)
