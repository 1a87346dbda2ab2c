"""The page in a frame.

Dashboards at allowed origins hand it a token, others get and give nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, Route, expect

from tests.browser.dashboard import dashboard
from tests.local_run import LocalRun


@pytest.fixture
def stranger_url() -> Iterator[str]:
    """The origin of a dashboard that may not embed the page."""
    with dashboard() as origin:
        yield origin


def embed(page: Page, dashboard_url: str, target: str, *tokens: str) -> FrameLocator:
    """Opens the dashboard, which answers each message of the page with the next token."""
    page.goto(dashboard_url)
    page.evaluate(
        "([target, given]) => { tokens.push(...given); frame.src = target; }", [target, tokens]
    )
    return page.frame_locator("iframe")


def test_an_allowed_dashboard_signs_in_who_uses_it(
    page: Page, service: LocalRun, dashboard_url: str
) -> None:
    frame = embed(page, dashboard_url, service.url, service.token())
    expect(frame.get_by_role("heading", name="Exports", level=1)).to_be_visible()
    expect(frame.get_by_role("button", name="Sign out")).to_have_count(0)
    assert page.evaluate("heard") == [["notifyReady", service.url]]
    kept = page.frames[1].evaluate(
        "JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])"
    )
    assert service.token() not in kept
    assert page.frames[1].url.rstrip("#") == f"{service.url}/"


def test_products_chosen_in_the_dashboard_begin_an_export(
    page: Page, service: LocalRun, dashboard_url: str
) -> None:
    frame = embed(page, dashboard_url, f"{service.url}/?productIds=1,2", service.token())
    expect(frame.locator(".chips")).to_contain_text("2 selected")


def test_a_dashboard_is_asked_for_another_token_when_one_has_ended(
    page: Page, service: LocalRun, dashboard_url: str
) -> None:
    frame = embed(page, dashboard_url, service.url, "ended", service.token())
    expect(frame.get_by_role("heading", name="Exports", level=1)).to_be_visible()
    assert len(page.evaluate("heard")) == 2


def test_another_site_cannot_embed_the_page(
    chromium: Browser, service: LocalRun, stranger_url: str
) -> None:
    page = chromium.new_page()
    with page.expect_console_message(lambda message: "frame-ancestors" in message.text):
        embed(page, stranger_url, service.url, service.token())
    page.wait_for_function("frame.contentWindow.length === 0")
    assert not page.frames[1].url.startswith(service.url)
    assert page.evaluate("heard") == []
    page.context.close()


def answer_without_policy(route: Route) -> None:
    answer = route.fetch()
    policy = "content-security-policy"
    headers = {name: value for name, value in answer.headers.items() if name != policy}
    route.fulfill(response=answer, headers=headers)


def test_another_site_gets_no_word_and_no_ear_even_in_a_browser_without_that_policy(
    page: Page, service: LocalRun, stranger_url: str
) -> None:
    page.route(f"{service.url}/", answer_without_policy)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.install()
    frame = embed(page, stranger_url, f"{service.url}/", service.token())
    expect(frame.locator(".loading")).to_be_attached()
    page.evaluate("token => give(token)", service.token())
    page.clock.fast_forward(9_000)
    expect(frame.get_by_role("alert")).to_contain_text("did not sign you in")
    assert page.evaluate("heard") == []
    assert not [url for url in asked if url.endswith("/graphql")]
