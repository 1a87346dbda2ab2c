"""A shop on Saleor and the deployed service: install, first sync, changes, removal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.domain.shop import APP_PERMISSIONS
from local.demo_shop.caller import InstalledApp
from local.demo_shop.server import ShopServer
from tests.e2e.account import Account, tick
from tests.e2e.connected_shop import (
    connect,
    deliver,
    end_grace,
    eventually,
    exported,
    item_of,
    make_body,
    make_shop_server,
    make_token,
    marks_of,
    name_of,
)
from tests.local_run import LocalRun

PRODUCTS = 120


@pytest.fixture(scope="module")
def shop(service: LocalRun) -> Iterator[ShopServer]:
    """The shop after its first sync."""
    server = make_shop_server(PRODUCTS)
    connect(service, server)
    yield server
    server.stop()


@pytest.fixture
def token(operator: LocalRun, shop: ShopServer) -> str:
    return make_token(operator, shop)


def test_the_first_sync_reads_every_product(
    service: LocalRun, shop: ShopServer, token: str
) -> None:
    products = {line.split(",")[0] for line in exported(service, token, "NAME").splitlines()[1:]}
    assert len(products) == PRODUCTS


def test_a_price_that_a_webhook_announced_is_in_the_next_export(
    service: LocalRun, shop: ShopServer, token: str
) -> None:
    product = shop.shop.all("products")[3]
    channel = product["variants"][0]["channelListings"][0]["channel"]["id"]
    shop.shop.set_price(product["id"], 4321.09)
    eventually(lambda: marks_of(service, shop))
    assert "4321.09" in exported(service, token, "NAME", channels=[channel])


def test_a_delivery_that_comes_twice_marks_a_record_once(
    service: LocalRun, shop: ShopServer
) -> None:
    body = make_body(shop, 5)
    assert [deliver(service, shop, body) for _ in range(2)] == [200, 200]
    assert marks_of(service, shop) <= 1


def test_a_delivery_whose_body_was_changed_is_refused(service: LocalRun, shop: ShopServer) -> None:
    signature = shop.issuer.sign_detached(make_body(shop, 6))
    assert deliver(service, shop, make_body(shop, 7), signature) == 401


def test_the_logo_comes_through_the_gateway_as_it_is(service: LocalRun) -> None:
    accept = {"Accept": "*/*"}
    status, headers, body = service.http("/saleor/logo.png", token=None, headers=accept)
    assert (status, headers["content-type"]) == (200, "image/png")
    assert body.startswith(b"\x89PNG\r\n\x1a\n")
    assert body.endswith(b"IEND\xaeB`\x82")


def test_no_log_and_no_item_holds_the_token_of_the_shop(
    service: LocalRun, shop: ShopServer
) -> None:
    assert shop.app is not None
    assert shop.app.token not in service.logs_that_mention("shop registered")
    assert shop.app.token not in repr(item_of(service, shop))


@pytest.mark.parametrize(
    "address", ["http://169.254.169.254/graphql/", "https://localhost/graphql/", "ftp://a/", "x"]
)
def test_an_address_that_may_not_be_asked_cannot_register(service: LocalRun, address: str) -> None:
    headers = {"Saleor-Api-Url": address}
    answer = service.http(
        "/saleor/register", body=b'{"auth_token": "x"}', headers=headers, token=None
    )
    assert (answer[0], json.loads(answer[2])["success"]) == (400, False)


def test_staff_export_with_the_token_of_their_dashboard(
    service: LocalRun, shop: ShopServer
) -> None:
    assert len(exported(service, shop.sign_staff(), "NAME").splitlines()) > PRODUCTS


@pytest.mark.parametrize("change", [{"app": "QXBwOjk5"}, {"is_staff": False}, {"exp": 1}])
def test_any_other_token_of_the_shop_is_anonymous(
    service: LocalRun, shop: ShopServer, change: dict[str, Any]
) -> None:
    answer = service.graphql("{me{user{email}}}", token=shop.sign_staff(**change))
    assert answer["data"]["me"]["user"] is None


def test_another_app_of_the_shop_asks_at_the_address_of_the_shop(
    service: LocalRun, shop: ShopServer
) -> None:
    token = "AbCdEfGhIjKlMnOpQrStUvWxYz0123"
    shop.other_apps = [InstalledApp("QXBwOjk=", "erp", token, APP_PERMISSIONS, name="ERP")]
    body = b'{"query":"{me{app{name}}}"}'
    for host, name in ((name_of(shop), {"name": "ERP"}), ("other.example", None)):
        _, _, answer = service.http(f"/shops/{host}/graphql/", body=body, token=token)
        assert json.loads(answer)["data"]["me"]["app"] == name


def test_a_shop_that_deletes_the_app_is_forgotten_after_the_grace_time(
    operator: LocalRun,
) -> None:
    shop = make_shop_server(3)
    connect(operator, shop)
    shop.remove_app()
    eventually(lambda: item_of(operator, shop)["status"] == "REMOVED")
    assert "sealed_token" not in item_of(operator, shop)
    end_grace(operator, shop)
    assert Account(operator).invoke("Reconcile", tick())
    eventually(lambda: not item_of(operator, shop))
    assert items_of(operator, name_of(shop)) == []
    shop.stop()


def items_of(service: LocalRun, shop: str) -> list[str]:
    """The records of a shop that are still stored, tombstones included."""
    pages = (
        service.aws("dynamodb")
        .get_paginator("scan")
        .paginate(
            TableName=service.facts["outputs"]["CatalogTable"],
            ProjectionExpression="#key",
            ExpressionAttributeNames={"#key": "partition"},
        )
    )
    found = [item["partition"]["S"] for page in pages for item in page["Items"]]
    return [name for name in found if name.startswith(f"{shop}#")]
