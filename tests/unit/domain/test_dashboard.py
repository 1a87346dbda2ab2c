from __future__ import annotations

import pytest

from chalicelib.domain.dashboard import app_page, read_dashboard_url
from chalicelib.domain.shop import Installation
from chalicelib.words.text import in_language, others_of
from tests.shop_world import make_shop

SITE = "https://shop.example/dashboard/"

ODD = "The address has characters that no address has. Copy it from a browser."


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
        (f"https://shop.example/{'a' * 200}", "The address has more than 200 characters."),
        ('https://shop.example/"><script>', ODD),
        ("https://shop.example\\dashboard", ODD),
        ("http://shop.example/", "The address of a dashboard begins with https:// and a host."),
        (
            "https://shop.example/?next=1",
            "The address of a dashboard has neither a query nor a fragment.",
        ),
    ],
)
def test_a_refusal_names_the_reason_in_every_language(given: str, reason: str) -> None:
    with pytest.raises(ValueError, match=f"^{reason}$") as refused:
        read_dashboard_url(given, allow_loopback=False)
    assert others_of(refused.value.args[0]).keys() == {"de"}
    assert in_language(refused.value.args[0], "de") != reason


def test_a_local_run_has_its_dashboard_on_this_machine() -> None:
    found = read_dashboard_url("http://127.0.0.1:9000", allow_loopback=True)
    assert found == "http://127.0.0.1:9000/dashboard/"


def test_the_page_of_the_app_is_in_the_dashboard() -> None:
    shop = make_shop("shop.example", dashboard_url=SITE)
    assert app_page(shop) == "https://shop.example/dashboard/extensions/app/QXBwOjE%3D"
    gone = make_shop("shop.example", dashboard_url=SITE, status=Installation.REMOVED)
    assert [app_page(gone), app_page(make_shop("shop.example"))] == ["", ""]
