"""Staff confirm once where the dashboard of their shop is."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.shop import Installation
from tests.shop_world import NORTH, SOUTH, ShopWorld, make_two_shops

CONFIRM = "mutation($url:String!){dashboardConfirm(url:$url){url errors{field message code}}}"
ME = "{me{dashboardUrl canConfirmDashboard}}"
SITE = "https://north.shop.example/dashboard/"


@pytest.fixture
def world() -> ShopWorld:
    return make_two_shops()


def confirm(world: ShopWorld, token: str, url: str = SITE) -> Any:
    answer = world.ask(token, CONFIRM, url=url)
    return (answer["data"] or {}).get("dashboardConfirm") or answer["errors"][0]


def me(world: ShopWorld, token: str) -> Any:
    return world.ask(token, ME)["data"]["me"]


def test_staff_confirm_the_dashboard_that_opened_the_popup(world: ShopWorld) -> None:
    token = world.staff_token(NORTH)
    assert me(world, token) == {"dashboardUrl": None, "canConfirmDashboard": True}
    confirmed = confirm(world, token, "https://north.shop.example")
    assert confirmed == {"url": SITE, "errors": []}
    assert me(world, token) == {"dashboardUrl": SITE, "canConfirmDashboard": False}
    assert me(world, world.staff_token(SOUTH))["dashboardUrl"] is None


def test_the_first_confirmation_stands(world: ShopWorld) -> None:
    confirm(world, world.staff_token(NORTH))
    assert confirm(world, world.staff_token(NORTH))["errors"] == []
    [refused] = confirm(world, world.staff_token(NORTH), "https://evil.example")["errors"]
    assert (refused["field"], SITE in refused["message"]) == ("url", True)
    assert world.shops.shops[NORTH].dashboard_url == SITE


def test_an_address_that_is_none_is_refused(world: ShopWorld) -> None:
    [refused] = confirm(world, world.staff_token(NORTH), "http://north.shop.example")["errors"]
    assert (refused["field"], refused["code"]) == ("url", "INVALID")
    assert world.shops.shops[NORTH].dashboard_url == ""


def test_only_people_who_may_export_confirm(world: ShopWorld) -> None:
    token = world.staff_token(NORTH, user_permissions=["MANAGE_ORDERS"])
    assert confirm(world, token)["extensions"]["exception"]["code"] == "PermissionDenied"
    assert world.shops.shops[NORTH].dashboard_url == ""


def test_apps_and_shops_that_have_left_do_not_confirm(world: ShopWorld) -> None:
    world.know_app(NORTH, "a-token-of-the-erp-system", "MANAGE_PRODUCTS")
    answer = world.ask("a-token-of-the-erp-system", CONFIRM, NORTH, url=SITE)
    [refused] = answer["data"]["dashboardConfirm"]["errors"]
    assert "Only staff of a connected shop" in refused["message"]
    token = world.staff_token(NORTH)
    world.connect(NORTH, status=Installation.REMOVED)
    assert "extensions" in confirm(world, token)
