"""The page's states, looked at: no violation of WCAG that axe finds, no sideways scrolling, pictures to look at."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit, sign_in
from tests.browser.trouble import no_workers, unreadable_gift_card
from tests.local_run import ROOT, LocalRun

SCREENSHOTS = ROOT / "build" / "screenshots"
WIDTHS = (360, 1280)
PRODUCTS = {"scope": "ALL", "exportInfo": {"fields": ["NAME", "VARIANT_SKU"]}}


@pytest.fixture(scope="module")
def exports_of_all_states(service: LocalRun) -> Iterator[None]:
    """One deleted, one canceled, one failed, one ready, one running."""
    deleted = service.export("exportProducts", **PRODUCTS)
    service.ended(deleted)
    change(service, "exportFileDelete", deleted)
    with unreadable_gift_card(service):
        service.ended(service.export("exportGiftCards", scope="ALL"))
    service.ended(service.export("exportVoucherCodes", voucherId=base64.b64encode(b"Voucher:1").decode()))
    service.ended(service.export("exportProducts", fileType="XLSX", **PRODUCTS))
    with no_workers(service):
        canceled = service.export("exportProducts", **PRODUCTS)
        change(service, "exportFileCancel", canceled)
        service.export("exportProducts", **PRODUCTS)
        yield


def change(service: LocalRun, mutation: str, export_id: str) -> None:
    answer = service.graphql(f"mutation($id: ID!){{{mutation}(id: $id){{errors{{message}}}}}}", {"id": export_id})
    assert answer["data"][mutation]["errors"] == []


def signing_in(page: Page, service: LocalRun) -> None:
    page.goto(service.url)
    expect(page.get_by_role("heading", name="Exports of your shop")).to_be_visible()


def the_list(page: Page, service: LocalRun) -> None:
    sign_in(page, service)
    row = page.locator("li.export").filter(has_text="XLSX").first
    row.get_by_role("button", name="Details of").click()
    expect(row.locator(".timeline")).to_contain_text("Finished")


def the_form(page: Page, service: LocalRun) -> None:
    sign_in(page, service, "New export")
    expect(page.locator(".estimate strong")).to_have_text("60 products")
    expect(page.locator(".sheet th")).to_have_count(3)


def the_filter(page: Page, service: LocalRun) -> None:
    the_form(page, service)
    page.get_by_role("radio", name="Those that match").check(force=True)
    page.get_by_label("Published").select_option("Yes")
    expect(page.get_by_label("In which channel")).to_be_visible()


def the_overview(page: Page, service: LocalRun) -> None:
    sign_in(page, service, "Overview")
    expect(page.locator(".uplot")).to_have_count(2)


def the_question(page: Page, service: LocalRun) -> None:
    the_list(page, service)
    page.get_by_role("button", name="Delete the file").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def the_silence(page: Page, service: LocalRun) -> None:
    sign_in(page, service)
    page.route("**/graphql", lambda route: route.abort())
    page.get_by_label("Status").select_option("Ready")
    expect(page.get_by_role("alert")).to_be_visible()


STATES: dict[str, Callable[[Page, LocalRun], None]] = {
    "sign-in": signing_in,
    "list": the_list,
    "new": the_form,
    "filter": the_filter,
    "overview": the_overview,
    "delete": the_question,
    "silence": the_silence,
}


@pytest.mark.usefixtures("exports_of_all_states")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", STATES)
def test_a_state_can_be_used_by_everybody(open_page: Visit, service: LocalRun, state: str, scheme: str) -> None:
    page = open_page(color_scheme=scheme)
    STATES[state](page, service)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        take_screenshot(page, SCREENSHOTS / f"{state}-{scheme}-{width}.png")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"scrolls sideways at {width} px"
    found = Axe().run(page).response["violations"]
    seen = [(one["id"], [(node["target"], node["failureSummary"]) for node in one["nodes"]]) for one in found]
    assert seen == []


def take_screenshot(page: Page, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=target, full_page=True)
