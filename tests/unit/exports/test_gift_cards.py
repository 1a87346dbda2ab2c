from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.global_id import encode_global_id
from chalicelib.domain.request import Scope
from tests.factories import Service, fill, make_gift_card

USED = {"lastUsedOn": "2026-01-01T00:00:00+00:00"}


def lines_of(cards: list[dict[str, Any]], **given: Any) -> list[str]:
    """The lines of an export of these gift cards."""
    service = Service()
    fill(service.source, "gift_cards", *cards)
    job = service.request("gift_cards", **given)
    service.work()
    return service.file_of(job).decode().splitlines()


def codes_of(cards: list[dict[str, Any]], **given: Any) -> list[str]:
    """The lines of an export of these gift cards, below the header."""
    header, *lines = lines_of(cards, **given)
    assert header == "code"
    return lines


def test_codes_are_in_the_order_of_their_characters_not_of_their_numbers() -> None:
    cards = [make_gift_card(n, code) for n, code in enumerate(("b", "a", "B", "ä", "1"), start=1)]
    assert codes_of(cards) == ["1", "B", "a", "b", "ä"]


def test_a_code_is_text_that_no_spreadsheet_runs() -> None:
    assert codes_of([make_gift_card(1, '=A"1')]) == ['"\'=A""1"']


@pytest.mark.parametrize(
    "asked",
    [
        {"scope": Scope.ALL},
        {"scope": Scope.IDS, "ids": tuple(encode_global_id("GiftCard", n) for n in (1, 2, 3))},
        {"scope": Scope.FILTER, "filter": {"currency": "USD"}},
    ],
)
def test_used_cards_are_left_out_whatever_the_scope(asked: dict[str, Any]) -> None:
    cards = [make_gift_card(1, "A"), make_gift_card(2, "B", **USED), make_gift_card(3, "C")]
    assert codes_of(cards, **asked) == ["A", "C"]


def test_inactive_and_expired_cards_are_in() -> None:
    assert codes_of(
        [make_gift_card(1, "A", isActive=False), make_gift_card(2, "B", expiryDate="2020-01-01")]
    ) == [
        "A",
        "B",
    ]


def test_a_card_without_an_expiry_has_an_empty_cell() -> None:
    cards = [
        make_gift_card(1, "A", expiryDate=None),
        make_gift_card(2, "B", expiryDate="2030-01-01"),
    ]
    columns = {"columns": [{"key": "code"}, {"key": "expiry"}]}
    assert lines_of(cards, parameters=columns) == ["code,expiry", "A,", "B,2030-01-01"]


def test_a_filter_admits_some_of_them() -> None:
    cards = [make_gift_card(1, "A"), make_gift_card(2, "B", tags=[{"name": "gift"}])]
    assert codes_of(cards, scope=Scope.FILTER, filter={"tags": ["gift"]}) == ["B"]


def test_a_filter_for_used_cards_finds_none_to_export() -> None:
    cards = [make_gift_card(1, "A"), make_gift_card(2, "B", **USED)]
    assert codes_of(cards, scope=Scope.FILTER, filter={"used": True}) == []
