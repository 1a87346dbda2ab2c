from __future__ import annotations

import uuid
from typing import Any

import pytest

from chalicelib.catalog.documents import records_of
from chalicelib.catalog.kinds import (
    FILE_KINDS,
    VOUCHER_CODES_BY_ID,
    voucher_code_number,
    voucher_codes_kind,
)
from chalicelib.catalog.node_reader import InvalidNode
from chalicelib.domain.global_id import encode_global_id, number_of
from tests.catalog_files import code_id, id_of, make_collection, make_voucher, make_warehouse
from tests.factories import document_of, make_attribute, make_channel, make_gift_card, make_product

MONEY = {"amount": 3.0, "currency": "USD"}


@pytest.mark.parametrize(
    ("kind", "node", "number"),
    [
        ("products", make_product(7), 7),
        ("gift_cards", make_gift_card(8, "A"), 8),
        ("collections", make_collection(9), 9),
        ("attributes", make_attribute(10, "size"), number_of(id_of("Attribute", "size"))),
        ("channels", make_channel(11, "eu"), number_of(id_of("Channel", "eu"))),
    ],
)
def test_a_record_keeps_the_number_of_its_id_when_there_is_one(
    kind: str, node: dict[str, Any], number: int
) -> None:
    (record,) = records_of(kind, node)
    assert (record.kind, record.number) == (kind, number)
    assert record.document["id"] == node["id"]


def test_warehouses_whose_ids_are_almost_the_same_have_numbers_of_their_own() -> None:
    nodes = [
        {**make_warehouse("oslo"), "id": encode_global_id("Warehouse", uuid.UUID(int=n))}
        for n in range(32)
    ]
    numbers = {record.number for node in nodes for record in records_of("warehouses", node)}
    assert len(numbers) == 32
    assert max(numbers) < 10**38


def test_a_voucher_is_a_record_and_each_of_its_codes_two() -> None:
    records = list(records_of("vouchers", make_voucher(3, "A", "B")))
    assert [record.kind for record in records] == [
        "vouchers",
        *(voucher_codes_kind(3), VOUCHER_CODES_BY_ID),
        *(voucher_codes_kind(3), VOUCHER_CODES_BY_ID),
    ]
    assert records[0].document["codes"] == 2


def test_the_codes_of_a_voucher_are_numbered_in_the_order_of_their_ids() -> None:
    records = [
        r
        for r in records_of("vouchers", make_voucher(3, *"ABCDE"))
        if r.kind == voucher_codes_kind(3)
    ]
    ids = [voucher_code_number(record.document["id"]) for record in records]
    assert [record.number for record in records] == [1, 2, 3, 4, 5]
    assert ids == sorted(ids)


def test_the_number_of_a_voucher_code_fits_the_key_of_the_table() -> None:
    number = voucher_code_number(
        encode_global_id("VoucherCode", "ffffffff-ffff-ffff-ffff-ffffffffffff")
    )
    assert len(str(number)) <= 38
    assert number > voucher_code_number(code_id("A"))


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ({}, False),
        ({"lastUsedOn": "2026-01-01T00:00:00+00:00"}, True),
        ({"usedByEmail": "ada@mail.example"}, True),
        ({"usedByEmail": "ada@mail.example", "usedBy": {"id": encode_global_id("User", 3)}}, False),
    ],
)
def test_a_gift_card_that_merely_has_an_owner_is_not_used(
    given: dict[str, Any], used: bool
) -> None:
    assert document_of("gift_cards", make_gift_card(1, "A", **given))["used"] is used


def test_a_gift_card_keeps_what_filters_ask_for() -> None:
    given = {
        "tags": [{"name": "gift"}],
        "expiryDate": "2027-01-01",
        "product": {"id": encode_global_id("Product", 5)},
    }
    card = document_of("gift_cards", make_gift_card(1, "A", currentBalance=MONEY, **given))
    assert (card["tags"], card["expires_on"], card["product_number"]) == (["gift"], "2027-01-01", 5)
    assert (card["initial_balance"], card["current_balance"], card["currency"]) == (
        10.0,
        3.0,
        "USD",
    )


@pytest.mark.parametrize(
    ("of_products", "of_variants"), [(True, False), (False, True), (True, True), (False, False)]
)
def test_an_attribute_knows_its_roles(of_products: bool, of_variants: bool) -> None:
    node = make_attribute(1, "size", of_products=of_products, of_variants=of_variants)
    document = document_of("attributes", node)
    assert (document["of_products"], document["of_variants"]) == (of_products, of_variants)


def test_a_category_knows_all_that_are_above_it() -> None:
    above = [{"node": {"id": encode_global_id("Category", number)}} for number in (2, 5)]
    node = make_collection(9) | {
        "id": encode_global_id("Category", 9),
        "ancestors": {"edges": above},
    }
    assert document_of("categories", node)["ancestor_numbers"] == [2, 5]


def test_a_channel_and_a_warehouse_know_each_other_by_id() -> None:
    oslo, (us, eu) = make_warehouse("oslo"), (id_of("Channel", slug) for slug in ("us", "eu"))
    zones = [{"node": {"channels": [{"id": channel}]}} for channel in (us, eu, us)]
    warehouse = oslo | {"shippingZones": {"edges": zones}}
    channel = make_channel(1, "eu", warehouses=[{"id": oslo["id"]}])
    assert document_of("channels", channel)["warehouses"] == [oslo["id"]]
    assert document_of("warehouses", warehouse)["zone_channels"] == sorted((us, eu))


@pytest.mark.parametrize("kind", FILE_KINDS)
@pytest.mark.parametrize("node", [{}, [], None, "text", {"id": "text"}])
def test_a_node_that_is_not_of_its_kind_is_refused(kind: str, node: Any) -> None:
    with pytest.raises(InvalidNode):
        list(records_of(kind, node))


@pytest.mark.parametrize("created_at", [None, "", "yesterday"])
def test_a_code_without_a_date_is_refused(created_at: str | None) -> None:
    voucher = make_voucher(3, "A")
    voucher["codes"][0]["createdAt"] = created_at
    with pytest.raises(InvalidNode, match=r"codes\[0\].createdAt: must be"):
        list(records_of("vouchers", voucher))
