"""The demo dashboard and the page beside the app bridge of Saleor's SDK (`make bridge`).

Apps of Saleor speak through that bridge. A dashboard that satisfies it speaks the protocol, and the
page speaks the protocol if its messages look the same.
"""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Frame, Page, Route, expect, sync_playwright

from chalicelib.api.pages import Pages
from chalicelib.settings import Settings
from local.demo_shop.dashboard import PAGE_FILE

SHOP: Final = "https://shop.example"
APP: Final = "https://app.example"
BRIDGE: Final = Path(__file__).parents[2] / "build" / "bridge.js"
CLAIMS: Final = {"email": "staff@example.com", "user_permissions": ["MANAGE_PRODUCTS"]}
LIST: Final = {
    "list": "products",
    "lists": ["products"],
    "rows": [],
    "parameter": "productIds",
    "extensions": [{"label": "Export", "url": f"{APP}/popup"}],
    "waybill": APP,
    "without": "",
    "query": "",
    "app": {"id": "QXBwOjE=", "domain": "shop.example", "saleorApiUrl": f"{SHOP}/graphql/"},
}
# What the app sent to the dashboard: the names and types of the payload's values, by type.
SENT: Final = """() => Object.fromEntries(sent.map(({ type, payload }) =>
  [type, Object.entries(payload).map(([name, value]) => [name, typeof value]).sort()]))"""
# True once the handshake was there and the message was sent.
NOTIFIED: Final = """async () => {
  const { $session } = await import(document.querySelector("script").src);
  return $session.notifyDashboard("", "good");
}"""
LISTEN: Final = (
    "globalThis.sent = []; addEventListener('message', ({ data }) => globalThis.sent.push(data));"
)


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser.new_page()
        browser.close()


def make_token() -> str:
    """Return a token that the bridge can read. Nothing here verifies it."""
    parts = [{"alg": "none"}, {**CLAIMS, "permissions": ["MANAGE_PRODUCTS"]}]
    encoded = [base64.urlsafe_b64encode(json.dumps(one).encode()).decode() for one in parts]
    return ".".join(one.rstrip("=") for one in encoded) + "."


def open_dashboard(page: Page, app_html: str, scripts: dict[str, str]) -> Frame:
    """Open the demo dashboard with an app in its popup, and return the app's frame."""

    def answer(route: Route) -> None:
        url = route.request.url
        name = url.partition("?")[0].rpartition("/")[2]
        if url.startswith(APP):
            kind = "text/css" if name.endswith(".css") else "text/javascript"
            known = name in scripts
            return route.fulfill(
                body=scripts[name] if known else app_html,
                content_type=kind if known else "text/html",
            )
        if name == "token":
            return route.fulfill(json={"token": make_token(), "seconds": 300})
        return route.fulfill(
            body=PAGE_FILE.read_text().replace("$DATA", json.dumps(LIST)), content_type="text/html"
        )

    page.route("**/*", answer)
    page.add_init_script(LISTEN)
    page.goto(f"{SHOP}/dashboard/products?query=tea")
    page.get_by_role("button", name="Export").click()
    page.wait_for_function("() => sent.length")
    return page.frames[1]


def open_with_bridge(page: Page) -> Frame:
    html = (
        "<!doctype html><script src='bridge.js'></script><script>bridge = new AppBridge()</script>"
    )
    frame = open_dashboard(page, html, {"bridge.js": BRIDGE.read_text()})
    frame.wait_for_function("bridge.getState().ready && bridge.getState().path !== '/popup'")
    return frame


def test_the_demo_dashboard_satisfies_the_app_bridge(page: Page) -> None:
    frame = open_with_bridge(page)
    state: dict[str, Any] = frame.evaluate("bridge.getState()")
    assert (state["theme"], state["locale"]) == ("light", "en")
    assert state["path"] == "/dashboard/products"
    assert state["user"] == {"email": CLAIMS["email"], "permissions": CLAIMS["user_permissions"]}
    assert (state["saleorApiUrl"], state["id"]) == (f"{SHOP}/graphql/", "QXBwOjE=")
    frame.evaluate("bridge.dispatch(actions.Notification({ title: 'Ready', status: 'success' }))")
    expect(page.get_by_role("status")).to_have_text("Ready")


def test_the_messages_of_the_page_look_like_those_of_the_app_bridge(page: Page) -> None:
    frame = open_with_bridge(page)
    frame.evaluate("bridge.dispatch(actions.Notification({ title: '', status: 'success' }))")
    bridged = page.evaluate(SENT)
    pages = Pages(Settings())
    index = pages.framed("products", ["https:"], "/").body
    names = ("app.js", "style.css")
    scripts = {name: pages.asset(pages.version, name).body for name in names}
    frame = open_dashboard(page, index, scripts)
    frame.wait_for_function(NOTIFIED)
    assert page.evaluate(SENT) == bridged
