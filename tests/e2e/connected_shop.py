"""A demo shop on this machine that installs the deployed service, and what is stored of it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from chalicelib.adapters.shops.store import DynamoShopStore
from chalicelib.domain.shop import APP_PERMISSIONS
from local.demo_shop.data import DemoShop
from local.demo_shop.server import ShopServer
from ops.apps import create_app
from tests.local_run import LocalRun


def make_shop_server(products: int) -> ShopServer:
    """Return a running shop; the caller stops it."""
    server = ShopServer(DemoShop.make(products))
    server.start()
    return server


def connect(service: LocalRun, shop: ShopServer) -> None:
    """Install the app and wait until the first sync is done."""
    assert shop.install(f"{service.url}/saleor/manifest") == "installed"
    eventually(lambda: item_of(service, shop, "sync#products").get("as_of"))


def name_of(shop: ShopServer) -> str:
    return f"127.0.0.1:{shop.port}"


def eventually(reached: Callable[[], Any], seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.2)


def item_of(service: LocalRun, shop: ShopServer, item: str = "installation") -> dict[str, Any]:
    """An item of the table of shops, without DynamoDB's types; {} if there is none."""
    found = service.aws("dynamodb").get_item(
        TableName=service.facts["outputs"]["ShopsTable"],
        Key={"shop": {"S": name_of(shop)}, "item": {"S": item}},
    )
    return {name: next(iter(value.values())) for name, value in found.get("Item", {}).items()}


def marks_of(service: LocalRun, shop: ShopServer) -> int:
    """How many products of the shop wait to be read again."""
    found = service.aws("dynamodb").query(
        TableName=service.facts["outputs"]["MarksTable"],
        KeyConditionExpression="shop_kind = :partition",
        ExpressionAttributeValues={":partition": {"S": f"{name_of(shop)}#products"}},
    )
    return int(found["Count"])


def make_token(service: LocalRun, shop: ShopServer) -> str:
    """Return the token of a script that may export everything of the shop."""
    table = service.facts["outputs"]["AppsTable"]
    app = create_app(table, name="Script", shop=name_of(shop), permissions=APP_PERMISSIONS)
    return app.token


def exported(service: LocalRun, token: str, *fields: str, channels: Sequence[str] = ()) -> str:
    """Return the file of an export of products that is asked for now."""
    info = {"fields": [*fields], "channels": [*channels]}
    return exported_by(service, token, "exportProducts", scope="ALL", exportInfo=info)


def exported_by(service: LocalRun, token: str, mutation: str, **asked: Any) -> str:
    """Return the file of an export that is asked for now, by any mutation."""
    export_id = service.export(mutation, token=token, **asked)
    query = "query($id:ID!){exportFile(id:$id){status message url}}"
    found: dict[str, Any] = {"status": "PENDING"}
    deadline = time.monotonic() + 90
    while found["status"] == "PENDING" and time.monotonic() < deadline:
        time.sleep(0.2)
        found = service.graphql(query, {"id": export_id}, token=token)["data"]["exportFile"]
    assert found["status"] == "SUCCESS", found
    return service.download(found).decode()


def deliver(service: LocalRun, shop: ShopServer, body: bytes, signature: str | None = None) -> int:
    """Return the status of the answer to a delivery, which the shop signs unless told otherwise."""
    headers = {
        "Saleor-Api-Url": shop.api_url,
        "Saleor-Signature": signature or shop.issuer.sign_detached(body),
    }
    status, _, _ = service.http("/saleor/webhooks", body=body, headers=headers, token=None)
    return status


def make_body(shop: ShopServer, place: int = 0) -> bytes:
    """Return a delivery about a product."""
    product = {"id": shop.shop.all("products")[place]["id"]}
    now = datetime.now(UTC).isoformat()
    event = {"__typename": "ProductUpdated", "issuedAt": now, "product": product}
    return json.dumps(event).encode()


def end_grace(service: LocalRun, shop: ShopServer) -> None:
    """Let the grace time of a shop that deleted the app be over."""
    shops = DynamoShopStore(service.facts["outputs"]["ShopsTable"])
    found = shops.find(name_of(shop))
    assert found is not None
    shops.save(replace(found, forget_at=datetime.now(UTC)))
