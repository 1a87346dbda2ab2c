"""Without a mouse: from the sign-in to the file, fields put in order on the way."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import begin_with, expect_headers, sign_in, start_button
from tests.local_run import LocalRun

MAX_STOPS = 120
# What has the focus is called by its label, its text or its name.
CALLED = """() => {
  const { activeElement: element } = document;
  const label = element.getAttribute("aria-label") || element.labels?.[0]?.innerText;
  const text = label || element.innerText || "";
  return text.trim();
}"""


def tab_to(page: Page, name: str) -> None:
    """Presses Tab until what is called so has the focus, seen by an outline."""
    for _ in range(MAX_STOPS):
        page.keyboard.press("Tab")
        if page.evaluate(CALLED) == name:
            assert page.evaluate(
                "getComputedStyle(document.activeElement).outlineStyle"
            ) != "none" or is_radio(page)
            return
    raise AssertionError(f"{name} cannot be reached with Tab")


def is_radio(page: Page) -> bool:
    """Its label shows the outline."""
    found: bool = page.evaluate("document.activeElement.type === 'radio'")
    return found


def press(page: Page, name: str, *keys: str) -> None:
    tab_to(page, name)
    for key in keys:
        page.keyboard.press(key)


def add_category_by_keys(page: Page) -> None:
    press(page, "Column", "Enter")
    expect(page.get_by_role("searchbox", name="Search columns")).to_be_focused()
    page.keyboard.type("department")
    expect(page.get_by_role("checkbox", name="department product metadata")).to_be_visible()
    press(page, "Category", "Space", "Escape")
    expect(page.get_by_role("button", name="Column", exact=True)).to_be_focused()


def move_category_up_and_remove_sku(page: Page) -> None:
    # A column is called by its header in the file as soon as the preview has brought it.
    expect_headers(page, "name", "variant sku", "category")
    press(page, "Move category, 3 of 3", "Home", "ArrowRight")
    expect(page.get_by_role("button", name="Move category, 2 of 3")).to_be_focused()
    press(page, "Remove variant sku", "Enter")
    expect(page.get_by_role("button", name="Remove category")).to_be_focused()


def test_an_export_is_put_together_and_fetched_with_the_keyboard_alone(
    page: Page, service: LocalRun
) -> None:
    begin_with(page, "product.name", "variant.sku")
    sign_in(page, service)
    press(page, "New export", "Enter")
    # The button comes with the names of the shop's channels. Until then it cannot be a stop.
    expect(page.get_by_role("button", name="Column", exact=True)).to_be_visible()
    add_category_by_keys(page)
    move_category_up_and_remove_sku(page)
    press(page, "CSV", "ArrowRight", "ArrowLeft")
    expect(start_button(page)).to_contain_text("rows")
    press(page, start_button(page).inner_text().strip(), "Enter")
    expect(page.get_by_text("Products: your export is ready")).to_be_visible()
    expect(page.locator("li.export .badge").first).to_have_text("Ready")
    with page.expect_download() as download:
        press(page, "Download", "Enter")
    assert download.value.path().read_bytes().splitlines()[0] == b"name,category"


def test_the_first_stop_leads_past_the_frame(page: Page, service: LocalRun) -> None:
    sign_in(page, service)
    tab_to(page, "Skip to the content")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_a_question_keeps_the_focus_and_gives_it_back(page: Page, service: LocalRun) -> None:
    service.ended(service.export("exportProducts", scope="ALL", exportInfo={"fields": ["NAME"]}))
    sign_in(page, service)
    page.locator("li.export").first.get_by_role("button", name="Details of").click()
    page.get_by_role("button", name="Delete the file").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_role("button", name="Keep it")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("button", name="Delete the file")).to_be_focused()


def search_for_jugs(page: Page) -> None:
    press(page, "Filter", "Enter")
    press(page, "Search words", "Enter")
    expect(page.get_by_role("textbox", name="Search words")).to_be_focused()
    page.keyboard.type("jug")
    page.keyboard.press("Enter")


def test_the_control_of_a_condition_has_the_focus_once_the_condition_is_chosen(
    page: Page, service: LocalRun
) -> None:
    sign_in(page, service, "New export")
    search_for_jugs(page)
    expect(page.get_by_role("button", name="Remove Search words")).to_be_visible()


def test_the_columns_of_a_wide_file_are_passed_with_one_key(page: Page, service: LocalRun) -> None:
    sign_in(page, service, "New export")
    expect(page.locator(".sheet td").first).to_be_visible()
    press(page, "Skip the columns", "Enter")
    assert page.evaluate("document.querySelector('.bar').contains(document.activeElement)")


def test_the_focus_stays_near_a_control_that_takes_itself_away(
    page: Page, service: LocalRun
) -> None:
    sign_in(page, service, "New export")
    search_for_jugs(page)
    press(page, "Remove Search words", "Enter")
    expect(page.get_by_role("button", name="Filter", exact=True)).to_be_focused()
    press(page, "Remove SKU", "Enter")
    page.get_by_role("button", name="Usual columns").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Column", exact=True)).to_be_focused()


def test_the_focus_is_in_the_search_again_once_a_list_was_taken(
    page: Page, service: LocalRun
) -> None:
    sign_in(page, service, "New export")
    press(page, "Selected products", "Enter")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("101 102")
    press(page, "Add 2 IDs", "Enter")
    expect(page.locator(".chips")).to_contain_text("2 selected")
    expect(page.get_by_role("searchbox")).to_be_focused()
