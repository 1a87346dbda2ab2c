"""The fields of `GiftCardFilterInput`: how each is checked and what it admits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any, Final

from chalicelib.catalog.dictionaries import Dictionaries
from chalicelib.errors import ExportFailed, RequestRefused
from chalicelib.filters import fields
from chalicelib.filters.context import Document, FilterContext, Predicate, everything
from chalicelib.filters.ids import check_ids
from chalicelib.filters.limits import check_lists
from chalicelib.filters.ranges import within
from chalicelib.words.text import say

HIDDEN_CUSTOMERS: Final = say(
    "Your shop does not show Waybill the customers of gift cards, so they cannot be filtered by "
    "`usedBy` or `assignedTo`. No file was written. Export again without these conditions."
)
_BALANCES: Final = ("currentBalance", "initialBalance")


def make_context(dictionaries: Dictionaries, now: datetime) -> FilterContext:
    """Return the context of a gift card filter."""
    return FilterContext(now=now, dictionaries=dictionaries)


def make_predicate(given: Mapping[str, Any], context: FilterContext) -> Predicate:
    """Return the predicate over gift card documents that the filter input describes."""
    return fields.make_predicate(FIELDS, given, context)


def check_filter(given: Mapping[str, Any]) -> None:
    """Raise RequestRefused (field filter) for malformed ids, long lists and unclear balances."""
    check_lists(given)
    if any(given.get(name) for name in _BALANCES) and not (given.get("currency") or "").strip():
        raise RequestRefused(
            say("You must provide a `currency` filter parameter for filtering by price."),
            field="filter",
            code="REQUIRED",
        )
    fields.run_checks(_CHECKS, given)


def _is_active(wanted: bool, context: FilterContext) -> Predicate:
    return lambda card: card["is_active"] is wanted


def _used(wanted: bool, context: FilterContext) -> Predicate:
    return lambda card: card["used"] is wanted


def _tags(tags: list[str], context: FilterContext) -> Predicate:
    """Admit cards that have one of the tags."""
    wanted = frozenset(tags)
    return (lambda card: not wanted.isdisjoint(card["tags"])) if wanted else everything


def _same(key: str) -> fields.Build:
    def build(wanted: str, context: FilterContext) -> Predicate:
        return (lambda card: card.get(key) == wanted) if wanted else everything

    return build


def _balance(key: str) -> fields.Build:
    """Build conditions on a balance, which must be in the range."""

    def build(bounds: Mapping[str, Any], context: FilterContext) -> Predicate:
        # Saleor ignores a bound of 0 (goldens g-f-*).
        inside = within({name: bound for name, bound in bounds.items() if bound})
        return lambda card: inside(card[key])

    return build


def _created_by(email: str, context: FilterContext) -> Predicate:
    # Saleor compares this address without case, unlike `code`.
    wanted = email.casefold()

    def admits(card: Document) -> bool:
        return (card.get("created_by_email") or "").casefold() == wanted

    return admits if wanted else everything


def _person(key: str) -> fields.Build:
    """Build conditions on a customer; ExportFailed where the shop does not show customers."""
    build_shown = fields.number_in(key)

    def build(ids: list[str], context: FilterContext) -> Predicate:
        admits_shown = build_shown(ids, context)

        def admits(card: Document) -> bool:
            if key not in card:
                raise ExportFailed(HIDDEN_CUSTOMERS)
            return admits_shown(card)

        return admits

    return build


FIELDS: Final[Mapping[str, fields.Build]] = {
    "isActive": _is_active,
    "used": _used,
    "tags": _tags,
    "products": fields.number_in("product_number"),
    "usedBy": _person("used_by_number"),
    "assignedTo": _person("assigned_to_number"),
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
