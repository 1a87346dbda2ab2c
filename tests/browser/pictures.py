"""The pictures in README and docs. `make pictures` renews them; the tests do not run them."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.conftest import Visit, open_panel, sign_in
from tests.browser.states import rewrite
from tests.browser.trouble import unreadable_gift_card
from tests.local_run import ROOT, LocalRun

IMAGES: Final = ROOT / "docs" / "images"
MAX_BYTES: Final = 120_000
LAPTOP: Final[ViewportSize] = {"width": 1100, "height": 680}
PHONE: Final[ViewportSize] = {"width": 360, "height": 740}
TODAY: Final = 5  # exports of the list; the others are of yesterday
COLUMNS: Final = [
    {"key": "product.name", "label": "Product name"},
    {"key": "variant.sku", "label": "SKU"},
    {"key": "variant.price.web-eu", "label": "Price (Web shop Europe)"},
    {"key": "variant.stock.total", "label": "Total stock"},
]


@pytest.fixture(scope="module", autouse=True)
def exports_of_two_days(service: LocalRun) -> None:
    """Exports as a shop has them."""
    voucher = base64.b64encode(b"Voucher:1").decode()
    products: dict[str, Any] = {"scope": "ALL", "fileType": "XLSX", "columns": COLUMNS}
    with unreadable_gift_card(service):
        service.ended(service.export("exportGiftCards", scope="ALL", title="Unused gift cards"))
    service.ended(service.export("exportGiftCards", scope="ALL", title="Gift cards for audit"))
    service.ended(service.export("exportVoucherCodes", voucherId=voucher))
    for title in ("Stock count", "Price list", "Everything"):
        service.ended(service.export("exportProducts", title=title, **products))
    found = {"scope": "FILTER", "filter": {"search": "tea", "giftCard": False}}
    token = service.token("staff_products")
    tea = service.export("exportProducts", token=token, title="Tea", **(products | found))
    service.ended(tea, token=token)
    service.ended(service.export("exportProducts", title="Whole catalogue", **products))


@pytest.fixture
def page(open_page: Visit) -> Page:
    return open_page(viewport=LAPTOP)


def show_list(page: Page, service: LocalRun, heading: str = "Exports") -> None:
    """Show the list as of the end of a day, with one export that is still running."""

    def as_of_two_days(files: Any) -> None:
        first, *rest = [edge["node"] for edge in files["edges"]]
        started = datetime.now(UTC) - timedelta(seconds=9)
        first |= {"status": "PENDING", "progress": 0.62, "createdAt": started.isoformat()}
        first |= {"rowsDone": 37_400, "rowsTotal": 60_073}
        for number, one in enumerate(rest):
            days = timedelta(days=int(number >= TODAY - 1), hours=number)
            at = datetime.fromisoformat(one["createdAt"]).replace(hour=10) - days
            one["createdAt"] = at.isoformat()

    rewrite(page, "exportFiles", as_of_two_days)
    page.goto(f"{service.url}/#token={service.token()}")
    expect(page.get_by_role("heading", name=heading, level=1)).to_be_visible()
    expect(page.locator(".progress")).to_contain_text("62 %")


def take(page: Page, name: str) -> None:
    target: Path = IMAGES / f"{name}.png"
    page.evaluate("document.activeElement.blur()")
    page.screenshot(path=target)
    assert target.stat().st_size < MAX_BYTES


def test_the_list(page: Page, service: LocalRun) -> None:
    show_list(page, service)
    take(page, "list")


def test_the_details(page: Page, service: LocalRun) -> None:
    show_list(page, service)
    page.locator("li.export").nth(1).get_by_role("button", name="Details of").click()
    expect(page.locator(".timeline")).to_contain_text("Finished")
    take(page, "details")


def test_the_list_in_german_and_dark(open_page: Visit, service: LocalRun) -> None:
    page = open_page(
        locale="de-DE", timezone_id="Europe/Berlin", color_scheme="dark", viewport=LAPTOP
    )
    show_list(page, service, "Exporte")
    take(page, "german-dark")


def test_the_list_on_a_phone(open_page: Visit, service: LocalRun) -> None:
    page = open_page(viewport=PHONE, device_scale_factor=1.5)
    show_list(page, service)
    take(page, "phone")


def test_a_new_export(page: Page, service: LocalRun) -> None:
    sign_in(page, service, "New export")
    expect(page.locator(".estimate strong")).to_have_text("60 products")
    expect(page.locator("main .bone")).to_have_count(0)
    take(page, "new-export")


def test_the_search_for_columns(page: Page, service: LocalRun) -> None:
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 1100, "height": 560})
    sign_in(page, service, "New export")
    expect(page.locator(".estimate strong")).to_have_text("60 products")
    expect(page.locator("main .bone")).to_have_count(0)
    open_panel(page, "Column").get_by_role("searchbox").fill("price")
    take(page, "columns-dark")
