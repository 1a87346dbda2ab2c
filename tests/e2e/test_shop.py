"""A shop on Saleor and the deployed service: install, first sync, changes, removal."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from chalicelib.domain.shop import APP_PERMISSIONS
from local.demo_shop.caller import InstalledApp
from local.demo_shop.data import DemoShop
from local.demo_shop.server import ShopServer
from ops.apps import create_app
from tests.local_run import LocalRun

PRODUCTS = 120


@pytest.fixture(scope="module")
def shop() -> Iterator[ShopServer]:
    """A demo shop on this machine that Waybill is not installed in yet."""
    server = ShopServer(DemoShop.make(PRODUCTS))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def installed(service: LocalRun, shop: ShopServer) -> ShopServer:
    """The shop after its first sync."""
    assert shop.install(f"{service.url}/saleor/manifest") == "installed"
    wait_for(lambda: state_of(service, shop).get("as_of"))
    return shop


@pytest.fixture(scope="module")
def token(service: LocalRun, installed: ShopServer) -> str:
    table = service.facts["outputs"]["AppsTable"]
    with pytest.MonkeyPatch.context() as patch:
        for name, value in service.environment().items():
            patch.setenv(name, value)
        return create_app(
            table, name="Of the shop", shop=name_of(installed), permissions=APP_PERMISSIONS
        ).token


def name_of(shop: ShopServer) -> str:
    return f"127.0.0.1:{shop.port}"


def wait_for(reached: Callable[[], Any], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.2)


def item_of(service: LocalRun, shop: ShopServer, item: str) -> dict[str, Any]:
    """An item of the table of shops, without DynamoDB's types."""
    found = service.aws("dynamodb").get_item(
        TableName=service.facts["outputs"]["ShopsTable"],
        Key={"shop": {"S": name_of(shop)}, "item": {"S": item}},
    )
    return {name: next(iter(value.values())) for name, value in found.get("Item", {}).items()}


def state_of(service: LocalRun, shop: ShopServer) -> dict[str, Any]:
    return item_of(service, shop, "sync#products")


def export(service: LocalRun, token: str, *fields: str) -> str:
    asked = {"scope": "ALL", "exportInfo": {"fields": list(fields), "channels": []}}
    export_id = service.export("exportProducts", token=token, **asked)
    query = "query($id:ID!){exportFile(id:$id){status message url}}"
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        found = service.graphql(query, {"id": export_id}, token=token)["data"]["exportFile"]
        if found["status"] != "PENDING":
            assert found["status"] == "SUCCESS", found
            return service.download(found).decode()
        time.sleep(0.2)
    raise AssertionError("the export did not end")


def test_the_first_sync_reads_every_product(
    service: LocalRun, installed: ShopServer, token: str
) -> None:
    names = {line.split(",")[0] for line in export(service, token, "NAME").splitlines()[1:]}
    assert len(names) == PRODUCTS


def test_a_change_that_a_webhook_announced_is_in_the_next_export(
    service: LocalRun, installed: ShopServer, token: str
) -> None:
    product = installed.shop.all("products")[3]
    installed.shop.edit_in_bulk(product["id"], "SKU-FROM-WEBHOOK")
    wait_for(lambda: marks_of(service, installed))
    assert "SKU-FROM-WEBHOOK" in export(service, token, "VARIANT_SKU")


def marks_of(service: LocalRun, shop: ShopServer) -> int:
    """How many marks wait, or were drained by now."""
    found = service.aws("dynamodb").scan(TableName=service.facts["outputs"]["MarksTable"])
    return int(found["Count"])


def test_a_delivery_that_comes_twice_changes_nothing_more(
    service: LocalRun, installed: ShopServer, token: str
) -> None:
    body = json.dumps(
        {
            "__typename": "ProductUpdated",
            "issuedAt": time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime()),
            "product": {"id": installed.shop.all("products")[0]["id"]},
        }
    ).encode()
    assert [deliver(service, installed, body) for _ in range(2)] == [200, 200]


def test_a_delivery_whose_body_was_changed_is_refused(
    service: LocalRun, installed: ShopServer
) -> None:
    signature = installed.issuer.sign_detached(b'{"a": 1}')
    assert deliver(service, installed, b'{"a": 2}', signature) == 401


def deliver(service: LocalRun, shop: ShopServer, body: bytes, signature: str | None = None) -> int:
    headers = {
        "Content-Type": "application/json",
        "Saleor-Api-Url": shop.api_url,
        "Saleor-Signature": signature or shop.issuer.sign_detached(body),
    }
    status, _, _ = service.http("/saleor/webhooks", body=body, headers=headers, token=None)
    return status


def test_the_logo_comes_through_the_gateway_as_it_is(service: LocalRun) -> None:
    accept = {"Accept": "*/*"}
    status, headers, body = service.http("/saleor/logo.png", token=None, headers=accept)
    assert (status, headers["content-type"]) == (200, "image/png")
    assert body.startswith(b"\x89PNG\r\n\x1a\n")
    assert body.endswith(b"IEND\xaeB`\x82")


def test_no_log_holds_the_token_of_the_shop(service: LocalRun, installed: ShopServer) -> None:
    assert installed.app is not None
    assert installed.app.token not in service.logs_that_mention("shop registered")


def test_a_shop_that_is_not_on_saleor_cannot_register(service: LocalRun) -> None:
    status, _, body = service.http(
        "/saleor/register",
        body=b'{"auth_token": "x"}',
        headers={"Saleor-Api-Url": "http://169.254.169.254/graphql/"},
        token=None,
    )
    assert (status, json.loads(body)["success"]) == (400, False)


def test_staff_export_with_the_token_of_their_dashboard(
    service: LocalRun, installed: ShopServer
) -> None:
    assert len(export(service, installed.sign_staff(), "NAME").splitlines()) > PRODUCTS


@pytest.mark.parametrize("change", [{"app": "QXBwOjk5"}, {"is_staff": False}, {"exp": 1}])
def test_any_other_token_of_the_shop_is_anonymous(
    service: LocalRun, installed: ShopServer, change: dict[str, Any]
) -> None:
    answer = service.graphql("{me{user{email}}}", token=installed.sign_staff(**change))
    assert answer["data"]["me"]["user"] is None


def test_another_app_of_the_shop_asks_at_the_address_of_the_shop(
    service: LocalRun, installed: ShopServer
) -> None:
    token = "AbCdEfGhIjKlMnOpQrStUvWxYz0123"
    installed.other_apps = [InstalledApp("QXBwOjk=", "erp", token, APP_PERMISSIONS, name="ERP")]
    body = b'{"query":"{me{app{name}}}"}'
    for host, name in ((name_of(installed), {"name": "ERP"}), ("other.example", None)):
        _, _, answer = service.http(f"/shops/{host}/graphql/", body=body, token=token)
        assert json.loads(answer)["data"]["me"]["app"] == name
