"""What a shop gets from the routes that it calls."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.api.allowance import QUESTIONS_PER_MINUTE
from chalicelib.api.http_answer import HttpRequest
from chalicelib.api.saleor_routes import SaleorRoutes
from chalicelib.api.shop_keys import ShopKeys
from chalicelib.errors import DatabaseUnavailable, Unavailable
from local.issuer import LocalIssuer
from tests.sync_world import API_URL, NAME, SyncWorld, make_world

ISSUER = LocalIssuer(API_URL)


@pytest.fixture
def world() -> SyncWorld:
    return make_world(3)


def make_routes(world: SyncWorld) -> SaleorRoutes:
    return SaleorRoutes(sync=world.sync, version="1.0", keys=ShopKeys(lambda url: ISSUER.key_set()))


def register(world: SyncWorld, body: bytes = b'{"auth_token": "secret"}', **headers: str) -> Any:
    given = {"saleor-api-url": API_URL, **{k.replace("_", "-"): v for k, v in headers.items()}}
    answer = make_routes(world).register(HttpRequest(headers=given, body=body))
    return answer.status, json.loads(answer.body)


def deliver(world: SyncWorld, body: bytes, signature: str | None = None) -> int:
    signed = ISSUER.sign_detached(body) if signature is None else signature
    headers = {"saleor-api-url": API_URL, "saleor-signature": signed}
    return make_routes(world).webhook(HttpRequest(headers=headers, body=body)).status


def make_body(world: SyncWorld) -> bytes:
    issued_at = world.clock.now().isoformat()
    product = {"id": world.shop.all("products")[0]["id"]}
    event = {"__typename": "ProductUpdated", "issuedAt": issued_at, "product": product}
    return json.dumps(event).encode()


def test_the_manifest_names_the_app() -> None:
    answer = make_routes(make_world(1)).manifest("https://waybill.example/prod")
    assert json.loads(answer.body)["tokenTargetUrl"].startswith("https://waybill.example/prod/")


def test_a_shop_registers(world: SyncWorld) -> None:
    assert register(world) == (200, {"success": True})
    assert world.installed.name == NAME


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"auth_token": 5}', b'{"auth_token": ""}', b"[" * 100_000]
)
def test_what_is_not_a_registration_is_refused_in_words(world: SyncWorld, body: bytes) -> None:
    status, answer = register(world, body)
    assert (status, answer["success"]) == (400, False)
    assert 0 < len(answer["error"]["message"]) < 255


@pytest.mark.parametrize(
    "token", ["a b", "a\nb", "a\r\nX-Other: b", "\u20ac", "\ud800", "a" * 5_000]
)
def test_what_cannot_be_a_token_is_never_sent_to_the_shop(world: SyncWorld, token: str) -> None:
    status, answer = register(world, json.dumps({"auth_token": token}).encode())
    assert (status, answer["success"]) == (400, False)
    assert answer["error"]["message"] == "The request is not a registration of Saleor."


def test_strangers_cannot_have_a_shop_asked_about_any_number_of_tokens(
    world: SyncWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = [1_000.0]
    monkeypatch.setattr("chalicelib.api.wall_clock.seconds", lambda: moment[0])
    routes = make_routes(world)

    def ask(url: str, token: str) -> int:
        body = json.dumps({"auth_token": token}).encode()
        return routes.register(HttpRequest(headers={"saleor-api-url": url}, body=body)).status

    others = {ask("https://other.example/graphql/", f"made-up-{number}") for number in range(40)}
    made_up = [ask(API_URL, f"made-up-{number}") for number in range(40)]
    assert (others, made_up) == ({400}, [400] * QUESTIONS_PER_MINUTE + [503] * 10)
    assert ask(API_URL, "secret") == 503
    moment[0] += 60
    assert ask(API_URL, "secret") == 200


@pytest.mark.parametrize("url", ["", "graphql", "https://", "https://[::1", "//x", "\x00"])
def test_a_registration_without_an_address_is_refused(world: SyncWorld, url: str) -> None:
    assert register(world, saleor_api_url=url)[0] == 400


def test_the_token_is_in_no_answer(world: SyncWorld) -> None:
    _, answer = register(world, b'{"auth_token": "very-secret-token"}')
    assert "very-secret-token" not in json.dumps(answer)


def test_a_signed_delivery_is_stored(world: SyncWorld) -> None:
    register(world)
    assert deliver(world, make_body(world)) == 200
    assert len(world.marks.marks) == 1


def test_a_delivery_of_a_shop_that_is_not_connected_is_refused(world: SyncWorld) -> None:
    assert deliver(world, make_body(world)) == 401


def test_a_delivery_that_names_what_no_shop_can_be_is_not_an_outage(
    world: SyncWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(name: str) -> None:
        raise DatabaseUnavailable(f"ValidationException: {len(name)} bytes")

    monkeypatch.setattr(world.sync.shops, "find", refuse)
    headers = {"saleor-api-url": f"https://{'a' * 3_000}/graphql/"}
    assert make_routes(world).webhook(HttpRequest(headers=headers, body=b"{}")).status == 401


@pytest.mark.parametrize("signature", ["", "a.b.c", "e30..e30"])
def test_a_delivery_that_the_shop_did_not_sign_is_refused(world: SyncWorld, signature: str) -> None:
    register(world)
    assert deliver(world, make_body(world), signature) == 401
    assert world.marks.marks == {}


def test_a_delivery_that_cannot_be_stored_is_asked_for_again(world: SyncWorld) -> None:
    register(world)

    def fail(marks: Any) -> None:
        raise Unavailable("The table of marks did not answer.")

    world.marks.add = fail  # type: ignore[method-assign]
    assert deliver(world, make_body(world)) == 503


def test_a_refused_delivery_is_an_error_in_both_shapes(world: SyncWorld) -> None:
    refused = make_routes(world).webhook(HttpRequest(headers={}, body=b"{}"))
    answer = json.loads(refused.body)
    assert refused.status == 401
    assert [error["message"] for error in answer["errors"]] == [answer["message"]]


def test_a_signed_body_that_is_not_an_event_is_refused(world: SyncWorld) -> None:
    register(world)
    moment = datetime.now(UTC).isoformat()
    for body in (b"[]", b"{}", json.dumps({"issuedAt": moment}).encode()):
        assert deliver(world, body) == 401
