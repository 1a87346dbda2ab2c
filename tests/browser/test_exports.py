from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visit, begin_with, sign_in, start_button
from tests.browser.trouble import no_workers, unreadable_gift_card
from tests.local_run import LocalRun

NAMES = {"scope": "ALL", "exportInfo": {"fields": ["NAME"]}}
# The form has no control for a time of day, nor for the delimiter.
UNUSUAL = {
    "scope": "FILTER",
    "filter": {"search": "tea", "updatedAt": {"gte": "2020-01-01T12:34:56Z"}},
    "exportInfo": {"fields": ["CATEGORY", "NAME"]},
    "csv": {"delimiter": "SEMICOLON"},
    "title": "Tea",
}
# What the form would send after "Edit and export again" of this request.
SENT_AGAIN = """async ([type, request]) => {
  const { $again, $form } = await import(document.querySelector("script").src);
  return $form.inputOf($form.completed($again.formOf(type, request, {}), {}));
}"""
# A page of a headless browser is always in view. What the browser has really shown is noted.
LOOKS_ELSEWHERE = """
  Object.defineProperty(document, "visibilityState", { get: () => "hidden" });
  globalThis.notices = [];
  globalThis.Notification = class extends Notification {
    constructor(title, options) {
      super(title, options);
      this.onshow = () => notices.push([this.title, this.body]);
    }
  };
"""


def newest(page: Page) -> Locator:
    return page.locator("li.export").first


def badge(page: Page) -> Locator:
    return newest(page).locator(".badge")


def last_id(service: LocalRun) -> str:
    query = "{exportFiles(first:1, sortBy:{field:CREATED_AT,direction:DESC}){edges{node{id}}}}"
    found: str = service.graphql(query)["data"]["exportFiles"]["edges"][0]["node"]["id"]
    return found


def request_of(service: LocalRun, export_id: str) -> Any:
    query = "query($id: ID!){exportFile(id: $id){request}}"
    return json.loads(service.graphql(query, {"id": export_id})["data"]["exportFile"]["request"])


def test_products_with_chosen_columns_are_followed_and_fetched_byte_for_byte(
    page: Page, service: LocalRun, tmp_path: Path
) -> None:
    begin_with(page, "product.id", "product.name", "variant.sku", "product.type")
    sign_in(page, service, "New export")
    start_button(page).click()
    expect(page.get_by_text("Products: your export is ready")).to_be_visible()
    with page.expect_download() as download:
        newest(page).get_by_role("button", name="Download").click()
    download.value.save_as(tmp_path / "file.csv")
    content = (tmp_path / "file.csv").read_bytes()
    export = service.ended(last_id(service))
    assert content == service.download(export)
    assert content.splitlines()[0] == b"id,name,variant sku,product type"
    assert download.value.suggested_filename == export["file_name"]
    expect(newest(page)).to_contain_text(f"{export['row_count']} rows")


def test_a_file_arrives_by_itself_in_the_tab_that_asked_for_it(
    page: Page, service: LocalRun
) -> None:
    sign_in(page, service, "New export")
    with page.expect_download() as download:
        start_button(page).click()
    assert download.value.suggested_filename == service.ended(last_id(service))["file_name"]
    toast = page.locator(".toast")
    with page.expect_download() as again:
        toast.get_by_role("button", name="Download").click()
    assert again.value.suggested_filename == download.value.suggested_filename


def test_the_same_again_is_one_click_and_its_file_arrives_although_it_is_not_in_the_list(
    page: Page, service: LocalRun
) -> None:
    export_id = service.export("exportProducts", **NAMES)
    service.ended(export_id)
    sign_in(page, service)
    page.goto(f"{service.url}/#exports/{quote(export_id)}?status=FAILED")
    row = page.locator("li.export").filter(has_text="Technical details")
    with page.expect_download() as download:
        row.get_by_role("button", name="Export again", exact=True).click()
    assert last_id(service) != export_id
    assert download.value.suggested_filename == service.ended(last_id(service))["file_name"]


def test_an_export_that_was_started_again_by_mistake_is_canceled_in_its_message(
    page: Page, service: LocalRun
) -> None:
    service.ended(service.export("exportProducts", **NAMES))
    sign_in(page, service)
    with no_workers(service):
        newest(page).get_by_role("button", name="Export again", exact=True).click()
        expect(badge(page)).to_have_text("Running")
        page.locator(".toast").get_by_role("button", name="Cancel").click()
        expect(badge(page)).to_have_text("Canceled")


def test_an_export_of_another_tab_is_announced_and_not_downloaded(
    page: Page, service: LocalRun
) -> None:
    fetched: list[str] = []
    page.on("download", lambda download: fetched.append(download.suggested_filename))
    with no_workers(service):
        service.export("exportProducts", **NAMES)
        sign_in(page, service)
        expect(badge(page)).to_have_text("Running")
    expect(page.locator(".toast").get_by_role("button", name="Download")).to_be_visible()
    page.wait_for_timeout(300)
    assert fetched == []


def test_a_running_export_shows_how_far_it_is_and_ends_without_a_reload(
    page: Page, service: LocalRun
) -> None:
    with no_workers(service):
        service.export("exportVoucherCodes", voucherId=base64.b64encode(b"Voucher:1").decode())
        sign_in(page, service)
        expect(badge(page)).to_have_text("Running")
        expect(newest(page).get_by_role("progressbar")).to_be_visible()
        expect(newest(page).locator(".progress")).not_to_contain_text("%")
        expect(page).to_have_title("Exports · Waybill")
    expect(badge(page)).to_have_text("Ready")
    expect(page.get_by_text("Voucher codes: your export is ready")).to_be_visible()


def test_a_canceled_export_is_called_canceled_and_can_be_started_again(
    page: Page, service: LocalRun
) -> None:
    with no_workers(service):
        started = service.export("exportProducts", **NAMES)
        sign_in(page, service)
        newest(page).get_by_role("button", name="Cancel").click()
        expect(badge(page)).to_have_text("Canceled")
        expect(newest(page)).to_contain_text("The export was canceled by Demo Admin.")
    assert service.ended(started)["status"] == "FAILED"
    newest(page).get_by_role("button", name="Export again").click()
    expect(badge(page)).to_have_text("Ready")
    assert last_id(service) != started


def test_a_deleted_file_is_gone_and_its_line_stays(page: Page, service: LocalRun) -> None:
    export = service.ended(service.export("exportProducts", **NAMES))
    sign_in(page, service)
    newest(page).get_by_role("button", name="Details of").click()
    newest(page).get_by_text("Technical details").click()
    expect(newest(page).get_by_text(export["sha256"])).to_be_visible()
    newest(page).get_by_role("button", name="Delete the file").click()
    page.get_by_role("dialog").get_by_role("button", name="Keep it").click()
    expect(badge(page)).to_have_text("Ready")
    newest(page).get_by_role("button", name="Delete the file").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete the file").click()
    expect(badge(page)).to_have_text("Deleted")
    expect(newest(page).locator(".timeline")).to_contain_text("Deleted")
    status, _, _ = service.http(f"/exports/{export['id']}/file")
    assert status == 410


def test_a_download_of_a_file_that_is_gone_says_so_and_keeps_the_page(
    page: Page, service: LocalRun
) -> None:
    service.ended(service.export("exportProducts", **NAMES))
    files, bucket = service.aws("s3"), service.facts["outputs"]["ExportBucket"]
    for found in files.list_objects_v2(Bucket=bucket).get("Contents", []):
        files.delete_object(Bucket=bucket, Key=found["Key"])
    sign_in(page, service)
    newest(page).get_by_role("button", name="Download").click()
    expect(newest(page).get_by_role("alert")).to_contain_text("The file does not exist any more.")
    expect(page.get_by_role("heading", name="Exports", level=1)).to_be_visible()


def test_a_failed_export_says_why_and_can_be_tried_again(page: Page, service: LocalRun) -> None:
    with unreadable_gift_card(service):
        sign_in(page, service, "New export")
        page.get_by_role("radio", name="Gift cards", exact=True).check(force=True)
        start_button(page).click()
        expect(page.get_by_text("Gift cards: the export failed")).to_be_visible()
        expect(badge(page)).to_have_text("Failed")
        expect(newest(page).locator(".failure")).to_have_text(
            service.ended(last_id(service))["message"]
        )
    newest(page).get_by_role("button", name="Try again").click()
    expect(badge(page)).to_have_text("Ready")


def test_a_copied_link_leads_to_the_export_and_asks_who_opens_it(
    open_page: Visit, service: LocalRun
) -> None:
    export = service.ended(service.export("exportProducts", **NAMES))
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    sign_in(page, service)
    newest(page).get_by_role("button", name="Details of").click()
    newest(page).get_by_role("button", name="Copy link").click()
    expect(page.get_by_text("The link was copied.")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    page.get_by_role("button", name="Sign out").click()
    other = open_page()
    other.goto(link)
    other.get_by_role("button", name="Sign in with demo users").click()
    other.get_by_role("link", name="products@example.com").click()
    other.get_by_text("Technical details").click()
    expect(other.get_by_text(export["sha256"])).to_be_visible()


def test_an_export_is_listed_by_its_title_and_what_it_is_of(page: Page, service: LocalRun) -> None:
    service.ended(service.export("exportProducts", title="Names for the press", **NAMES))
    sign_in(page, service)
    expect(newest(page).get_by_role("heading")).to_contain_text("Names for the press")
    expect(newest(page).locator(".about")).to_have_text("All products · 1 field")


def test_details_say_columns_and_conditions_in_words(page: Page, service: LocalRun) -> None:
    category = service.graphql("{exportOptions{categories(first: 1){id name}}}")["data"]
    [tea] = category["exportOptions"]["categories"]
    given = {"scope": "FILTER", "filter": {"categories": [tea["id"]], "giftCard": False}}
    columns = [{"key": "product.name", "label": "Product"}, {"key": "variant.sku"}]
    service.ended(service.export("exportProducts", columns=columns, **given))
    sign_in(page, service)
    newest(page).get_by_role("button", name="Details of").click()
    contents = newest(page).locator(".details section").first
    expect(contents.locator("li")).to_have_text(["Product", "variant sku"])
    expect(contents.locator("dd")).to_have_text([tea["name"], "No"])


def test_an_edited_export_starts_from_the_whole_request_of_the_earlier_one(
    page: Page, service: LocalRun
) -> None:
    started = service.export("exportProducts", **UNUSUAL)
    service.ended(started)
    sign_in(page, service)
    newest(page).get_by_role("button", name="Details of").click()
    newest(page).get_by_role("button", name="Edit and export again").click()
    expect(page.locator(".chips")).to_contain_text("“tea”")
    expect(page.locator(".chips")).to_contain_text("Also updatedAt")
    start_button(page).click()
    expect(page.get_by_text("your export is ready")).to_be_visible()
    assert last_id(service) != started
    assert request_of(service, last_id(service)) == request_of(service, started)


def test_an_edited_export_of_vouchers_keeps_them_all_in_their_order(
    page: Page, service: LocalRun
) -> None:
    page.goto(service.url)
    one, two = {"voucherId": "Vm91Y2hlcjox"}, {"voucherIds": ["Vm91Y2hlcjoy", "Vm91Y2hlcjox"]}
    for vouchers in (one, two):
        sent = page.evaluate(SENT_AGAIN, ["voucher_codes", {"fileType": "CSV", **vouchers}])
        assert {name: sent[name] for name in sent if name.startswith("voucher")} == vouchers


def test_a_link_that_cannot_be_copied_is_shown(page: Page, service: LocalRun) -> None:
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', {})")
    sign_in(page, service)
    newest(page).get_by_role("button", name="Details of").click()
    newest(page).get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("alert")).to_contain_text(f"{service.url}/#exports/")


def test_somebody_who_looks_elsewhere_is_notified_when_an_export_has_ended(
    open_page: Visit, service: LocalRun
) -> None:
    page = open_page(permissions=["notifications"])
    page.add_init_script(LOOKS_ELSEWHERE)
    sign_in(page, service, "New export")
    start_button(page).click()
    page.wait_for_function("() => notices.length")
    [title, text] = page.evaluate("notices[0]")
    assert title == "Products: your export is ready"
    assert text == service.ended(last_id(service))["file_name"]
