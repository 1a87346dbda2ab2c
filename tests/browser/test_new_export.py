"""A new export: its columns, its file and its start. test_records.py has the choice of records."""

from __future__ import annotations

import csv
import gzip
import io
import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import (
    Visit,
    begin_with,
    expect_headers,
    open_panel,
    sign_in,
    start_button,
)
from tests.local_run import LocalRun

IS_ABOVE = """() => {
  const box = (selector) => document.querySelector(selector).getBoundingClientRect();
  const [toast, bar] = [box(".toast"), box(".bar")];
  return toast.bottom <= bar.top && toast.top >= 0;
}"""
DEFAULT = {"scope": "ALL", "exportInfo": {"fields": ["NAME", "VARIANT_SKU"]}}
KEYS = ("product.name", "variant.sku", "product.category")


def test_a_file_begins_with_columns_that_merchants_want(page: Page, service: LocalRun) -> None:
    sign_in(page, service, "New export")
    headers = page.locator(".sheet th")
    names = [headers.nth(place).get_by_role("textbox").input_value() for place in range(4)]
    assert names == ["Product name", "Variant", "SKU", "Category"]
    expect(page.get_by_role("columnheader", name="Price (")).not_to_have_count(0)
    expect(page.get_by_role("columnheader", name="Stock: ")).not_to_have_count(0)
    expect(page.get_by_role("radio", name="Excel")).to_be_checked()


def test_gift_cards_begin_with_their_balance_and_show_no_code(
    page: Page, service: LocalRun
) -> None:
    sign_in(page, service, "New export")
    page.get_by_role("radio", name="Gift cards", exact=True).check(force=True)
    headers = ["Code", "Initial balance", "Current balance", "Currency", "Active", "Expiry"]
    expect_headers(page, *headers, "Tags", "Created")
    expect(page.locator(".sheet td").first).to_contain_text("••••")


def test_a_reload_keeps_the_columns_in_their_order(page: Page, service: LocalRun) -> None:
    begin_with(page, *KEYS)
    sign_in(page, service, "New export")
    page.get_by_role("button", name="Remove variant sku").click()
    expect_headers(page, "name", "category")
    page.reload()
    expect(page.get_by_role("heading", name="Exports of your shop")).to_be_visible()
    page.goto(f"{service.url}/#token={service.token()}")
    page.get_by_role("navigation").get_by_role("link", name="New export").click()
    expect_headers(page, "name", "category")


def test_arrow_keys_on_a_handle_move_a_column_and_say_where_it_is(
    page: Page, service: LocalRun
) -> None:
    begin_with(page, *KEYS)
    sign_in(page, service, "New export")
    page.get_by_role("button", name="Move name, 1 of 3").focus()
    page.keyboard.press("ArrowRight")
    expect_headers(page, "variant sku", "name", "category")
    expect(page.get_by_text("name is now 2 of 3")).to_be_attached()
    expect(page.get_by_role("button", name="Move name, 2 of 3")).to_be_focused()
    page.keyboard.press("Delete")
    expect_headers(page, "variant sku", "category")


def test_a_column_is_dragged_to_its_place_and_takes_its_cells_along(
    page: Page, service: LocalRun
) -> None:
    begin_with(page, *KEYS)
    sign_in(page, service, "New export")
    cell = page.locator(".sheet td").first.inner_text()
    start = page.get_by_role("button", name="Move name, 1 of 3").bounding_box()
    end = page.get_by_role("columnheader", name="category").bounding_box()
    assert start
    assert end
    page.mouse.move(start["x"] + 5, start["y"] + 5)
    page.mouse.down()
    page.mouse.move(end["x"] + end["width"] - 5, end["y"] + 5, steps=12)
    page.mouse.up()
    expect_headers(page, "variant sku", "category", "name")
    expect(page.locator(".sheet td").nth(2)).to_have_text(cell)


def test_a_renamed_column_has_that_header_in_the_file(page: Page, service: LocalRun) -> None:
    begin_with(page, *KEYS)
    sign_in(page, service, "New export")
    header = page.get_by_role("textbox", name="Header of variant sku")
    header.fill("Article")
    header.press("Enter")
    expect_headers(page, "name", "Article", "category")
    with page.expect_download() as download:
        start_button(page).click()
    assert download.value.path().read_text().splitlines()[0] == "name,Article,category"


@pytest.mark.parametrize(
    ("word", "column"),
    [
        ("price", "Price ("),
        ("margin", "Cost price ("),
        ("visible", "Published ("),
        ("inventory", "Stock: "),
        ("barcode", "SKU"),
        ("cost us", "Cost price (Web shop US)"),
        ("brand", "Brand"),
    ],
)
def test_a_column_is_found_by_other_words_and_added(
    page: Page, service: LocalRun, word: str, column: str
) -> None:
    begin_with(page, "product.name")
    sign_in(page, service, "New export")
    panel = open_panel(page, "Column")
    panel.get_by_role("searchbox").fill(word)
    found = panel.get_by_role("checkbox", name=column).first
    found.check()
    expect(page.get_by_role("columnheader", name=column)).to_have_count(1)


def test_texts_in_the_languages_of_the_shop_are_columns(page: Page, service: LocalRun) -> None:
    def answer(route: Route) -> None:
        found = route.fetch()
        body = found.json()
        if "translated" in (body.get("data") or {}):
            body["data"]["translated"] = [{"key": "product.name.de"}]
        route.fulfill(response=found, json=body)

    page.route("**/graphql", answer)
    sign_in(page, service, "New export")
    panel = open_panel(page, "Column")
    panel.get_by_role("searchbox").fill("german name")
    expect(
        panel.get_by_role("checkbox", name="Product name (de) translation: German")
    ).to_be_visible()


def test_all_columns_that_a_search_finds_are_added_at_once(page: Page, service: LocalRun) -> None:
    begin_with(page, "product.name")
    sign_in(page, service, "New export")
    panel = open_panel(page, "Column")
    panel.get_by_role("searchbox").fill("weight")
    panel.get_by_role("button", name="Add all 4 found").click()
    expect(page.get_by_role("columnheader")).to_have_count(5)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Usual columns").click()
    expect(page.get_by_role("columnheader", name="Total stock")).to_have_count(0)
    expect(page.get_by_role("columnheader", name="Price (")).not_to_have_count(0)


def test_the_first_rows_are_those_of_the_file_and_the_button_counts_them(
    page: Page, service: LocalRun
) -> None:
    plain = service.ended(service.export("exportProducts", **DEFAULT))
    rows = list(csv.reader(service.download(plain).decode().splitlines()))
    begin_with(page, "product.id", *KEYS[:2])
    sign_in(page, service, "New export")
    expect(start_button(page)).to_have_text(f"Export {len(rows) - 1} rows")
    expect(page.locator(".estimate")).to_contain_text("60 products")
    expect_headers(page, *rows[0])
    expect(page.locator(".sheet td")).to_have_text([cell for row in rows[1:9] for cell in row])


def test_a_file_without_columns_is_not_asked_for(page: Page, service: LocalRun) -> None:
    begin_with(page, "product.name")
    sign_in(page, service, "New export")
    page.get_by_role("button", name="Remove name").click()
    start_button(page).click()
    expect(page.get_by_role("alert")).to_have_text("Add at least one column.")


def test_one_export_gets_the_title_that_was_typed(page: Page, service: LocalRun) -> None:
    sign_in(page, service, "New export")
    page.get_by_label("Title").fill("Spring names")
    with page.expect_download() as download:
        start_button(page).click()
    assert re.fullmatch(r"Spring names [\d-]+\.xlsx", download.value.suggested_filename)
    expect(page.get_by_text("Spring names: your export is ready")).to_be_visible()
    expect(page.locator("li.export h3").first).to_contain_text("Spring names")
    page.get_by_role("navigation").get_by_role("link", name="New export").click()
    expect(page.get_by_label("Title")).to_have_value("")


def test_a_compressed_file_is_what_it_says_and_the_choice_is_remembered(
    page: Page, service: LocalRun, tmp_path: Path
) -> None:
    begin_with(page, "product.id", *KEYS[:2])
    sign_in(page, service, "New export")
    open_panel(page, "Options").get_by_label("Compression").select_option("Gzip")
    page.keyboard.press("Escape")
    with page.expect_download() as download:
        start_button(page).click()
    plain = service.ended(service.export("exportProducts", **DEFAULT))
    assert gzip.decompress(download.value.path().read_bytes()) == service.download(plain)
    page.get_by_role("navigation").get_by_role("link", name="New export").click()
    expect(open_panel(page, "Options").get_by_label("Compression")).to_have_value("GZIP")


def test_csv_for_a_country_with_a_decimal_comma_has_its_marks(
    page: Page, service: LocalRun
) -> None:
    begin_with(page, "variant.price.web-eu")
    sign_in(page, service, "New export")
    panel = open_panel(page, "Options")
    expect(panel.get_by_label("Decimal mark").get_by_role("option")).to_have_count(1)
    panel.get_by_label("Separator").select_option("Semicolon")
    panel.get_by_label("Decimal mark").select_option("1,50")
    page.keyboard.press("Escape")
    with page.expect_download() as download:
        start_button(page).click()
    assert "57,210" in download.value.path().read_text().splitlines()


def test_csv_for_excel_begins_with_the_decimal_mark_of_the_browser(
    open_page: Visit, service: LocalRun
) -> None:
    page = open_page(locale="fr-FR")
    begin_with(page, "variant.price.web-eu")
    sign_in(page, service, "New export")
    panel = open_panel(page, "Options")
    separator, mark = panel.get_by_label("Separator"), panel.get_by_label("Decimal mark")
    expect(panel.locator("select").first).to_have_value("COMMA")
    separator.select_option("Made for Excel")
    expect(mark).to_have_value("COMMA")
    mark.select_option("1.50")
    separator.select_option("Semicolon")
    expect(mark).to_have_value("POINT")
    separator.select_option("Comma")
    expect(mark).to_have_value("POINT")


def test_an_excel_file_for_people_has_times_in_their_zone(
    open_page: Visit, service: LocalRun
) -> None:
    page = open_page(timezone_id="Asia/Tokyo")
    begin_with(page, "product.created", fileType="XLSX", layout="PEOPLE")
    sign_in(page, service, "New export")
    with page.expect_download() as download:
        start_button(page).click()
    sheets = zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes()))
    assert b"Asia/Tokyo" in b"".join(sheets.read(name) for name in sheets.namelist())


def test_no_count_of_another_choice_is_shown_while_the_own_one_is_asked_for(
    page: Page, service: LocalRun
) -> None:
    sign_in(page, service, "New export")
    expect(page.locator(".estimate strong")).to_have_text("60 products")

    def hold_previews(route: Route) -> None:
        if "exportPreview" not in (route.request.post_data or ""):
            route.continue_()

    page.route("**/graphql", hold_previews)
    page.get_by_role("radio", name="Gift cards", exact=True).check(force=True)
    expect(page.locator(".estimate strong")).to_have_text("Counting …")
    expect(start_button(page)).to_have_text("Start the export")


@pytest.mark.parametrize("width", [1280, 360])
def test_the_message_about_a_file_does_not_cover_the_bar_of_the_next_export(
    open_page: Visit, service: LocalRun, width: int
) -> None:
    page = open_page(viewport={"width": width, "height": 740})
    sign_in(page, service, "New export")
    start_button(page).click()
    expect(page.locator(".toast")).to_contain_text("ready")
    page.get_by_role("navigation").get_by_role("link", name="New export").click()
    expect(page.get_by_role("button", name="Column", exact=True)).to_be_visible()
    for scrolled in (0, 2_000):
        page.mouse.wheel(0, scrolled)
        page.wait_for_function(IS_ABOVE)


def test_the_bar_is_one_line_on_the_screen_of_a_small_laptop(
    open_page: Visit, service: LocalRun
) -> None:
    page = open_page(viewport={"width": 1100, "height": 680})
    sign_in(page, service, "New export")
    expect(start_button(page)).to_contain_text("rows")
    assert page.evaluate("document.querySelector('.bar').offsetHeight") < 80
