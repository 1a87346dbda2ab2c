"""The records of a new export: all, selected ones, or those of a filter."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import add_condition, open_panel, sign_in, start_button
from tests.local_run import LocalRun


def test_products_are_picked_by_name_and_the_file_has_these(page: Page, service: LocalRun) -> None:
    sign_in(page, service, "New export")
    panel = open_panel(page, "Selected products")
    panel.get_by_role("searchbox").fill("teapot")
    panel.get_by_role("checkbox").first.check()
    panel.get_by_role("checkbox").nth(1).check()
    page.keyboard.press("Escape")
    expect(page.locator(".chips")).to_contain_text("2 selected")
    expect(page.locator(".estimate strong")).to_have_text("2 products")
    page.get_by_role("button", name="Remove Selected products").click()
    expect(page.locator(".estimate strong")).to_have_text("60 products")


def test_pasted_ids_are_taken_and_other_texts_are_searched(page: Page, service: LocalRun) -> None:
    sign_in(page, service, "New export")
    panel = open_panel(page, "Selected products")
    panel.get_by_role("searchbox").fill("101, 102, 101")
    panel.get_by_role("button", name="Add 2 IDs").click()
    expect(page.locator(".chips")).to_contain_text("2 selected")
    panel.get_by_role("searchbox").fill("1, foo")
    expect(panel.get_by_text("No results.")).to_be_visible()


@pytest.mark.parametrize(
    "text", ["000101-02 000102-01 nope-1", "000101-02;Heavy Atlas Jug, nope-1"]
)
def test_a_pasted_list_of_skus_and_names_is_taken_and_names_what_is_unknown(
    page: Page, service: LocalRun, text: str
) -> None:
    sign_in(page, service, "New export")
    panel = open_panel(page, "Selected products")
    panel.get_by_role("searchbox").fill(text)
    panel.get_by_role("button", name="Find each of them").click()
    expect(panel.get_by_role("alert")).to_have_text(
        "Not found: nope-1. Correct this entry, or continue without."
    )
    expect(panel.get_by_role("searchbox")).to_have_value("nope-1")
    expect(page.locator(".chips")).to_contain_text("2 selected")
    expect(page.locator(".estimate strong")).to_have_text("2 products")


def test_pasted_ids_that_the_shop_does_not_have_are_named(page: Page, service: LocalRun) -> None:
    sign_in(page, service, "New export")
    panel = open_panel(page, "Selected products")
    panel.get_by_role("searchbox").fill("101 999999")
    panel.get_by_role("button", name="Add 2 IDs").click()
    expect(panel.get_by_role("alert")).to_contain_text("Not found: 999999.")
    expect(page.locator(".chips")).to_contain_text("Everyday Nordic Apron")
    panel.get_by_role("searchbox").fill("")
    expect(panel.get_by_role("alert")).to_have_count(0)
    expect(panel.get_by_role("checkbox", name="Everyday Nordic Apron")).to_be_checked()


def test_pasted_codes_select_their_cards_and_are_not_kept(page: Page, service: LocalRun) -> None:
    code, other = codes_of_gift_cards(service)[:2]
    sign_in(page, service, "New export")
    page.get_by_role("radio", name="Gift cards", exact=True).check(force=True)
    panel = open_panel(page, "Selected gift cards")
    panel.get_by_role("textbox").fill(f"{code}\n{other.lower()}, NO-SUCH-CODE")
    panel.get_by_role("button", name="Add 3 codes").click()
    expect(panel.get_by_role("alert")).to_contain_text("Not found: NO-SUCH-CODE.")
    expect(panel.get_by_role("checkbox", name=f"••••{code[-4:]}")).to_be_checked()
    expect(page.locator(".chips")).to_contain_text("2 selected")
    expect_no_trace(page, code, other.lower(), "NO-SUCH-CODE")


def test_a_code_can_contain_spaces(page: Page, service: LocalRun) -> None:
    sign_in(page, service, "New export")
    split = """async () => {
        const { $ids } = await import(document.querySelector("script").src);
        return $ids.codesOf("W 4\\n A, B;C D\\tW 4", "gift_cards");
    }"""
    assert page.evaluate(split) == ["W 4", "A", "B", "C D"]


def test_codes_in_one_line_are_found_one_by_one(page: Page, service: LocalRun) -> None:
    code, other = codes_of_gift_cards(service)[:2]
    sign_in(page, service, "New export")
    page.get_by_role("radio", name="Gift cards", exact=True).check(force=True)
    panel = open_panel(page, "Selected gift cards")
    panel.get_by_role("textbox").fill(f"{code} {other} NO-SUCH-CODE")
    panel.get_by_role("button", name="Add 1 code").click()
    expect(panel.get_by_role("alert")).to_contain_text("Not found: NO-SUCH-CODE.")
    expect(page.locator(".chips")).to_contain_text("2 selected")


def test_a_code_in_a_condition_is_not_kept(page: Page, service: LocalRun) -> None:
    sign_in(page, service, "New export")
    page.get_by_role("radio", name="Gift cards", exact=True).check(force=True)
    add_condition(page, "Code").get_by_label("Code").fill("GIFT-1234")
    expect(page.locator(".chips")).to_contain_text("“GIFT-1234”")
    expect_no_trace(page, "GIFT-1234")


def codes_of_gift_cards(service: LocalRun) -> list[str]:
    export = service.ended(service.export("exportGiftCards", scope="ALL"))
    return service.download(export).decode().split()[1:]


def expect_no_trace(page: Page, *codes: str) -> None:
    """Expect these codes neither in the address nor in the browser's stores."""
    kept = page.evaluate("JSON.stringify([location.href, {...sessionStorage}, {...localStorage}])")
    assert "gift_cards" in kept
    assert not [code for code in codes if code in kept]


def test_products_handed_over_in_the_address_are_selected(page: Page, service: LocalRun) -> None:
    page.goto(f"{service.url}/?productIds=101,102,102#token={service.token()}")
    expect(page.locator(".chips")).to_contain_text("2 selected")
    expect(page.locator(".estimate strong")).to_have_text("2 products")


def test_a_condition_is_a_chip_that_counts_and_can_be_removed(
    page: Page, service: LocalRun
) -> None:
    sign_in(page, service, "New export")
    panel = add_condition(page, "Stock")
    panel.get_by_label("Out of stock").check()
    page.keyboard.press("Escape")
    expect(page.locator(".chips")).to_contain_text("Stock Out of stock")
    expect(page.locator(".chips")).to_contain_text("Channel")
    expect(start_button(page)).to_contain_text("Export")
    expect(page.locator(".estimate strong")).not_to_have_text("60 products")
    page.get_by_role("button", name="Remove Stock", exact=True).click()
    expect(page.locator(".estimate strong")).to_have_text("60 products")


def test_a_filter_that_matches_nothing_says_so_before_the_start(
    page: Page, service: LocalRun
) -> None:
    sign_in(page, service, "New export")
    add_condition(page, "Search words").get_by_label("Search words").fill("no product has this")
    page.keyboard.press("Enter")
    expect(start_button(page)).to_have_text("Export 0 rows")
    expect(page.locator(".estimate")).to_contain_text("a header and no rows")


def test_the_changes_of_last_week_are_one_click(page: Page, service: LocalRun) -> None:
    sign_in(page, service, "New export")
    add_condition(page, "Last changed").get_by_role("button", name="Last 7 days").click()
    expect(page.locator(".chips")).to_contain_text("Last changed from")


def test_every_category_of_many_is_found(page: Page, service: LocalRun) -> None:
    sign_in(page, service)
    rest = {"id": "Q2F0ZWdvcnk6OTk5", "name": "Teapots", "slug": "teapots"}
    listed = [{**rest, "id": str(n), "name": f"C{n}", "slug": f"c{n}"} for n in range(500)]
    answer_with_categories(page, listed, rest)
    page.get_by_role("navigation").get_by_role("link", name="New export").click()
    panel = add_condition(page, "Categories")
    expect(panel.get_by_text("These are the first 500.")).to_be_visible()
    panel.get_by_role("searchbox", name="Search categories").fill("teapots")
    panel.get_by_role("checkbox", name="Teapots").check()
    page.keyboard.press("Escape")
    expect(page.locator(".chips")).to_contain_text("Categories Teapots")


def answer_with_categories(page: Page, listed: list[Any], rest: Any) -> None:
    """Answer as a shop with more categories than a list holds; `rest` is found by searching."""

    def answer(route: Route) -> None:
        found = route.fetch()
        body = found.json()
        options = (body.get("data") or {}).get("exportOptions", {})
        if "categories" in options:
            searched = "$search" in (route.request.post_data or "")
            options["categories"] = [rest] if searched else listed
        route.fulfill(response=found, json=body)

    page.route("**/graphql", answer)


def test_what_is_missing_is_said_before_anything_is_sent(page: Page, service: LocalRun) -> None:
    sign_in(page, service, "New export")
    page.get_by_role("radio", name="Voucher codes", exact=True).check(force=True)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or ""))
    start_button(page).click()
    expect(page.get_by_role("alert")).to_have_text("Choose a voucher.")
    assert not [body for body in sent if "mutation" in body]


def test_a_reload_keeps_place_and_conditions_and_a_sign_out_forgets_them(
    page: Page, service: LocalRun
) -> None:
    sign_in_at_issuer(page, service)
    page.get_by_role("navigation").get_by_role("link", name="New export").click()
    add_condition(page, "Search words").get_by_label("Search words").fill("teapot")
    page.reload()
    expect(page.locator(".chips")).to_contain_text("“teapot”")
    page.get_by_role("button", name="Sign out").click()
    sign_in_at_issuer(page, service)
    expect(page.get_by_role("heading", name="New export", level=1)).to_be_visible()
    expect(page.locator(".chips")).not_to_contain_text("teapot")


def sign_in_at_issuer(page: Page, service: LocalRun) -> None:
    page.goto(service.url if page.url == "about:blank" else page.url)
    page.get_by_role("button", name="Sign in with demo users").click()
    page.get_by_role("link", name="admin@example.com").click()


def test_the_form_keeps_records_and_conditions_across_a_visit_to_the_list(
    page: Page, service: LocalRun
) -> None:
    sign_in(page, service, "New export")
    add_condition(page, "Search words").get_by_label("Search words").fill("teapot")
    page.get_by_role("navigation").get_by_role("link", name="Exports").click()
    expect(page.get_by_role("heading", name="Exports", level=1)).to_be_visible()
    page.get_by_role("navigation").get_by_role("link", name="New export").click()
    expect(page.locator(".chips")).to_contain_text("“teapot”")
