"""Tests of a single attribute value, built from the conditions of `AttributeInput`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

from chalicelib.filters.ranges import day, moment, within
from chalicelib.filters.references import References, Test, Value, reference_tests


def _values_test(slugs: list[str]) -> Test:
    wanted = frozenset(slugs)
    return lambda value: value["slug"] in wanted


def _numeric_range_test(bounds: Mapping[str, Any]) -> Test:
    """Return a test for numbers in the range; the lower bound defaults to 0."""
    inside = within(
        {"gte": 0, **{name: bound for name, bound in bounds.items() if bound is not None}}
    )
    # Saleor never finds the value 0 itself.
    return lambda value: bool(value.get("numeric")) and inside(value["numeric"])


def _date_test(bounds: Mapping[str, Any]) -> Test:
    inside = within(bounds, day)
    return lambda value: inside(_day_of(value))


def _date_time_test(bounds: Mapping[str, Any]) -> Test:
    inside = within(bounds, moment)
    return lambda value: inside(moment_of(value))


def _boolean_test(wanted: bool) -> Test:
    return lambda value: value.get("boolean") is wanted


DEPRECATED_TESTS: Final[Mapping[str, Callable[[Any], Test]]] = {
    "values": _values_test,
    "valuesRange": _numeric_range_test,
    "date": _date_test,
    "dateTime": _date_time_test,
    "boolean": _boolean_test,
}


def value_tests(value: Mapping[str, Any], references: References) -> list[Test]:
    """Return the tests that values must pass, each by some value."""
    key, condition = next(iter(value.items()))
    if key == "reference":
        return [
            test
            for kind, contains in condition.items()
            for test in reference_tests(kind, contains, references)
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
    # In Saleor `eq` and `oneOf` override a `range`.
    if bounds and "eq" not in condition and not condition.get("oneOf"):
        inside = within(bounds, float)
        return lambda value: inside(value.get("numeric"))
    wanted = frozenset(map(float, _equals(condition)))
    return lambda value: value.get("numeric") in wanted


def _equals(condition: Mapping[str, Any]) -> list[Any]:
    """Return the values that are accepted: `eq` overrides `oneOf`, and null accepts none."""
    if "eq" in condition:
        return [] if condition["eq"] is None else [condition["eq"]]
    return list(condition.get("oneOf") or ())


_VALUE_TESTS: Final[Mapping[str, Callable[[Any], Test]]] = {
    "slug": _text_test("slug"),
    "name": _text_test("name"),
    "numeric": _decimal_test,
    "date": lambda bounds: _typed(_date_test(bounds), "date"),
    "dateTime": lambda bounds: _typed(_date_time_test(bounds), "date_time"),
    "boolean": _boolean_test,
}


def _typed(test: Test, key: str) -> Test:
    """Return the test restricted to values that have this type."""
    return lambda value: key in value and test(value)


def _day_of(value: Value) -> date | None:
    found = moment_of(value)
    return found.date() if found else None


def moment_of(value: Value) -> datetime | None:
    """Return the date-time of a value in UTC; a date stands for the start of its day."""
    if "date_time" in value:
        return moment(value["date_time"]).astimezone(UTC)
    return moment(value["date"]) if "date" in value else None
