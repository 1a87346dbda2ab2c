"""The manifest asks for little, and every address in it carries the stage."""

from __future__ import annotations

from urllib.parse import urljoin

from chalicelib.api.saleor_manifest import make_manifest
from local.demo_shop.dashboard import address_of

BASE = "https://abc.execute-api.eu-west-1.amazonaws.com/api"


def test_it_asks_for_three_permissions_and_no_more() -> None:
    permissions = make_manifest(BASE, "1.0")["permissions"]
    assert permissions == ["MANAGE_PRODUCTS", "MANAGE_GIFT_CARD", "MANAGE_DISCOUNTS"]


def test_exactly_three_extensions_have_a_permission() -> None:
    """Saleor hangs without a word where the permission of a fourth is not granted."""
    extensions = make_manifest(BASE, "1.0")["extensions"]
    assert [len(one["permissions"]) for one in extensions] == [1, 1, 1, 0]
    assert {one["target"] for one in extensions[:3]} == {"POPUP"}
    assert (extensions[3]["target"], extensions[3]["mount"]) == ("APP_PAGE", "NAVIGATION_CATALOG")


def test_a_dashboard_opens_the_routes_of_the_stage() -> None:
    manifest = make_manifest(BASE, "1.0")
    opened = [address_of(one, manifest["appUrl"]) for one in manifest["extensions"]]
    popups = [f"{BASE}/saleor/popup/{name}" for name in ("products", "gift-cards", "vouchers")]
    assert opened == [*popups, f"{BASE}/saleor/exports/api/saleor/exports"]


def test_extensions_lead_to_the_routes_of_the_stage_from_the_origin_too() -> None:
    extensions = make_manifest(BASE, "1.0")["extensions"]
    resolved = [urljoin(BASE, one["url"]) for one in extensions]
    popups = [f"{BASE}/saleor/popup/{name}" for name in ("products", "gift-cards", "vouchers")]
    assert resolved == [*popups, f"{BASE}/saleor/exports"]


def test_addresses_carry_host_and_stage() -> None:
    manifest = make_manifest(BASE, "1.0")
    for name in ("appUrl", "tokenTargetUrl", "dataPrivacyUrl", "supportUrl"):
        assert manifest[name].startswith(f"{BASE}/saleor/")
    assert manifest["brand"]["logo"]["default"] == f"{BASE}/saleor/logo.png"


def test_its_one_webhook_is_about_the_app_alone() -> None:
    (webhook,) = make_manifest(BASE, "1.0")["webhooks"]
    assert webhook["asyncEvents"] == ["APP_STATUS_CHANGED", "APP_DELETED"]
    assert "AppStatusChanged" in webhook["query"]
    assert "Product" not in webhook["query"]
