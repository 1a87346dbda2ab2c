from __future__ import annotations

import pytest

from chalicelib.domain.dashboard import app_page, read_dashboard_url
from chalicelib.domain.shop import Installation
from tests.shop_world import make_shop

SITE = "https://shop.example/dashboard/"


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("https://shop.example", SITE),
        ("https://SHOP.example/", "https://shop.example/"),
        ("https://shop.example/dashboard", SITE),
        (
            "https://admin.shop.example:8443/back/office/",
            "https://admin.shop.example:8443/back/office/",
        ),
    ],
)
def test_an_origin_gets_the_usual_path_and_a_path_stays(given: str, stored: str) -> None:
    assert read_dashboard_url(given, allow_loopback=False) == stored


@pytest.mark.parametrize(
    "given",
    [
        "",
        "shop.example",
        "http://shop.example",
        "http://127.0.0.1:9000",
        "javascript:alert(1)",
        "https://",
        "https://shop.example@evil.example/",
        "https://shop.example/?next=https://evil.example",
        "https://shop.example/#x",
        'https://shop.example/"><script>',
        "https://shop.example/a b",
        "https://shöp.example/",
        f"https://shop.example/{'a' * 200}",
    ],
)
def test_anything_else_is_not_the_address_of_a_dashboard(given: str) -> None:
    with pytest.raises(ValueError, match="address"):
        read_dashboard_url(given, allow_loopback=False)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (f"https://shop.example/{'a' * 200}", "more than 200 characters"),
        ('https://shop.example/"><script>', "characters that no address has"),
        ("https://shop.example\\dashboard", "characters that no address has"),
        ("https://shop.example/?next=1", "neither a query nor a fragment"),
    ],
)
def test_a_refusal_names_the_reason(given: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read_dashboard_url(given, allow_loopback=False)


def test_a_local_run_has_its_dashboard_on_this_machine() -> None:
    found = read_dashboard_url("http://127.0.0.1:9000", allow_loopback=True)
    assert found == "http://127.0.0.1:9000/dashboard/"


def test_the_page_of_the_app_is_in_the_dashboard() -> None:
    shop = make_shop("shop.example", dashboard_url=SITE)
    assert app_page(shop) == "https://shop.example/dashboard/extensions/app/QXBwOjE%3D"
    gone = make_shop("shop.example", dashboard_url=SITE, status=Installation.REMOVED)
    assert [app_page(gone), app_page(make_shop("shop.example"))] == ["", ""]
