"""The dashboard of the demo shop: its lists, and the tokens of its staff."""

from __future__ import annotations

import json

import jwt
import pytest

from local.demo_shop.caller import InstalledApp
from local.demo_shop.dashboard import address_of, answer_dashboard
from local.demo_shop.data import DemoShop
from local.demo_shop.server import ShopServer
from local.issuer import LocalIssuer

ALL = ("MANAGE_PRODUCTS", "MANAGE_GIFT_CARD", "MANAGE_DISCOUNTS")
MENU = {
    "label": "Export products",
    "mount": "PRODUCT_OVERVIEW_MORE_ACTIONS",
    "target": "POPUP",
    "url": "/popup",
}


def make_server() -> ShopServer:
    app = InstalledApp("QXBwOjE=", "waybill.export", "secret", ALL, extensions=(MENU,))
    server = ShopServer(DemoShop.make(3), app=app, waybill_url="http://127.0.0.1:1")
    server._issuer = LocalIssuer(server.api_url)
    return server


def test_a_list_offers_the_extensions_of_its_menu_only() -> None:
    server = make_server()
    assert b"Export products" in answer_dashboard(server, "/dashboard/products")[1]
    assert b"Export products" not in answer_dashboard(server, "/dashboard/gift-cards")[1]


def test_a_person_can_lack_a_permission() -> None:
    answer = answer_dashboard(make_server(), "/dashboard/token?without=MANAGE_GIFT_CARD")
    claims = jwt.decode(json.loads(answer[1])["token"], options={"verify_signature": False})
    assert "MANAGE_GIFT_CARD" not in claims["user_permissions"]
    assert "MANAGE_PRODUCTS" in claims["user_permissions"]
    assert claims["exp"] - claims["iat"] == 300


def test_a_shop_without_the_app_has_no_dashboard() -> None:
    server = make_server()
    server.app = None
    assert answer_dashboard(server, "/dashboard/products")[0] == 404


@pytest.mark.parametrize(
    ("target", "url", "address"),
    [
        ("POPUP", "/popup/x", "https://h.example/api/popup/x"),
        ("POPUP", "https://h.example/x", "https://h.example/x"),
        ("APP_PAGE", "/x", "https://h.example/api/exports/x"),
    ],
)
def test_addresses_of_extensions_are_those_of_a_dashboard(
    target: str, url: str, address: str
) -> None:
    extension = {"target": target, "url": url}
    assert address_of(extension, "https://h.example/api/exports") == address
