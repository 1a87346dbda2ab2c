"""The page's states, looked at.

No violation of WCAG that axe finds, no sideways scrolling, pictures to look at.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, Literal

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, ViewportSize

from tests.browser.states import STATES, the_overview
from tests.browser.trouble import no_workers, unreadable_gift_card
from tests.local_run import ROOT, LocalRun

SCREENSHOTS: Final = ROOT / "build" / "screenshots"
WIDTHS: Final = (360, 1280)
LARGE: Final[ViewportSize] = {"width": 3840, "height": 2160}
# The rules of WCAG 2.2 are off unless they are named. A scheme changes colours only, which is all
# that `light-dark()` takes, so the rules without colours find the same in each.
RULES: Final[dict[Literal["light", "dark"], list[str]]] = {
    "light": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "dark": ["color-contrast", "link-in-text-block"],
}
VIOLATIONS: Final = """async (rules) => {
  const { violations } = await axe.run({ runOnly: rules, resultTypes: ["violations"] });
  return violations.map(({ id, nodes }) =>
    [id, nodes.map(({ target, failureSummary }) => [target, failureSummary])]);
}"""
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
CHARTS_FIT: Final = """() => [...document.querySelectorAll(".chart")].every(
  (one) => one.clientWidth === one.querySelector(".u-wrap").clientWidth)"""


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


@pytest.mark.usefixtures("exports_of_all_states")
@pytest.mark.parametrize("state", STATES)
def test_a_state_can_be_used_by_everybody(page: Page, service: LocalRun, state: str) -> None:
    STATES[state](page, service)
    page.evaluate(AXE_SCRIPT)
    for scheme in RULES:
        page.emulate_media(color_scheme=scheme)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            take_screenshot(page, f"{state}-{scheme}-{width}")
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
                f"scrolls sideways at {width} px"
            )
            assert page.evaluate(VIOLATIONS, RULES[scheme]) == [], f"{scheme}, {width} px"


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
        page.wait_for_function(CHARTS_FIT)
    assert page.locator(".chart").count() == 2


def take_screenshot(page: Page, name: str) -> None:
    """The whole page; a question covers what is in view, no more."""
    target: Path = SCREENSHOTS / f"{name}.png"
    target.parent.mkdir(parents=True, exist_ok=True)
    in_view = page.locator("dialog, .panel:popover-open").count()
    page.screenshot(path=target, full_page=not in_view)
