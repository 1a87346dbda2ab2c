from __future__ import annotations

import csv
import gzip
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import sign_in, start_button
from tests.local_run import LocalRun

DEFAULT = {"scope": "ALL", "exportInfo": {"fields": ["NAME", "VARIANT_SKU"]}}


def header(page: Page) -> list[str]:
    return page.get_by_role("region", name="First rows of the file").locator("th").all_inner_texts()


def choose(page: Page, *names: str) -> None:
    for name in names:
        page.get_by_role("group", name="Fields").get_by_role(
            "checkbox", name=name, exact=True
        ).check()


def expect_header(page: Page, *names: str) -> None:
    cells = page.get_by_role("region", name="First rows of the file").locator("th")
    expect(cells).to_have_text(["id", *names])


def test_a_reload_keeps_the_chosen_columns_in_their_order(page: Page, service: LocalRun) -> None:
    sign_in(page, service, "New export")
    choose(page, "category")
    expect_header(page, "name", "variant sku", "category")
    page.goto(f"{service.url}/#new")
    page.reload()
    page.goto(f"{service.url}/#token={service.token()}")
    page.get_by_role("navigation").get_by_role("link", name="New export").click()
    expect_header(page, "name", "variant sku", "category")


def test_arrow_keys_on_a_handle_move_a_field_and_say_where_it_is(
    page: Page, service: LocalRun
) -> None:
    sign_in(page, service, "New export")
    expect_header(page, "name", "variant sku")
    page.get_by_role("button", name="Move name, 1 of 2").focus()
    page.keyboard.press("ArrowDown")
    expect_header(page, "variant sku", "name")
    expect(page.get_by_text("name is now 2 of 2")).to_be_attached()
    expect(page.get_by_role("button", name="Move name, 2 of 2")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect_header(page, "name", "variant sku")


def test_a_field_is_dragged_to_its_place(page: Page, service: LocalRun) -> None:
    sign_in(page, service, "New export")
    choose(page, "category")
    handle = page.get_by_role("button", name="Move category, 3 of 3")
    handle.scroll_into_view_if_needed()
    start = handle.bounding_box()
    end = page.get_by_role("button", name="Move name, 1 of 3").bounding_box()
    assert start
    assert end
    page.mouse.move(start["x"] + 5, start["y"] + 5)
    page.mouse.down()
    page.mouse.move(end["x"] + 5, end["y"] + 5, steps=8)
    page.mouse.up()
    expect_header(page, "category", "name", "variant sku")


def test_everything_can_be_chosen_and_searched(page: Page, service: LocalRun) -> None:
    sign_in(page, service, "New export")
    page.get_by_role("searchbox", name="Search columns").fill("weight")
    fields = page.get_by_role("group", name="Fields").get_by_role("checkbox")
    expect(fields).to_have_count(2)
    page.get_by_role("searchbox", name="Search columns").fill("")
    page.get_by_role("button", name="Select all").click()
    query = "{exportOptions{fields{field} warehouses{slug} channels{slug}}}"
    options = service.graphql(query)["data"]["exportOptions"]
    cells = page.get_by_role("region", name="First rows of the file").locator("th")
    expect(cells.nth(60)).to_be_attached()
    assert len(header(page)) >= sum(len(options[name]) for name in ("fields", "warehouses"))


def test_what_follows_the_fields_is_shown_in_the_order_of_the_file(
    page: Page, service: LocalRun
) -> None:
    sign_in(page, service, "New export")
    for group in ("Attributes", "Stock by warehouse"):
        boxes = page.get_by_role("group", name=group).get_by_role("checkbox")
        for place in reversed(range(3)):
            boxes.nth(place).check()
    expect(page.locator(".rest li")).to_have_count(6)
    expect(page.locator(".sheet th")).to_have_count(9)
    query = "{exportOptions{attributes{name slug} warehouses{name slug}}}"
    options = service.graphql(query)["data"]["exportOptions"]
    slugs = {one["name"]: one["slug"] for group in options.values() for one in group}
    shown = page.locator(".rest li > span").evaluate_all(
        "all => all.map(({ firstChild }) => firstChild.textContent.trim())"
    )
    assert [cell.partition(" (")[0] for cell in header(page)[3:]] == [slugs[name] for name in shown]


def test_select_all_while_searching_selects_what_is_found(page: Page, service: LocalRun) -> None:
    sign_in(page, service, "New export")
    page.get_by_role("searchbox", name="Search columns").fill("weight")
    page.get_by_role("button", name="Select all found").click()
    expect_header(page, "name", "variant sku", "product weight", "variant weight")
    page.get_by_role("button", name="Clear found").click()
    expect_header(page, "name", "variant sku")


@pytest.mark.parametrize(
    ("word", "group"),
    [
        ("price", "Channels"),
        ("currency", "Channels"),
        ("published", "Channels"),
        ("stock", "Stock by warehouse"),
        ("inventory", "Stock by warehouse"),
        ("barcode", "Fields"),
    ],
)
def test_columns_are_found_by_other_words_for_them(
    page: Page, service: LocalRun, word: str, group: str
) -> None:
    sign_in(page, service, "New export")
    page.get_by_role("searchbox", name="Search columns").fill(word)
    expect(page.get_by_role("group", name=group).get_by_role("checkbox").first).to_be_visible()


def test_every_category_of_many_is_found(page: Page, service: LocalRun) -> None:
    sign_in(page, service)
    rest = {"id": "Q2F0ZWdvcnk6OTk5", "name": "Teapots", "slug": "teapots"}
    listed = [{**rest, "id": str(n), "name": f"C{n}", "slug": f"c{n}"} for n in range(500)]
    answer_with_categories(page, listed, rest)
    page.get_by_role("navigation").get_by_role("link", name="New export").click()
    page.get_by_role("radio", name="Matching a filter").check(force=True)
    page.locator("summary", has_text="Categories").click()
    expect(page.get_by_text("These are the first 500.")).to_be_visible()
    page.get_by_role("searchbox", name="Search categories").fill("teapots")
    expect(page.get_by_role("checkbox", name="Teapots")).to_be_visible()


def answer_with_categories(page: Page, listed: list[Any], rest: Any) -> None:
    """Answer as a shop with more categories than a list holds; `rest` is found by searching."""

    def answer(route: Route) -> None:
        found = route.fetch()
        body = found.json()
        options = body.get("data", {}).get("exportOptions", {})
        if "categories" in options:
            searched = "$search" in (route.request.post_data or "")
            options["categories"] = [rest] if searched else listed
        route.fulfill(response=found, json=body)

    page.route("**/graphql", answer)


def test_a_text_that_is_not_an_id_is_named_before_anything_is_sent(
    page: Page, service: LocalRun
) -> None:
    sign_in(page, service, "New export")
    page.get_by_role("radio", name="Selected products").check(force=True)
    page.get_by_label("Product IDs").fill("1, foo")
    start_button(page).click()
    expect(page.get_by_role("alert")).to_have_text(
        "“foo” is not a product ID. Correct or remove it."
    )


def test_products_handed_over_in_the_address_are_filled_in_and_counted(
    page: Page, service: LocalRun
) -> None:
    page.goto(f"{service.url}/?productIds=101,102,102#token={service.token()}")
    expect(page.get_by_role("radio", name="Selected products")).to_be_checked()
    expect(page.get_by_text("2 different IDs.")).to_be_visible()
    expect(page.locator(".estimate strong")).to_have_text("2 products")


def test_what_is_missing_is_said_before_anything_is_sent(page: Page, service: LocalRun) -> None:
    sign_in(page, service, "New export")
    page.get_by_role("radio", name="Selected products").check(force=True)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or ""))
    start_button(page).click()
    expect(page.get_by_role("alert")).to_have_text("Paste at least one ID.")
    assert not [body for body in sent if "mutation" in body]


def test_the_number_of_records_is_estimated(page: Page, service: LocalRun) -> None:
    sign_in(page, service, "New export")
    expect(page.locator(".estimate strong")).to_have_text("60 products")


def test_the_first_rows_are_those_of_the_file_and_the_button_counts_them(
    page: Page, service: LocalRun
) -> None:
    plain = service.ended(service.export("exportProducts", **DEFAULT))
    rows = list(csv.reader(service.download(plain).decode().splitlines()))
    sign_in(page, service, "New export")
    expect(start_button(page)).to_have_text(f"Export {len(rows) - 1} rows")
    cells = page.locator(".sheet .cell")
    expect(cells).to_have_text([cell for row in rows[1:6] for cell in row])


def test_a_form_that_misses_something_says_it_and_counts_nothing(
    page: Page, service: LocalRun
) -> None:
    sign_in(page, service, "New export")
    page.get_by_role("radio", name="Matching a filter").check(force=True)
    expect(page.locator(".estimate")).to_contain_text("Set at least one condition")
    expect(start_button(page)).to_have_text("Start the export")
    expect_header(page, "name", "variant sku")


def test_a_filter_that_matches_nothing_says_so_before_the_start(
    page: Page, service: LocalRun
) -> None:
    sign_in(page, service, "New export")
    page.get_by_role("radio", name="Matching a filter").check(force=True)
    page.get_by_label("Search words").fill("no product has this word")
    expect(start_button(page)).to_have_text("Export 0 rows")
    expect(page.locator(".estimate")).to_contain_text("a header and no rows")


def test_an_export_gets_the_title_that_was_typed(page: Page, service: LocalRun) -> None:
    sign_in(page, service, "New export")
    page.get_by_label("Title (optional)").fill("Spring names")
    start_button(page).click()
    expect(page.get_by_text("Spring names: your export is ready")).to_be_visible()
    expect(page.locator("li.export h3").first).to_contain_text("Spring names")


def test_the_form_keeps_records_and_conditions_across_a_visit_to_the_list(
    page: Page, service: LocalRun
) -> None:
    sign_in(page, service, "New export")
    page.get_by_role("radio", name="Matching a filter").check(force=True)
    page.get_by_label("Search words").fill("teapot")
    page.get_by_role("navigation").get_by_role("link", name="Exports").click()
    expect(page.get_by_role("heading", name="Exports", level=1)).to_be_visible()
    page.get_by_role("navigation").get_by_role("link", name="New export").click()
    expect(page.get_by_label("Search words")).to_have_value("teapot")


def start_compressed(page: Page) -> None:
    compression = page.get_by_role("group", name="Compression")
    compression.get_by_role("radio", name="Gzip").check(force=True)
    start_button(page).click()
    expect(page.get_by_text("Products: your export is ready")).to_be_visible()


def test_a_compressed_file_is_what_it_says_and_the_choice_is_remembered(
    page: Page, service: LocalRun, tmp_path: Path
) -> None:
    sign_in(page, service, "New export")
    start_compressed(page)
    newest = page.locator("li.export").first
    expect(newest).to_contain_text("CSV, gzip")
    with page.expect_download() as download:
        newest.get_by_role("button", name="Download").click()
    download.value.save_as(tmp_path / "file")
    assert download.value.suggested_filename.endswith(".csv.gz")
    columns = {"fields": ["NAME", "VARIANT_SKU"]}
    plain = service.ended(service.export("exportProducts", scope="ALL", exportInfo=columns))
    assert gzip.decompress((tmp_path / "file").read_bytes()) == service.download(plain)
    page.get_by_role("navigation").get_by_role("link", name="New export").click()
    expect(page.get_by_role("radio", name="Gzip")).to_be_checked()


def test_an_excel_file_is_asked_for_without_the_choices_of_csv(
    page: Page, service: LocalRun
) -> None:
    sign_in(page, service, "New export")
    page.get_by_role("radio", name="Gzip").check(force=True)
    page.get_by_role("radio", name="Excel").check(force=True)
    expect(page.get_by_role("group", name="Compression")).to_have_count(0)
    start_button(page).click()
    expect(page.get_by_text("Products: your export is ready")).to_be_visible()
    expect(page.locator("li.export").first.locator(".filetype")).to_have_text("XLSX")


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
