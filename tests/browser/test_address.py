"""The address and the window title: they name the view, and the list's filter and page."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import sign_in
from tests.local_run import LocalRun


def test_the_window_title_names_the_view(page: Page, service: LocalRun) -> None:
    page.goto(service.url)
    expect(page).to_have_title("Sign in · Waybill")
    sign_in(page, service)
    expect(page).to_have_title("Exports · Waybill")
    page.get_by_role("navigation").get_by_role("link", name="New export").click()
    expect(page).to_have_title("New export · Waybill")
    page.get_by_role("navigation").get_by_role("link", name="Overview").click()
    expect(page).to_have_title("Overview · Waybill")


def test_a_link_to_a_filtered_list_and_a_reload_keep_the_filter(
    page: Page, service: LocalRun
) -> None:
    page.goto(f"{service.url}/#exports?status=FAILED&who=user&name=admin")
    page.get_by_role("button", name="Sign in with demo users").click()
    page.get_by_role("link", name="admin@example.com").click()
    for _ in range(2):
        expect(page.get_by_label("Status")).to_have_value("FAILED")
        expect(page.get_by_label("Name or email")).to_have_value("admin")
        page.reload()


def test_a_name_in_the_overview_leads_to_the_exports_of_the_person(
    page: Page, service: LocalRun
) -> None:
    service.ended(service.export("exportGiftCards", scope="ALL"))
    sign_in(page, service, "Overview")
    page.get_by_role("link", name="Demo Admin").click()
    expect(page).to_have_url(f"{service.url}/#exports?who=user&name=admin%40example.com")
    expect(page.get_by_label("Name or email")).to_have_value("admin@example.com")
    expect(page.locator("li.export").first).to_be_visible()
    page.go_back()
    expect(page.get_by_role("link", name="Demo Admin")).to_be_visible()


def test_back_undoes_a_filter_and_another_view_keeps_it(page: Page, service: LocalRun) -> None:
    sign_in(page, service)
    page.get_by_label("Status").select_option("Ready")
    expect(page).to_have_url(f"{service.url}/#exports?status=SUCCESS")
    page.get_by_role("navigation").get_by_role("link", name="Overview").click()
    page.get_by_role("navigation").get_by_role("link", name="Exports").click()
    expect(page.get_by_label("Status")).to_have_value("SUCCESS")
    for _ in range(3):
        page.go_back()
    expect(page.get_by_label("Status")).to_have_value("")


def test_a_filter_that_the_list_does_not_know_is_left_out(page: Page, service: LocalRun) -> None:
    sign_in(page, service)
    page.goto(f"{service.url}/#exports?status=BROKEN&type=unicorns&who=%25")
    expect(page.get_by_label("Status")).to_have_value("")
    expect(page.get_by_role("heading", name="This did not work")).to_have_count(0)
