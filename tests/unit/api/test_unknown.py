"""Ids and names of no record."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.global_id import encode_global_id
from chalicelib.services.requests.find_unknown import SECONDS_PER_REQUEST
from tests.api_client import ApiClient
from tests.catalog_files import code_id, id_of, make_voucher
from tests.factories import fill, make_channel, make_gift_card, make_product, make_requestor

IDS = "query($kind:String!,$ids:[ID!]!){exportUnknownIds(kind:$kind,ids:$ids)}"
NAMES = (
    "query($names:[String!]!,$start:Float)"
    "{exportUnknownNames(names:$names,start:$start){names next}}"
)


def make_client() -> ApiClient:
    client = ApiClient()
    source = client.service.source
    for number in (1, 2, 700, 1_300):
        fill(source, "products", make_product(number))
    used = make_gift_card(3, "C", usedByEmail="ann@shop.example")
    fill(source, "gift_cards", make_gift_card(1, "A"), used)
    fill(source, "vouchers", make_voucher(1, "CODE"))
    fill(source, "channels", make_channel(1, "us"))
    return client


def unknown_names(client: ApiClient, *names: str, start: float = 0) -> Any:
    return client.ask(NAMES, names=names, start=start)["data"]["exportUnknownNames"]


@pytest.mark.parametrize(
    ("kind", "known", "unknown"),
    [
        ("products", encode_global_id("Product", 2), encode_global_id("Product", 3)),
        ("gift_cards", encode_global_id("GiftCard", 1), encode_global_id("GiftCard", 2)),
        # No export has a used card.
        ("gift_cards", encode_global_id("GiftCard", 1), encode_global_id("GiftCard", 3)),
        ("voucher_codes", code_id("CODE"), code_id("OTHER")),
        ("channels", id_of("Channel", "us"), id_of("Channel", "no")),
        ("vouchers", encode_global_id("Voucher", 1), encode_global_id("Voucher", 2)),
    ],
)
def test_ids_of_no_record_are_found(kind: str, known: str, unknown: str) -> None:
    client = make_client()
    assert client.ask(IDS, kind=kind, ids=[known, unknown])["data"] == {
        "exportUnknownIds": [unknown]
    }
    assert client.ask(IDS, kind=kind, ids=[unknown])["data"] == {"exportUnknownIds": [unknown]}


def test_no_id_is_unknown_where_nothing_is_stored() -> None:
    answer = ApiClient().ask(IDS, kind="gift_cards", ids=[encode_global_id("GiftCard", 1)])
    assert answer["data"] == {"exportUnknownIds": []}


def test_slugs_and_skus_of_no_product_are_found_in_order() -> None:
    client = make_client()
    found = unknown_names(client, "no", "product-1300", "SKU-20", "tea")
    assert found == {"names": ["no", "tea"], "next": None}


def test_a_large_catalogue_is_read_in_several_requests() -> None:
    client = make_client()
    now, clock = client.service.clock.now, client.service.clock

    def later() -> Any:
        clock.advance(SECONDS_PER_REQUEST)
        return now()

    clock.now = later  # type: ignore[method-assign]
    found = unknown_names(client, "no", "product-1300", "product-1")
    assert found == {"names": ["no", "product-1300"], "next": 500}
    assert unknown_names(client, "no", "product-1300", start=1_000) == {
        "names": ["no"],
        "next": None,
    }


@pytest.mark.parametrize("kind", ["products", "channels"])
def test_unknown_ids_need_the_permission_of_the_kind(kind: str) -> None:
    client = make_client()
    poor = client.let_in("poor", make_requestor("MANAGE_GIFT_CARD"))
    ids = [encode_global_id("Product" if kind == "products" else "Channel", 1)]
    for token in (None, poor):
        [error] = client.ask(IDS, token=token, kind=kind, ids=ids)["errors"]
        assert error["extensions"]["exception"]["code"] == "PermissionDenied"


@pytest.mark.parametrize(
    ("kind", "ids", "message"),
    [
        ("orders", ["x"], "There is no kind `orders`."),
        ("products", [encode_global_id("Channel", 1)], "Must receive Product id"),
        ("products", ["x"] * 5_001, "may have 5,000 items at most"),
    ],
)
def test_a_look_up_that_makes_no_sense_is_refused(kind: str, ids: list[str], message: str) -> None:
    [error] = make_client().ask(IDS, kind=kind, ids=ids)["errors"]
    assert message in error["message"]
