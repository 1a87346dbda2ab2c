"""Dates and numbers in the form of the browser's language, with their time zone."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import Visit, add_condition, open_panel, sign_in
from tests.local_run import LocalRun

NAMES = {"scope": "ALL", "exportInfo": {"fields": ["NAME"]}}


def test_dates_follow_the_browsers_language_and_name_its_zone(
    open_page: Visit, service: LocalRun
) -> None:
    service.ended(service.export("exportProducts", **NAMES))
    page = open_page(locale="de-DE", timezone_id="Asia/Tokyo")
    page.goto(f"{service.url}/#token={service.token()}")
    row = page.locator("li.export").first
    row.get_by_role("button", name="Einzelheiten zu").click()
    expect(row.locator(".timeline time").first).to_have_text(
        re.compile(r"^\d{2}\.\d{2}\.\d{4}, \d{2}:\d{2}:\d{2} GMT\+9$")
    )
    expect(row.locator(".details")).to_contain_text(re.compile(r"Dauer\d+,\d s"))
    expect(row.locator(".details")).to_contain_text("(in 30 Tagen)")
    expect(page.locator(".pager")).to_contain_text("Zeiten in GMT+9")


def test_amounts_in_the_preview_of_a_workbook_have_the_decimals_of_their_currency(
    open_page: Visit, service: LocalRun
) -> None:
    page = open_page(locale="de-DE")
    page.goto(f"{service.url}/#token={service.token()}")
    page.get_by_role("link", name="Neuer Export").first.click()
    page.get_by_role("radio", name="Geschenkkarten").check(force=True)
    rows = page.locator(".sheet tbody tr")
    expect(rows.filter(has_text="EUR").locator(".number").first).to_have_text(re.compile(r",00$"))
    expect(rows.filter(has_text="JPY").locator(".number").first).to_have_text(
        re.compile(r"^[\d.]+$")
    )


def test_days_of_a_filter_name_their_zone_and_times_in_the_file_theirs(
    open_page: Visit, service: LocalRun
) -> None:
    page = open_page(timezone_id="Asia/Tokyo")
    sign_in(page, service, "New export")
    panel = add_condition(page, "Last changed")
    expect(panel.get_by_text("Days in your time zone (GMT+9).")).to_be_visible()
    page.keyboard.press("Escape")
    zone = open_panel(page, "Options").get_by_label("Time zone")
    expect(zone).to_have_attribute("placeholder", "Asia/Tokyo")
