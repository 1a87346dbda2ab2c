"""Waybill in the dashboard of the demo shop: from ticked rows to a file, inside the popup."""

from __future__ import annotations

import re
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from tests.browser.conftest import Visit
from tests.local_run import running

START = re.compile("^(Start the export|Export .*rows?)$")
WINDOW: dict[str, Any] = {"viewport": {"width": 1500, "height": 900}}


@pytest.fixture(scope="module")
def shop_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The demo shop, once it has installed the service."""
    options = ("--products", "20", "--saleor", "demo")
    with running(tmp_path_factory.mktemp("popup"), *options) as run:
        url: str = run.facts["shop"]["url"]
        wait_until_installed(url)
        yield url


def wait_until_installed(url: str) -> None:
    deadline = time.monotonic() + 120
    while b'"app": null' in urllib.request.urlopen(f"{url}/state").read():
        assert time.monotonic() < deadline
        time.sleep(0.2)


def open_popup(page: Page, address: str, label: str, ticked: int = 0) -> FrameLocator:
    page.goto(address)
    for number in range(ticked):
        page.get_by_role("checkbox").nth(number).check()
    page.get_by_role("button", name=label).click()
    return page.frame_locator("iframe")


def test_two_ticked_products_are_a_file_without_leaving_the_dashboard(
    open_page: Visit, shop_url: str
) -> None:
    page = open_page(**WINDOW)
    popup = open_popup(page, f"{shop_url}/dashboard/products?asc=true", "Export products", 2)
    expect(popup.locator(".chips")).to_contain_text("2 selected")
    with page.expect_download(timeout=90_000) as started:
        popup.get_by_role("button", name=START).click()
    assert started.value.suggested_filename.endswith(".xlsx")
    expect(page.get_by_role("status")).to_contain_text("your export is ready")


def test_the_filter_and_search_of_the_list_are_chips_that_can_be_removed(
    open_page: Visit, shop_url: str
) -> None:
    page = open_page(**WINDOW)
    query = "query=e&0[s0.channel]=web-eu&1=AND&2[s5.price]=10&activeTab=Cheap"
    popup = open_popup(page, f"{shop_url}/dashboard/products?{query}", "Export products")
    chips = popup.locator(".chips")
    for text in ("“e”", "Price from 10", "Channel"):
        expect(chips).to_contain_text(text)
    expect(popup.get_by_label("Title")).to_have_value("Cheap")
    for name in ("Remove Price", "Remove Search words"):
        popup.get_by_role("button", name=name, exact=True).click()
    expect(popup.locator(".estimate strong")).to_have_text("20 products")


def test_staff_confirm_once_where_the_dashboard_is(open_page: Visit, shop_url: str) -> None:
    page = open_page(**WINDOW)
    popup = open_popup(page, f"{shop_url}/dashboard/products", "Export products")
    expect(popup.locator(".question")).to_contain_text(f"{shop_url}/dashboard/")
    popup.get_by_role("button", name="Yes, to this dashboard").click()
    expect(page.get_by_role("status")).to_contain_text("lead to this dashboard")
    popup = open_popup(page, f"{shop_url}/dashboard/gift-cards", "Export gift cards")
    expect(popup.get_by_role("heading", name="New export: Gift cards")).to_be_visible()
    expect(popup.locator(".question")).to_have_count(0)


def test_a_person_without_the_permission_learns_nothing_of_gift_cards(
    open_page: Visit, shop_url: str
) -> None:
    page = open_page(**WINDOW)
    address = f"{shop_url}/dashboard/gift-cards?without=MANAGE_GIFT_CARD"
    popup = open_popup(page, address, "Export gift cards")
    expect(popup.get_by_text("Nothing to export")).to_be_visible()
    expect(popup.get_by_role("button", name=START)).to_have_count(0)
