"""Conditions that several filters share, and the step from a table of fields to one predicate."""

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
    """Return the predicate of a filter input; null, blank and empty values set no condition."""
    conditions = {
        # As in Saleor, a text of blanks sets no condition.
        name: value.strip() if isinstance(value, str) else value
        for name, value in given.items()
    }
    return all_of(
        [fields[name](value, context) for name, value in conditions.items() if not is_empty(value)]
    )


def is_empty(value: Any) -> bool:
    """Return whether a value sets no condition; False and 0 set one."""
    return value is None or value in ("", [], {})


def run_checks(checks: Mapping[str, Check], given: Mapping[str, Any]) -> None:
    """Raise RequestRefused if the value of a field does not pass its check."""
    for name, value in given.items():
        if name in checks and value is not None:
            checks[name](value)


def metadata(required: list[Mapping[str, Any]], context: FilterContext) -> Predicate:
    """Admit records that have every key, and its value where one is given."""
    items = [(item["key"], item.get("value")) for item in required]
    if not items:
        return everything

    def has_all(document: Mapping[str, Any]) -> bool:
        stored = document.get("metadata") or {}
        return all(stored.get(key) == value if value else key in stored for key, value in items)

    return has_all


def number_in(key: str) -> Build:
    """Build conditions on a number of the document, which must be in one of the global ids."""

    def build(ids: list[str], context: FilterContext) -> Predicate:
        numbers = frozenset(map(number_of, ids))
        return (lambda document: document.get(key) in numbers) if numbers else everything

    return build
