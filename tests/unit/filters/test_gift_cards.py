from __future__ import annotations

from typing import Any

import pytest

from chalicelib.catalog.dictionaries import Dictionaries
from chalicelib.domain.global_id import encode_global_id
from chalicelib.errors import RequestRefused
from chalicelib.filters.gift_cards import FIELDS, check_filter, make_context, make_predicate
from tests.factories import document_of, make_gift_card
from tests.fake_catalog import FakeCatalogSource
from tests.fakes import START


def user(number: int) -> dict[str, Any]:
    return {"id": encode_global_id("User", number)}


CASES: list[tuple[str, dict[str, Any], dict[str, Any], dict[str, Any]]] = [
    ("isActive", {"isActive": True}, {}, {"isActive": False}),
    ("used", {"used": True}, {"lastUsedOn": "2026-01-01T00:00:00+00:00"}, {}),
    ("tags", {"tags": ["a", "b"]}, {"tags": [{"name": "b"}]}, {"tags": [{"name": "B"}]}),
    (
        "products",
        {"products": [encode_global_id("Product", 3)]},
        {"product": {"id": encode_global_id("Product", 3)}},
        {},
    ),
    ("usedBy", {"usedBy": [encode_global_id("User", 3)]}, {"usedBy": user(3)}, {"usedBy": user(4)}),
    (
        "assignedTo",
        {"assignedTo": [encode_global_id("User", 3)]},
        {"assignedTo": user(3)},
        {"usedBy": user(3)},
    ),
    ("currency", {"currency": "USD"}, {}, {"initialBalance": {"amount": 1.0, "currency": "EUR"}}),
    ("code", {"code": "CODE"}, {}, {"code": "CODE2"}),
    (
        "currentBalance",
        {"currency": "USD", "currentBalance": {"gte": 5}},
        {},
        {"currentBalance": {"amount": 4.99, "currency": "USD"}},
    ),
    (
        "initialBalance",
        {"currency": "USD", "initialBalance": {"lte": 10}},
        {},
        {"initialBalance": {"amount": 11.0, "currency": "USD"}},
    ),
    (
        "createdByEmail",
        {"createdByEmail": "Ann@shop.example"},
        {"createdByEmail": "ann@SHOP.example"},
        {},
    ),
    ("metadata", {"metadata": [{"key": "k"}]}, {"metadata": [{"key": "k", "value": ""}]}, {}),
]


@pytest.mark.parametrize(("name", "given", "inside", "outside"), CASES)
def test_a_field_admits_what_it_means_and_nothing_else(
    name: str, given: dict[str, Any], inside: dict[str, Any], outside: dict[str, Any]
) -> None:
    predicate = make_predicate(
        given, make_context(Dictionaries(FakeCatalogSource(), "default"), START)
    )
    card = {"code": "CODE", **inside}
    other = {"code": "CODE", **outside}
    assert predicate(document_of("gift_cards", make_gift_card(1, **card)))
    assert not predicate(document_of("gift_cards", make_gift_card(1, **other)))


def test_every_field_of_the_contract_has_a_case() -> None:
    assert {name for name, *_ in CASES} == set(FIELDS)


def test_a_balance_without_a_currency_is_refused() -> None:
    with pytest.raises(RequestRefused) as refused:
        check_filter({"currentBalance": {"gte": 5}})
    assert (refused.value.field, refused.value.code) == ("filter", "REQUIRED")


def test_an_empty_balance_is_no_condition() -> None:
    check_filter({"currentBalance": {}})
