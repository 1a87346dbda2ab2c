"""Tests of one attribute value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from chalicelib.filters.context import FilterContext
from chalicelib.filters.ranges import day, moment, within
from chalicelib.filters.references import Test, Value, reference_tests


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


OLD_TESTS: Final[Mapping[str, Callable[[Any], Test]]] = {
    "values": _values_test,
    "valuesRange": _numeric_range_test,
    "date": _date_test,
    "dateTime": _date_time_test,
    "boolean": _boolean_test,
}


def value_tests(value: Mapping[str, Any], context: FilterContext) -> list[Test]:
    """The tests of a `value`. `containsAll` is a test for each of its items."""
    key, condition = next(iter(value.items()))
    if key == "reference":
        return [
            test
            for kind, contains in condition.items()
            for test in reference_tests(kind, contains, context)
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


def _day_of(value: Value) -> Any:
    moment_ = _moment_of(value)
    return moment_.date() if moment_ else None


def _moment_of(value: Value) -> datetime | None:
    """A date is the beginning of its day in UTC."""
    if "date_time" in value:
        return moment(value["date_time"]).astimezone(UTC)
    return moment(value["date"]) if "date" in value else None
