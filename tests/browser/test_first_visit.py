"""What comes over the wire, and the rules it comes with."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import sign_in
from tests.local_run import LocalRun

MAX_BYTES = 150_000
# Bytes of headers and body as they came, compressed; 0 for what the browser had.
TRANSFERRED = """() => ["navigation", "resource"]
  .flatMap((kind) => performance.getEntriesByType(kind))
  .reduce((sum, { transferSize }) => sum + transferSize, 0)"""


def test_all_views_together_are_less_than_150_kb_over_the_wire(
    page: Page, service: LocalRun
) -> None:
    sign_in(page, service, "New export")
    expect(page.locator(".sheet td").first).to_be_visible()
    first = page.evaluate(TRANSFERRED)
    page.get_by_role("navigation").get_by_role("link", name="Overview").click()
    expect(page.locator(".uplot")).to_have_count(2)
    whole = page.evaluate(TRANSFERRED)
    assert 30_000 < first < MAX_BYTES / 2
    assert first + 15_000 < whole < MAX_BYTES


def test_a_second_visit_fetches_no_asset_again(page: Page, service: LocalRun) -> None:
    sign_in(page, service)
    fetched: list[str] = []
    page.on("response", lambda response: fetched.append(response.url))
    page.reload()
    expect(page.get_by_role("heading", name="Exports of your shop")).to_be_visible()
    assets = [url for url in fetched if "/page/" in url]
    assert assets
    assert all(
        page.evaluate("url => performance.getEntriesByName(url)[0].transferSize === 0", url)
        for url in assets
    )


def test_inline_code_does_not_run_and_nothing_comes_from_elsewhere(
    page: Page, service: LocalRun
) -> None:
    urls: list[str] = []
    page.on("request", lambda request: urls.append(request.url))
    sign_in(page, service, "Overview")
    expect(page.locator(".uplot")).to_have_count(2)
    assert all(url.startswith((service.url, "data:")) for url in urls)
    assert page.evaluate(
        "[...document.querySelectorAll('script')].every(({src, text}) => src && !text)"
    )
