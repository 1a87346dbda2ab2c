"""What a shop says about the app, its keys and its problems."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.adapters.outside_http import Answer
from chalicelib.adapters.saleor.client import SaleorApi
from chalicelib.adapters.saleor.shop import MAX_KEY_SET_BYTES, SaleorShop
from chalicelib.domain.shop import APP_PERMISSIONS
from chalicelib.domain.shop_api import AppFacts, Connection
from chalicelib.errors import ShopRefused, ShopUnavailable, Unavailable
from chalicelib.services.sync.register_shop import APP_IDENTIFIER
from tests.sync_world import API_URL, SyncWorld, make_world
from tests.unit.adapters.saleor.test_client import FakeHttp

CONNECTION = Connection(api_url=API_URL, token="secret", app_id="QXBwOjE=")
KEYS_URL = "https://demo.shop.example/.well-known/jwks.json"


@pytest.fixture
def world() -> SyncWorld:
    return make_world(1)


def make_shop(http: FakeHttp) -> SaleorShop:
    return SaleorShop(SaleorApi(http))  # type: ignore[arg-type]


def problems_of(world: SyncWorld) -> list[tuple[str, str]]:
    assert world.server.app is not None
    return [(one["key"], one["message"]) for one in world.server.app.problems]


def test_the_facts_about_an_app_are_those_of_its_shop(world: SyncWorld) -> None:
    assert world.sync.api.describe_app(API_URL, "secret") == AppFacts(
        id="QXBwOjE=",
        identifier=APP_IDENTIFIER,
        permissions=frozenset(APP_PERMISSIONS),
        saleor_version=world.shop.shop["version"],
        name="Waybill",
    )


@pytest.mark.parametrize("app", [None, {"id": ""}])
def test_a_token_without_an_app_is_refused(app: Any) -> None:
    body = json.dumps({"data": {"app": app, "shop": None}}).encode()
    with pytest.raises(ShopRefused, match="does not know an app with this token"):
        make_shop(FakeHttp(Answer(200, {}, body))).describe_app(API_URL, "dead")


@pytest.mark.parametrize(
    "data",
    [
        {"app": ["id"]},
        {"app": {"name": "a"}},
        {"app": {"id": {"id": "a"}}},
        {"app": {"id": "a", "permissions": [None]}},
        {"app": {"id": "a"}, "shop": {"version": 3}},
    ],
)
def test_a_host_that_is_not_a_shop_is_a_shop_that_could_not_be_read(data: Any) -> None:
    body = json.dumps({"data": data}).encode()
    with pytest.raises(ShopUnavailable, match="does not answer as Saleor does"):
        make_shop(FakeHttp(Answer(200, {}, body))).describe_app(API_URL, "any")


def test_a_reported_problem_is_shown_until_it_is_dismissed(world: SyncWorld) -> None:
    for key in ("mail", "stuck"):
        world.sync.api.report_problem(CONNECTION, key, f"About {key}.")
    assert problems_of(world) == [("mail", "About mail."), ("stuck", "About stuck.")]
    world.sync.api.dismiss_problem(CONNECTION, "mail")
    assert problems_of(world) == [("stuck", "About stuck.")]


def test_a_problem_that_a_shop_cannot_show_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    body = json.dumps({"errors": [{"message": 'Cannot query field "problemCreate".'}]}).encode()
    with caplog.at_level("INFO", "waybill"):
        make_shop(FakeHttp(Answer(200, {}, body))).report_problem(CONNECTION, "mail", "Odd.")
    [record] = caplog.records
    assert record.getMessage() == "problem not shown in the dashboard"
    assert "problemCreate" in vars(record)["reason"]


def test_keys_are_read_as_they_are_and_only_so_many() -> None:
    http = FakeHttp(Answer(200, {}, b'{"keys": []}'))
    assert make_shop(http).read_keys(KEYS_URL) == b'{"keys": []}'
    (sent,) = http.sent
    assert (sent["method"], sent["url"]) == ("GET", KEYS_URL)
    assert sent["max_bytes"] == MAX_KEY_SET_BYTES


@pytest.mark.parametrize("status", [201, 302, 404, 500])
def test_keys_with_another_status_are_no_keys(status: int) -> None:
    http = FakeHttp(Answer(status, {}, b'{"keys": []}'))
    with pytest.raises(Unavailable, match=f"status {status}"):
        make_shop(http).read_keys(KEYS_URL)
