"""Every route below `/saleor/`, as a shop and its staff ask for it."""

from __future__ import annotations

import json
import struct

import pytest

from chalicelib.api.http_answer import HttpAnswer, HttpRequest
from chalicelib.api.saleor_routes import SaleorRoutes
from chalicelib.api.saleor_site import SaleorSite
from chalicelib.api.shop_keys import ShopKeys
from tests.framed_pages import make_framed_pages
from tests.sync_world import API_URL, NAME, SyncWorld, make_world

GATEWAY = "https://abc.execute-api.eu-west-1.amazonaws.com/api"


@pytest.fixture
def world() -> SyncWorld:
    return make_world(3)


def ask(
    world: SyncWorld, method: str, name: str, public_url: str = "", body: bytes = b""
) -> HttpAnswer:
    keys = ShopKeys(lambda url: b'{"keys": []}')
    routes = SaleorRoutes(sync=world.sync, version="1.0", keys=keys)
    site = SaleorSite(routes, public_url, make_framed_pages())
    address = f"{GATEWAY}/saleor/{name}"
    headers = {"saleor-api-url": API_URL}
    return site.answer(method, name, HttpRequest(headers=headers, address=address, body=body))


def test_addresses_of_the_manifest_are_those_of_the_gateway_with_its_stage(
    world: SyncWorld,
) -> None:
    manifest = json.loads(ask(world, "GET", "manifest").body)
    assert manifest["tokenTargetUrl"] == f"{GATEWAY}/saleor/register"


def test_the_public_address_of_the_operator_comes_first(world: SyncWorld) -> None:
    manifest = json.loads(ask(world, "GET", "manifest", "https://exports.example/").body)
    assert manifest["tokenTargetUrl"] == "https://exports.example/saleor/register"


def test_a_shop_remembers_the_address_at_which_it_reaches_the_service(world: SyncWorld) -> None:
    answer = ask(world, "POST", "register", body=b'{"auth_token": "secret"}')
    assert answer.status == 200
    assert world.installed.service_url == GATEWAY
    world.work()
    assert world.server.app is not None
    [webhook] = world.server.app.webhooks.values()
    assert (webhook["targetUrl"], world.installed.name) == (f"{GATEWAY}/saleor/webhooks", NAME)


def test_the_logo_is_as_large_as_saleor_needs_it(world: SyncWorld) -> None:
    answer = ask(world, "GET", "logo.png")
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG\r\n")
    assert min(struct.unpack(">II", answer.content[16:24])) >= 256


@pytest.mark.parametrize("name", ["privacy", "support"])
def test_staff_can_read_the_texts(world: SyncWorld, name: str) -> None:
    answer = ask(world, "GET", name)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert f"<h1>{name.title()}</h1>\n<p>" in answer.body


@pytest.mark.parametrize(
    ("method", "name"), [("GET", "register"), ("POST", "manifest"), ("GET", ""), ("GET", "../x")]
)
def test_every_other_address_or_method_does_not_exist(
    world: SyncWorld, method: str, name: str
) -> None:
    assert ask(world, method, name).status == 404
