"""Conditions that several filters share, and how a table of fields becomes a predicate."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.domain.global_id import number_of
from chalicelib.filters.context import FilterContext, Predicate, all_of, everything

Build = Callable[[Any, FilterContext], Predicate]
Check = Callable[[Any], None]


def make_predicate(
    fields: Mapping[str, Build], given: Mapping[str, Any], context: FilterContext
) -> Predicate:
    """The predicate of a filter input. Null, blank and empty values set no condition, as in Saleor."""
    conditions = {
        name: value.strip() if isinstance(value, str) else value for name, value in given.items()
    }
    return all_of(
        [fields[name](value, context) for name, value in conditions.items() if not is_empty(value)]
    )


def is_empty(value: Any) -> bool:
    """Whether a value sets no condition; False and 0 do."""
    return value is None or value in ("", [], {})


def run_checks(checks: Mapping[str, Check], given: Mapping[str, Any]) -> None:
    """Check every field that has a check; RequestRefused says what is wrong."""
    for name, value in given.items():
        if name in checks and value is not None:
            checks[name](value)


def metadata(wanted: list[Mapping[str, Any]], context: FilterContext) -> Predicate:
    """Every key must be there, with its value where one is given."""
    items = [(item["key"], item.get("value")) for item in wanted]
    if not items:
        return everything

    def has_all(document: Mapping[str, Any]) -> bool:
        found = document.get("metadata") or {}
        return all(found.get(key) == value if value else key in found for key, value in items)

    return has_all


def number_in(key: str) -> Build:
    """A condition on a number of the document, from global ids; no ids: no condition."""

    def build(ids: list[str], context: FilterContext) -> Predicate:
        numbers = frozenset(map(number_of, ids))
        return (lambda document: document.get(key) in numbers) if numbers else everything

    return build
