"""The fields of `GiftCardFilterInput`, each in one place."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any, Final

from chalicelib.catalog.dictionaries import Dictionaries
from chalicelib.errors import RequestRefused
from chalicelib.filters import fields
from chalicelib.filters.context import Document, FilterContext, Predicate, everything
from chalicelib.filters.ids import check_ids
from chalicelib.filters.ranges import within

_BALANCES: Final = ("currentBalance", "initialBalance")


def make_context(dictionaries: Dictionaries, now: datetime) -> FilterContext:
    return FilterContext(now=now, dictionaries=dictionaries)


def make_predicate(given: Mapping[str, Any], context: FilterContext) -> Predicate:
    """Whether a gift card's document is admitted by the filter input."""
    return fields.make_predicate(FIELDS, given, context)


def check_filter(given: Mapping[str, Any]) -> None:
    """RequestRefused (field filter) for ids that cannot be meant, and for balances of no currency."""
    if any(given.get(name) for name in _BALANCES) and not (given.get("currency") or "").strip():
        raise RequestRefused(
            "You must provide a `currency` filter parameter for filtering by price.",
            field="filter",
            code="REQUIRED",
        )
    fields.run_checks(_CHECKS, given)


def _is_active(wanted: bool, context: FilterContext) -> Predicate:
    return lambda card: card["is_active"] is wanted


def _used(wanted: bool, context: FilterContext) -> Predicate:
    return lambda card: card["used"] is wanted


def _tags(tags: list[str], context: FilterContext) -> Predicate:
    wanted = frozenset(tags)
    return (lambda card: not wanted.isdisjoint(card["tags"])) if wanted else everything


def _same(key: str) -> fields.Build:
    def build(wanted: str, context: FilterContext) -> Predicate:
        return (lambda card: card.get(key) == wanted) if wanted else everything

    return build


def _balance(key: str) -> fields.Build:
    """In the range; a bound of 0 is none."""

    def build(bounds: Mapping[str, Any], context: FilterContext) -> Predicate:
        inside = within({name: bound for name, bound in bounds.items() if bound})
        return lambda card: inside(card[key])

    return build


def _created_by(email: str, context: FilterContext) -> Predicate:
    wanted = email.casefold()

    def admits(card: Document) -> bool:
        return (card.get("created_by_email") or "").casefold() == wanted

    return admits if wanted else everything


FIELDS: Final[Mapping[str, fields.Build]] = {
    "isActive": _is_active,
    "used": _used,
    "tags": _tags,
    "products": fields.number_in("product_number"),
    "usedBy": fields.number_in("used_by_number"),
    "assignedTo": fields.number_in("assigned_to_number"),
    "currency": _same("currency"),
    "code": _same("code"),
    "currentBalance": _balance("current_balance"),
    "initialBalance": _balance("initial_balance"),
    "createdByEmail": _created_by,
    "metadata": fields.metadata,
}


def _check_ids(type_name: str, ids: list[str]) -> None:
    check_ids(ids, type_name, field="filter")


_CHECKS: Final[Mapping[str, fields.Check]] = {
    "products": partial(_check_ids, "Product"),
    "usedBy": partial(_check_ids, "User"),
    "assignedTo": partial(_check_ids, "User"),
}
