"""The page's states, looked at.

No violation of WCAG that axe finds, no sideways scrolling, pictures to look at.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, ViewportSize, expect

from tests.browser.conftest import add_condition, open_panel, sign_in
from tests.browser.trouble import no_workers, unreadable_gift_card
from tests.local_run import ROOT, LocalRun

SCREENSHOTS: Final = ROOT / "build" / "screenshots"
SCHEMES: Final = ("light", "dark")
WIDTHS: Final = (360, 1280)
LARGE: Final[ViewportSize] = {"width": 3840, "height": 2160}
# The rules of WCAG 2.2 are off unless they are named.
RULES: Final = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
}
PRODUCTS: Final[dict[str, Any]] = {
    "scope": "ALL",
    "exportInfo": {"fields": ["NAME", "VARIANT_SKU"]},
}
# Characters in the longest line of running text, each half as wide as it is high.
MAX_LINE_CHARACTERS: Final = """() => Math.max(
  ...[...document.querySelectorAll("main p")].flatMap((text) => {
  const range = document.createRange();
  range.selectNodeContents(text);
  const size = parseFloat(getComputedStyle(text).fontSize);
  return [...range.getClientRects()].map(({ width }) => width / (0.5 * size));
}))"""


@pytest.fixture(scope="module")
def exports_of_all_states(service: LocalRun) -> Iterator[None]:
    """One deleted, one canceled, one failed, one ready, one running."""
    deleted = service.export("exportProducts", **PRODUCTS)
    service.ended(deleted)
    change(service, "exportFileDelete", deleted)
    with unreadable_gift_card(service):
        service.ended(service.export("exportGiftCards", scope="ALL"))
    service.ended(
        service.export("exportVoucherCodes", voucherId=base64.b64encode(b"Voucher:1").decode())
    )
    service.ended(service.export("exportProducts", compression="GZIP", **PRODUCTS))
    service.ended(service.export("exportProducts", fileType="XLSX", **PRODUCTS))
    with no_workers(service):
        canceled = service.export("exportProducts", **PRODUCTS)
        change(service, "exportFileCancel", canceled)
        service.export("exportProducts", **PRODUCTS)
        yield


def change(service: LocalRun, mutation: str, export_id: str) -> None:
    answer = service.graphql(
        f"mutation($id: ID!){{{mutation}(id: $id){{errors{{message}}}}}}", {"id": export_id}
    )
    assert answer["data"][mutation]["errors"] == []


def rewrite(page: Page, part: str, change: Callable[[Any], Any]) -> None:
    """From now on the service's answers say something else where they have this part."""

    def answer(route: Route) -> None:
        found = route.fetch()
        body = found.json()
        if part in body.get("data", {}):
            change(body["data"][part])
        route.fulfill(response=found, body=json.dumps(body))

    page.route("**/graphql", answer)


def signing_in(page: Page, service: LocalRun) -> None:
    page.goto(service.url)
    page.get_by_text("Use a token").click()
    expect(page.get_by_label("Token")).to_be_visible()


def a_refused_token(page: Page, service: LocalRun) -> None:
    page.goto(f"{service.url}/#token=nobody")
    expect(page.get_by_role("alert")).to_contain_text("not accepted")


def no_permission(page: Page, service: LocalRun) -> None:
    rewrite(page, "me", lambda me: me.update(permissions=[]))
    page.goto(f"{service.url}/#token={service.token()}")
    expect(page.get_by_role("heading", name="Nothing to export")).to_be_visible()


def the_list(page: Page, service: LocalRun) -> None:
    sign_in(page, service)
    row = page.locator("li.export").filter(has_text="XLSX").first
    row.get_by_role("button", name="Details of").click()
    expect(row.locator(".timeline")).to_contain_text("Finished")


def a_running_export(page: Page, service: LocalRun) -> None:
    cause = "Second try: the file store did not answer."
    rewrite(page, "exportFile", lambda file: file["events"][0].update(message=cause))
    reported = {"status": "PENDING", "progress": 0.62, "rowsDone": 37_400, "rowsTotal": 60_073}
    rewrite(page, "exportFiles", lambda files: files["edges"][0]["node"].update(reported))
    sign_in(page, service)
    row = page.locator("li.export").first
    expect(row.locator(".progress")).to_contain_text("62 %37,400 of 60,073 rowsabout")
    expect(page).to_have_title(re.compile("^62 % · Exports"))
    row.get_by_role("button", name="Details of").click()
    expect(row.locator(".timeline li").first).to_contain_text("Tried again")
    expect(row.locator(".timeline li").first).to_contain_text(cause)


def no_exports(page: Page, service: LocalRun) -> None:
    nothing = {"hasNextPage": False, "hasPreviousPage": False}
    rewrite(
        page, "exportFiles", lambda files: files.update(edges=[], totalCount=0, pageInfo=nothing)
    )
    sign_in(page, service)
    expect(page.get_by_role("heading", name="No exports yet")).to_be_visible()


def no_match(page: Page, service: LocalRun) -> None:
    sign_in(page, service)
    page.get_by_label("Requested by").select_option("An app")
    page.get_by_label("Name of the app").fill("none of this name")
    expect(page.get_by_role("heading", name="No export matches")).to_be_visible()


def a_long_shop_name(page: Page, service: LocalRun) -> None:
    name = "Wonderful Outdoor Equipment and Garden Furniture of Northern Europe Ltd."
    rewrite(page, "me", lambda me: me.update(shopName=name))
    sign_in(page, service)
    expect(page.locator("li.export").first).to_be_visible()


def waiting(page: Page, service: LocalRun) -> None:
    page.route(
        "**/graphql",
        lambda route: (
            None if "exportFiles" in (route.request.post_data or "") else route.continue_()
        ),
    )
    sign_in(page, service)
    expect(page.locator("main .bone")).to_have_count(5)


def the_silence(page: Page, service: LocalRun) -> None:
    page.route(
        "**/graphql",
        lambda route: (
            route.abort() if "exportFiles" in route.request.post_data else route.continue_()
        ),
    )
    sign_in(page, service)
    expect(page.get_by_role("heading", name="This did not work")).to_be_visible()


def offline(page: Page, service: LocalRun) -> None:
    sign_in(page, service)
    expect(page.locator("li.export").first).to_be_visible()
    page.context.set_offline(True)
    expect(page.get_by_role("alert")).to_contain_text("You are offline.")


def the_form(page: Page, service: LocalRun) -> None:
    sign_in(page, service, "New export")
    expect(page.locator(".estimate strong")).to_have_text("60 products")


def the_columns(page: Page, service: LocalRun) -> None:
    the_form(page, service)
    open_panel(page, "Column").get_by_role("searchbox").fill("price")


def the_filter(page: Page, service: LocalRun) -> None:
    the_form(page, service)
    add_condition(page, "Published").get_by_label("Yes").check()
    page.keyboard.press("Escape")
    add_condition(page, "Categories").get_by_role("checkbox").first.check()


def the_selection(page: Page, service: LocalRun) -> None:
    the_form(page, service)
    panel = open_panel(page, "Selected products")
    panel.get_by_role("searchbox").fill("teapot")
    panel.get_by_role("checkbox").first.check()


def the_options(page: Page, service: LocalRun) -> None:
    the_form(page, service)
    page.get_by_role("radio", name="CSV").check(force=True)
    open_panel(page, "Options")


def the_vouchers(page: Page, service: LocalRun) -> None:
    sign_in(page, service, "New export")
    page.get_by_role("radio", name="Voucher codes").check(force=True)
    open_panel(page, "Voucher Choose a voucher").get_by_role("checkbox").first.check()
    expect(page.locator(".estimate strong")).to_contain_text("codes")


def the_overview(page: Page, service: LocalRun) -> None:
    sign_in(page, service, "Overview")
    expect(page.locator(".uplot")).to_have_count(2)
    page.locator("summary").first.click()


def the_question(page: Page, service: LocalRun) -> None:
    the_list(page, service)
    page.get_by_role("button", name="Delete the file").click()
    expect(page.get_by_role("dialog")).to_be_visible()


STATES: dict[str, Callable[[Page, LocalRun], None]] = {
    "sign-in": signing_in,
    "refused": a_refused_token,
    "no-permission": no_permission,
    "list": the_list,
    "running": a_running_export,
    "empty": no_exports,
    "no-match": no_match,
    "long-name": a_long_shop_name,
    "waiting": waiting,
    "silence": the_silence,
    "offline": offline,
    "new": the_form,
    "columns": the_columns,
    "filter": the_filter,
    "selection": the_selection,
    "options": the_options,
    "vouchers": the_vouchers,
    "overview": the_overview,
    "delete": the_question,
}


@pytest.mark.usefixtures("exports_of_all_states")
@pytest.mark.parametrize("state", STATES)
def test_a_state_can_be_used_by_everybody(page: Page, service: LocalRun, state: str) -> None:
    STATES[state](page, service)
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            take_screenshot(page, f"{state}-{scheme}-{width}")
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
                f"scrolls sideways at {width} px"
            )
            assert violations(page) == [], f"{scheme}, {width} px"


@pytest.mark.usefixtures("exports_of_all_states")
@pytest.mark.parametrize("state", ["list", "new", "overview"])
def test_a_large_screen_is_used_and_lines_stay_readable(
    page: Page, service: LocalRun, state: str
) -> None:
    STATES[state](page, service)
    page.set_viewport_size(LARGE)
    take_screenshot(page, f"{state}-light-3840")
    box = page.locator("main").bounding_box()
    assert box
    assert box["width"] > LARGE["width"] * 0.45
    assert abs(box["x"] * 2 + box["width"] - LARGE["width"]) < 40, "not in the middle"
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 22
    assert page.evaluate(MAX_LINE_CHARACTERS) < 150


def test_charts_become_as_wide_as_their_place(page: Page, service: LocalRun) -> None:
    the_overview(page, service)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        page.wait_for_timeout(100)
        charts = page.locator(".chart")
        gaps = charts.evaluate_all(
            "all => all.map((one) => one.clientWidth - one.querySelector('.u-wrap').clientWidth)"
        )
        assert gaps == [0, 0], f"at {width} px"


def violations(page: Page) -> list[Any]:
    found = Axe().run(page, options={**RULES, "resultTypes": ["violations"]}).response["violations"]
    return [
        (one["id"], [(node["target"], node["failureSummary"]) for node in one["nodes"]])
        for one in found
    ]


def take_screenshot(page: Page, name: str) -> None:
    """The whole page; a question covers what is in view, no more."""
    target: Path = SCREENSHOTS / f"{name}.png"
    target.parent.mkdir(parents=True, exist_ok=True)
    in_view = page.locator("dialog, .panel:popover-open").count()
    page.screenshot(path=target, full_page=not in_view)
