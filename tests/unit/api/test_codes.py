"""Gift cards and voucher codes by their codes: for holders of the permission, and whole."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.global_id import encode_global_id
from chalicelib.domain.requestor import MANAGE_DISCOUNTS, MANAGE_GIFT_CARD, MANAGE_PRODUCTS
from tests.api_client import ApiClient
from tests.catalog_files import make_voucher
from tests.factories import fill, make_gift_card, make_requestor
from tests.shop_world import make_shop

QUERY = (
    "query($type:String!,$search:String,$names:[String!],$ids:[ID!]){exportRecords("
    "exportType:$type,search:$search,names:$names,ids:$ids){records{id name otherNames} next}}"
)
CARD = encode_global_id("GiftCard", 1)
CODE = encode_global_id("VoucherCode", "0a0a0a0a-7f7c-4b0a-9d0b-1d0f5f1c1b11")


def make_client() -> ApiClient:
    client = ApiClient()
    used = make_gift_card(
        2, "SPENT-99", usedByEmail="ann@shop.example", lastUsedOn="2026-01-01T00:00:00+00:00"
    )
    fill(client.service.source, "gift_cards", make_gift_card(1, "GIFT-1234"), used)
    fill(client.service.source, "vouchers", make_voucher(1, "SUMMER", "SUN"))
    for token, permission in (
        ("cards", MANAGE_GIFT_CARD),
        ("discounts", MANAGE_DISCOUNTS),
        ("products", MANAGE_PRODUCTS),
    ):
        client.let_in(token, make_requestor(permission))
    return client


def found(client: ApiClient, token: str, kind: str, **given: Any) -> list[tuple[str, str]]:
    answer = client.ask(QUERY, token, type=kind, **given)["data"]["exportRecords"]
    return [(record["id"], record["name"]) for record in answer["records"]]


def test_a_gift_card_is_found_by_its_code_in_any_case() -> None:
    names = ["gift-1234", "GIFT-9"]
    assert found(make_client(), "cards", "gift_cards", names=names) == [(CARD, "GIFT-1234")]


def test_a_used_card_is_not_found_as_its_row_would_be_missing() -> None:
    assert found(make_client(), "cards", "gift_cards", names=["SPENT-99"]) == []


@pytest.mark.parametrize("part", ["GIFT", "1234", "GIFT-12345", ""])
def test_a_part_of_a_code_finds_nothing(part: str) -> None:
    assert found(make_client(), "cards", "gift_cards", names=[part]) == []
    [error] = make_client().ask(QUERY, "cards", type="gift_cards", search=part)["errors"]
    assert error["message"] == "Gift cards cannot be found by name."


def test_a_card_named_by_its_id_shows_the_end_of_its_code_only() -> None:
    assert found(make_client(), "cards", "gift_cards", ids=[CARD]) == [(CARD, "••••1234")]


def test_voucher_codes_are_found_by_name() -> None:
    [(one, name)] = found(make_client(), "discounts", "voucher_codes", names=["SUN"])
    assert (name, found(make_client(), "discounts", "voucher_codes", ids=[one])) == (
        "SUN",
        [(one, "••••")],
    )


@pytest.mark.parametrize("token", ["products", "discounts", None])
def test_nobody_can_try_codes_of_gift_cards_without_the_permission(token: str | None) -> None:
    answers = [
        make_client().ask(QUERY, token, type="gift_cards", names=[name])
        for name in ("GIFT-1234", "GUESS")
    ]
    assert answers[0] == answers[1]
    assert answers[0]["errors"][0]["extensions"]["exception"]["code"] == "PermissionDenied"


def test_a_connected_shop_is_asked_for_its_gift_cards() -> None:
    client = make_client()
    client.service.shops.save(make_shop("default"))
    client.service.codes.ids["gift_cards", "LIVE-1"] = CARD
    assert found(client, "cards", "gift_cards", names=[" LIVE-1 ", "GIFT-1234"]) == [
        (CARD, "LIVE-1")
    ]


def test_a_connected_shop_is_asked_for_its_voucher_codes() -> None:
    client = make_client()
    client.service.shops.save(make_shop("default"))
    client.service.codes.ids["voucher_codes", "LIVE-1"] = CODE
    names = ["LIVE-1", "SUN"]
    assert found(client, "discounts", "voucher_codes", names=names) == [(CODE, "LIVE-1")]


def test_a_connected_shop_is_not_asked_for_codes_without_characters() -> None:
    client = make_client()
    client.service.shops.save(make_shop("default"))
    client.service.codes.ids["gift_cards", ""] = CARD
    assert found(client, "cards", "gift_cards", names=["", " "]) == []


def test_voucher_codes_of_a_connected_shop_named_by_id_show_their_ends_only() -> None:
    client = make_client()
    client.service.shops.save(make_shop("default"))
    client.service.codes.ids["voucher_codes", "LIVE-1234"] = CODE
    unknown = encode_global_id("VoucherCode", "ffffffff-7f7c-4b0a-9d0b-1d0f5f1c1b11")
    assert found(client, "discounts", "voucher_codes", ids=[unknown, CODE]) == [(CODE, "••••1234")]


def test_products_are_found_by_whole_names_too() -> None:
    client = make_client()
    assert found(client, "products", "products", names=["No such tea"]) == []
