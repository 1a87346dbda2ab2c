"""Gift cards and voucher codes of a connected shop: the service asks the shop for them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from local.demo_shop.server import ShopServer
from tests.e2e.connected_shop import (
    connect,
    exported_by,
    make_shop_server,
    make_token,
    name_of,
)
from tests.local_run import LocalRun


@pytest.fixture(scope="module")
def shop(service: LocalRun) -> Iterator[ShopServer]:
    server = make_shop_server(20)
    connect(service, server)
    yield server
    server.stop()


@pytest.fixture
def token(operator: LocalRun, shop: ShopServer) -> str:
    return make_token(operator, shop)


def test_gift_cards_are_exported_as_the_shop_has_them_now(
    service: LocalRun, shop: ShopServer, token: str
) -> None:
    first, *unused = [one for one in shop.shop.all("gift_cards") if one["lastUsedOn"] is None]
    shop.shop.spend_gift_card(first["id"])
    file = exported_by(service, token, "exportGiftCards", scope="ALL")
    assert sorted(file.splitlines()[1:]) == sorted(card["code"] for card in unused)


def test_the_codes_of_a_voucher_are_exported_as_the_shop_has_them_now(
    service: LocalRun, shop: ShopServer, token: str
) -> None:
    voucher = shop.shop.all("vouchers")[0]
    voucher["codes"][0]["code"] = "RENAMED-TODAY"
    file = exported_by(service, token, "exportVoucherCodes", voucherId=voucher["id"])
    assert sorted(file.splitlines()[1:]) == sorted(code["code"] for code in voucher["codes"])


def test_a_person_can_choose_among_the_vouchers_of_the_shop(
    service: LocalRun, shop: ShopServer, token: str
) -> None:
    answer = service.graphql("{exportOptions{vouchers{id codes}}}", token=token)
    vouchers = {one["id"]: one["codes"] for one in answer["data"]["exportOptions"]["vouchers"]}
    assert vouchers == {one["id"]: len(one["codes"]) for one in shop.shop.all("vouchers")}


def test_no_table_holds_a_gift_card_or_a_code_of_a_connected_shop(
    service: LocalRun, shop: ShopServer, token: str
) -> None:
    exported_by(service, token, "exportGiftCards", scope="ALL")
    found = service.aws("dynamodb").scan(TableName=service.facts["outputs"]["CatalogTable"])
    stored = {item["partition"]["S"] for item in found["Items"]}
    of_shop = {one for one in stored if one.startswith(f"{name_of(shop)}#")}
    assert of_shop
    assert not [one for one in of_shop if "gift_cards" in one or "voucher" in one]
