"""The states of the page, each as a function that brings the page there."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import add_condition, open_panel, sign_in
from tests.local_run import LocalRun

# An event as a worker notes it after an attempt that did not succeed.
TRIED_AGAIN = {
    "type": "EXPORT_PENDING",
    "message": "Second try: the file store did not answer.",
}


def rewrite(page: Page, part: str, change: Callable[[Any], Any]) -> None:
    """From now on the service's answers say something else where they have this part."""

    def answer(route: Route) -> None:
        if not re.search(rf"\b{part}\b", route.request.post_data or ""):
            # Another part may be rewritten, too.
            route.fallback()
            return
        found = route.fetch()
        body = found.json()
        if part in body.get("data", {}):
            change(body["data"][part])
        route.fulfill(response=found, body=json.dumps(body))

    page.route("**/graphql", answer)


def show_history(page: Page, exports: int, *, titles: dict[int, str]) -> None:
    """From now on the list has so many exports, one an hour. The newest has the number 0."""

    def answer(route: Route) -> None:
        body = route.request.post_data_json or {}
        if "exportFiles(filter" not in body["query"]:
            route.fallback()
            return
        first = int(body["variables"].get("after") or 0)
        numbers = range(first, min(first + body["variables"]["first"], exports))
        more = {"hasNextPage": numbers.stop < exports, "endCursor": str(numbers.stop)}
        edges = [{"node": make_node(number, titles.get(number, "Stock"))} for number in numbers]
        found = {"totalCount": exports, "pageInfo": more, "edges": edges}
        route.fulfill(json={"data": {"exportFiles": found}})

    page.route("**/graphql", answer)


def make_node(number: int, title: str) -> dict[str, Any]:
    """An export as the list asks for it, so many hours old."""
    at = (datetime.now(UTC) - timedelta(hours=number)).isoformat()
    node = {"id": str(number), "status": "SUCCESS", "createdAt": at, "updatedAt": at}
    return node | {"title": title, "summary": "", "fileName": f"{number}.csv", "fileType": "CSV"}


def signing_in(page: Page, service: LocalRun) -> None:
    page.goto(service.url)
    page.get_by_text("Use a token").click()
    expect(page.get_by_label("Token")).to_be_visible()


def a_refused_token(page: Page, service: LocalRun) -> None:
    page.goto(f"{service.url}/#token=nobody")
    expect(page.get_by_role("alert")).to_contain_text("not accepted")


def no_permission(page: Page, service: LocalRun) -> None:
    rewrite(page, "me", lambda me: me.update(permissions=[]))
    page.goto(f"{service.url}/#token={service.token()}")
    expect(page.get_by_role("heading", name="Nothing to export")).to_be_visible()


def the_list(page: Page, service: LocalRun) -> None:
    sign_in(page, service)
    row = page.locator("li.export").filter(has_text="XLSX").first
    row.get_by_role("button", name="Details of").click()
    expect(row.locator(".timeline")).to_contain_text("Finished")


def a_running_export(page: Page, service: LocalRun) -> None:
    rewrite(page, "exportFile", lambda file: file["events"][0].update(TRIED_AGAIN))
    reported = {"status": "PENDING", "progress": 0.62, "rowsDone": 37_400, "rowsTotal": 60_073}
    rewrite(page, "exportFiles", lambda files: files["edges"][0]["node"].update(reported))
    sign_in(page, service)
    row = page.locator("li.export").first
    expect(row.locator(".progress")).to_contain_text("62 %37,400 of 60,073 rowsabout")
    expect(page).to_have_title(re.compile("^62 % · Exports"))
    row.get_by_role("button", name="Details of").click()
    expect(row.locator(".timeline")).to_contain_text("Tried again")
    expect(row.locator(".timeline")).to_contain_text(TRIED_AGAIN["message"])


def no_exports(page: Page, service: LocalRun) -> None:
    nothing = {"hasNextPage": False, "hasPreviousPage": False}
    rewrite(
        page, "exportFiles", lambda files: files.update(edges=[], totalCount=0, pageInfo=nothing)
    )
    sign_in(page, service)
    expect(page.get_by_role("heading", name="No exports yet")).to_be_visible()


def no_match(page: Page, service: LocalRun) -> None:
    sign_in(page, service)
    page.get_by_label("Requested by").select_option("An app")
    page.get_by_label("Name of the app").fill("none of this name")
    expect(page.get_by_role("heading", name="No export matches")).to_be_visible()


def a_long_shop_name(page: Page, service: LocalRun) -> None:
    name = "Wonderful Outdoor Equipment and Garden Furniture of Northern Europe Ltd."
    rewrite(page, "me", lambda me: me.update(shopName=name))
    sign_in(page, service)
    expect(page.locator("li.export").first).to_be_visible()


def waiting(page: Page, service: LocalRun) -> None:
    page.route(
        "**/graphql",
        lambda route: (
            None if "exportFiles" in (route.request.post_data or "") else route.continue_()
        ),
    )
    sign_in(page, service)
    expect(page.locator("main .bone")).to_have_count(5)


def the_silence(page: Page, service: LocalRun) -> None:
    page.route(
        "**/graphql",
        lambda route: (
            route.abort() if "exportFiles" in route.request.post_data else route.continue_()
        ),
    )
    sign_in(page, service)
    expect(page.get_by_role("heading", name="This did not work")).to_be_visible()


def offline(page: Page, service: LocalRun) -> None:
    sign_in(page, service)
    expect(page.locator("li.export").first).to_be_visible()
    page.context.set_offline(True)
    expect(page.get_by_role("alert")).to_contain_text("You are offline.")


def the_form(page: Page, service: LocalRun) -> None:
    sign_in(page, service, "New export")
    expect(page.locator(".estimate strong")).to_have_text("60 products")


def the_columns(page: Page, service: LocalRun) -> None:
    the_form(page, service)
    open_panel(page, "Column").get_by_role("searchbox").fill("price")


def the_filter(page: Page, service: LocalRun) -> None:
    the_form(page, service)
    add_condition(page, "Published").get_by_label("Yes").check()
    page.keyboard.press("Escape")
    add_condition(page, "Categories").get_by_role("checkbox").first.check()


def the_selection(page: Page, service: LocalRun) -> None:
    the_form(page, service)
    panel = open_panel(page, "Selected products")
    panel.get_by_role("searchbox").fill("teapot")
    panel.get_by_role("checkbox").first.check()


def the_codes(page: Page, service: LocalRun) -> None:
    sign_in(page, service, "New export")
    page.get_by_role("radio", name="Gift cards", exact=True).check(force=True)
    panel = open_panel(page, "Selected gift cards")
    panel.get_by_role("textbox").fill("GIFT-1\nGIFT-2")
    panel.get_by_role("button", name="Add 2 codes").click()
    expect(panel.get_by_role("alert")).to_contain_text("Not found: GIFT-1, GIFT-2.")


def the_options(page: Page, service: LocalRun) -> None:
    the_form(page, service)
    page.get_by_role("radio", name="CSV").check(force=True)
    open_panel(page, "Options")


def the_vouchers(page: Page, service: LocalRun) -> None:
    sign_in(page, service, "New export")
    page.get_by_role("radio", name="Voucher codes").check(force=True)
    open_panel(page, "Voucher Choose a voucher").get_by_role("checkbox").first.check()
    expect(page.locator(".estimate strong")).to_contain_text("codes")


def the_overview(page: Page, service: LocalRun) -> None:
    sign_in(page, service, "Overview")
    expect(page.locator(".uplot")).to_have_count(2)
    expect(page.get_by_role("row", name=re.compile("^Demo Admin"))).to_be_visible()
    page.locator("summary").first.click()


def the_question(page: Page, service: LocalRun) -> None:
    the_list(page, service)
    page.get_by_role("button", name="Delete the file").click()
    expect(page.get_by_role("dialog")).to_be_visible()


STATES: dict[str, Callable[[Page, LocalRun], None]] = {
    "sign-in": signing_in,
    "refused": a_refused_token,
    "no-permission": no_permission,
    "list": the_list,
    "running": a_running_export,
    "empty": no_exports,
    "no-match": no_match,
    "long-name": a_long_shop_name,
    "waiting": waiting,
    "silence": the_silence,
    "offline": offline,
    "new": the_form,
    "columns": the_columns,
    "filter": the_filter,
    "selection": the_selection,
    "codes": the_codes,
    "options": the_options,
    "vouchers": the_vouchers,
    "overview": the_overview,
    "delete": the_question,
}
