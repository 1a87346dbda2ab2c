from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from tests.browser.dashboard import dashboard
from tests.local_run import LocalRun, running

# Chromium loads pages of its own for the address bar into each context, which nobody sees here: a
# second of a core for each test.
ADDRESS_BAR = ("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup")
# Chromium reads the last list only, so the one that Playwright gives it is repeated.
UNUSED = (
    *ADDRESS_BAR,
    "AimEnabled",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join(UNUSED)}",
]
OPTIONS: dict[str, Any] = {
    "viewport": {"width": 1280, "height": 800},
    "locale": "en",
    "reduced_motion": "reduce",
}
Visit = Callable[..., Page]

expect.set_options(timeout=15_000)


@pytest.fixture(scope="session")
def dashboard_url() -> Iterator[str]:
    """The origin of a dashboard that may embed the page."""
    with dashboard() as origin:
        yield origin


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory, dashboard_url: str) -> Iterator[LocalRun]:
    options = ("--products", "60", "--embed-origins", dashboard_url)
    with running(tmp_path_factory.mktemp("browser"), *options) as run:
        yield run


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Visit]:
    """A page of a fresh browser profile.

    Nothing it throws, and nothing its policy refuses, goes unseen.
    """
    contexts = []
    trouble: list[str] = []

    def note(message: Any) -> None:
        if "Content Security Policy" in message.text:
            trouble.append(message.text)

    def visit(**options: Any) -> Page:
        context = chromium.new_context(**{**OPTIONS, **options})
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("console", note)
        return page

    yield visit
    for context in contexts:
        # A poll that is still being answered has no page any more.
        for one in context.pages:
            one.unroute_all(behavior="ignoreErrors")
        context.close()
    assert trouble == []


@pytest.fixture
def page(open_page: Visit) -> Page:
    return open_page()


@pytest.fixture
def signed_in(page: Page, service: LocalRun) -> Page:
    sign_in(page, service)
    return page


def start_button(page: Page) -> Locator:
    """The button that starts the export. It says how many rows the file will have."""
    return page.get_by_role("button", name=re.compile("^(Start the export|Export .*rows?)$"))


def begin_with(page: Page, *keys: str, **choices: Any) -> None:
    """Let the page begin with these columns of products in a CSV file, as after an earlier visit.

    Without labels the file has the headers of the contract.
    """
    columns = {"products": [{"key": key} for key in keys]} if keys else {}
    kept = {"fileType": "CSV", "layout": "CONTRACT", "columns": columns} | choices
    page.add_init_script(f"localStorage['waybill.page.file'] ??= {json.dumps(json.dumps(kept))}")


def expect_headers(page: Page, *names: str) -> None:
    """Expect these headers in the editor of the file."""
    headers = page.locator(".sheet th")
    expect(headers).to_have_count(len(names))
    for place, name in enumerate(names):
        expect(headers.nth(place).get_by_role("textbox")).to_have_value(name)


def open_panel(page: Page, name: str) -> Locator:
    """Open the panel of a button and return the panel."""
    page.get_by_role("button", name=name, exact=True).click()
    return page.locator(".panel:popover-open")


def add_condition(page: Page, name: str) -> Locator:
    """Choose a condition of the filter and return the panel with its control."""
    panel = open_panel(page, "Filter")
    panel.get_by_role("button", name=name, exact=True).click()
    return panel


def sign_in(page: Page, service: LocalRun, view: str = "") -> Page:
    """Follows the link that the run prints, then goes to a view."""
    page.goto(f"{service.url}/#token={service.token()}")
    expect(page.get_by_role("heading", name="Exports", level=1)).to_be_visible()
    if view:
        page.get_by_role("navigation").get_by_role("link", name=view).click()
    if view == "New export":
        # The table moves things below it when it comes: a click would miss them.
        expect(page.get_by_role("button", name="Column", exact=True)).to_be_visible()
    return page
