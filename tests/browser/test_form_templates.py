"""Templates on the page: cards that fill the form, and the form saved as a card."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import add_condition, begin_with, expect_headers, open_panel, sign_in
from tests.browser.states import rewrite
from tests.local_run import LocalRun


def test_a_built_in_template_fills_the_form_and_keeps_the_filter(
    page: Page, service: LocalRun
) -> None:
    sign_in(page, service, "New export")
    add_condition(page, "Search words").get_by_label("Search words").fill("teapot")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Stock count").click()
    expect(page.get_by_role("columnheader", name="Stock: ")).not_to_have_count(0)
    expect(page.get_by_role("columnheader", name="Total stock")).to_have_count(1)
    expect(page.get_by_label("Title")).to_have_value("Stock count")
    expect(page.locator(".chips")).to_contain_text("“teapot”")


def test_a_stock_count_is_of_one_warehouse_after_all_others_were_removed_at_once(
    page: Page, service: LocalRun
) -> None:
    sign_in(page, service, "New export")
    page.get_by_role("button", name="Stock count").click()
    panel = open_panel(page, "Column")
    panel.get_by_role("searchbox").fill("stock")
    panel.get_by_role("button", name=re.compile(r"^Remove all \d+ found$")).click()
    expect(page.get_by_role("columnheader", name="stock")).to_have_count(0)
    panel.get_by_role("checkbox", name="Stock: ").first.check()
    expect(page.get_by_role("columnheader", name="stock")).to_have_count(1)


def start_again(page: Page, service: LocalRun) -> None:
    """Open the form as in a browser that remembers nothing."""
    page.evaluate("localStorage.clear(); sessionStorage.clear()")
    page.reload()
    page.goto(f"{service.url}/#token={service.token()}")
    page.get_by_role("navigation").get_by_role("link", name="New export").click()


def test_a_saved_template_is_there_for_the_next_visit_until_it_is_removed(
    page: Page, service: LocalRun
) -> None:
    begin_with(page, "product.name", "product.slug")
    sign_in(page, service, "New export")
    panel = open_panel(page, "Save as template")
    panel.get_by_label("Name").fill("Links")
    panel.get_by_role("button", name="Save", exact=True).click()
    card = page.get_by_role("button", name="Links All products")
    expect(card).to_have_attribute("aria-pressed", "true")
    start_again(page, service)
    card.click()
    expect_headers(page, "name", "slug")
    open_panel(page, "Change the template Links")
    page.get_by_role("button", name="Remove the template").click()
    question = page.get_by_role("dialog", name="Remove the template “Links”?")
    question.get_by_role("button", name="Remove the template").click()
    expect(card).to_have_count(0)


def test_a_card_shows_all_of_what_its_shop_does_not_have(page: Page, service: LocalRun) -> None:
    problem = (
        f"The template Links uses {'the column product.attribute.material, ' * 3}which is gone."
    )
    rewrite(page, "exportTemplates", lambda templates: templates[0].update(problem=problem))
    sign_in(page, service, "New export")
    shown = page.locator(".template .error").first
    expect(shown).to_contain_text("which is gone.")
    assert shown.evaluate("one => one.scrollHeight <= one.clientHeight")
    assert shown.evaluate("one => one.scrollWidth <= one.clientWidth")


def test_another_type_has_neither_the_title_nor_the_template_of_the_one_before(
    page: Page, service: LocalRun
) -> None:
    sign_in(page, service, "New export")
    card = page.get_by_role("button", name=re.compile("^Price list"))
    card.click()
    expect(page.get_by_label("Title")).to_have_value("Price list")
    page.get_by_role("radio", name="Gift cards", exact=True).check(force=True)
    expect(page.get_by_label("Title")).to_have_value("")
    page.get_by_role("radio", name="Products", exact=True).check(force=True)
    expect(card).to_have_attribute("aria-pressed", "false")
