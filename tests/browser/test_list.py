"""The list of exports: which ones, page by page, and how often it is asked for."""

from __future__ import annotations

import base64
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit, sign_in
from tests.browser.states import show_history
from tests.browser.trouble import no_workers
from tests.local_run import LocalRun

MORE_THAN_A_PAGE = 23
NAMES = {"scope": "ALL", "exportInfo": {"fields": ["NAME"]}}
VOUCHER = base64.b64encode(b"Voucher:1").decode()


@pytest.fixture(scope="module")
def many_exports(service: LocalRun) -> int:
    """More exports of voucher codes than a page shows; how many there are."""
    with no_workers(service), ThreadPoolExecutor(4) as threads:
        list(
            threads.map(
                lambda _: service.export("exportVoucherCodes", voucherId=VOUCHER),
                range(MORE_THAN_A_PAGE),
            )
        )
    query = '{exportFiles(first: 1, filter: {exportType: ["voucher_codes"]}){totalCount}}'
    found: int = service.graphql(query)["data"]["exportFiles"]["totalCount"]
    return found


def test_the_list_is_filtered_by_status_and_says_so_when_nothing_matches(
    page: Page, service: LocalRun
) -> None:
    sign_in(page, service)
    page.get_by_label("Requested by").select_option("A person")
    page.get_by_label("Name or email").fill("nobody at all")
    expect(page.get_by_role("heading", name="No export matches")).to_be_visible()
    page.get_by_role("button", name="Show all exports").click()
    page.get_by_label("Status").select_option("Ready")
    expect(page.locator("ul.exports:not([aria-busy]) .badge").first).to_have_text("Ready")
    assert {text.strip() for text in page.locator("li.export .badge").all_inner_texts()} == {
        "Ready"
    }


def test_a_service_that_does_not_answer_is_told_and_the_page_recovers_by_itself(
    page: Page, service: LocalRun
) -> None:
    sign_in(page, service)
    page.route("**/graphql", lambda route: route.abort())
    page.get_by_label("Status").select_option("Ready")
    expect(page.get_by_role("alert")).to_contain_text("The service does not answer.")
    page.unroute("**/graphql")
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.locator("li.export .badge").first).to_have_text("Ready")


def test_a_service_that_does_not_answer_at_first_is_asked_again_on_a_click(
    page: Page, service: LocalRun
) -> None:
    page.route("**/graphql", lambda route: route.abort())
    page.goto(f"{service.url}/#token={service.token()}")
    expect(page.get_by_role("heading", name="This did not work")).to_be_visible()
    page.unroute("**/graphql")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="Exports", level=1)).to_be_visible()


def test_the_list_shows_one_type_or_what_one_person_asked_for(
    page: Page, service: LocalRun
) -> None:
    theirs = service.export("exportProducts", **NAMES, token=service.token("staff_products"))
    service.ended(service.export("exportVoucherCodes", voucherId=VOUCHER))
    service.ended(theirs)
    sign_in(page, service)
    expect(page.locator("li.export").first).to_contain_text("Voucher codes")
    page.get_by_label("Type").select_option("Products")
    expect(page.locator("li.export").first).to_contain_text("Demo Staff Products")
    expect(page.locator("li.export h3").filter(has_text="Voucher codes")).to_have_count(0)
    page.get_by_label("Requested by").select_option("A person")
    page.get_by_label("Name or email").fill("products@")
    expect(page.locator("li.export").filter(has_text="Demo Admin")).to_have_count(0)
    expect(page.locator("li.export").first).to_contain_text("Demo Staff Products")
    page.get_by_label("Requested by").select_option("Me")
    expect(page.locator("li.export").filter(has_text="Demo Staff Products")).to_have_count(0)


def test_many_exports_come_page_by_page_none_left_out(
    page: Page, service: LocalRun, many_exports: int
) -> None:
    sign_in(page, service)
    page.get_by_label("Type").select_option("Voucher codes")
    expect(page.get_by_text(f"{many_exports} exports, 20 per page")).to_be_visible()
    seen = names(page)
    assert len(seen) == 20
    page.get_by_role("button", name="Older").click()
    expect(page.locator("li.export")).to_have_count(many_exports - 20)
    assert page.evaluate("scrollY") == 0
    assert len(set(seen + names(page))) == many_exports
    expect(page.get_by_role("button", name="Older")).to_be_disabled()
    page.get_by_role("button", name="Newer").click()
    expect(page.locator("li.export")).to_have_count(20)
    assert names(page) == seen


def test_a_search_is_kept_in_the_address_and_says_how_far_it_looked(
    page: Page, service: LocalRun
) -> None:
    service.ended(service.export("exportProducts", title="Tea for Osaka", **NAMES))
    service.ended(service.export("exportProducts", **NAMES))
    sign_in(page, service)
    page.get_by_role("searchbox").fill("osaka demo")
    expect(page.locator("li.export")).to_have_count(1)
    expect(page.locator("li.export h3")).to_have_text("Tea for Osaka")
    expect(page.locator(".pager")).to_contain_text("1 found among")
    expect(page).to_have_url(f"{service.url}/#exports?q=osaka+demo")


def test_a_search_goes_on_to_older_exports_and_says_how_far_it_looked(
    page: Page, service: LocalRun
) -> None:
    show_history(page, 1_150, titles={1_120: "Tea for Osaka"})
    sign_in(page, service)
    page.get_by_role("searchbox").fill("osaka")
    expect(page.get_by_role("heading", name="No match so far")).to_be_visible()
    further = page.get_by_role("button", name="Search further")
    expect(page.get_by_role("status")).to_contain_text("0 found among 1,000 exports, back to")
    further.click()
    expect(page.locator("li.export h3")).to_have_text("Tea for Osaka")
    expect(page.locator(".pager")).to_contain_text("1 found among all 1,150 exports.")
    expect(further).to_have_count(0)


def test_a_search_finds_the_title_of_a_type_in_the_language_of_the_page(
    open_page: Visit, service: LocalRun
) -> None:
    page = open_page(locale="de-DE")
    page.goto(service.url)
    expect(page.get_by_role("heading", name="Exporte Ihres Shops")).to_be_visible()
    found = page.evaluate("""async () => {
        const { $list_filter } = await import(document.querySelector("script").src);
        const one = { title: "Products", exportType: "products" };
        return $list_filter.found([one], "produkte").length;
    }""")
    assert found == 1


def test_a_search_begins_anew_if_exports_between_its_pages_could_be_missed(
    page: Page, service: LocalRun
) -> None:
    page.goto(service.url)
    kept = page.evaluate("""async () => {
        const { $search } = await import(document.querySelector("script").src);
        const made = (id) => ({ id, createdAt: new Date(2026, 2, id).toISOString() });
        const list = (...numbers) => ({ exports: numbers.map(made), pageInfo: {}, wanted: {} });
        const before = { ...$search.withNewest(null, list(7, 6, 5, 4)), pages: 2 };
        return [list(8, 7, 5), list(9, 8)].map(
            (newest) => $search.withNewest(before, newest).exports.map(({ id }) => id));
    }""")
    # 6 has left the newest page, which ends at 5 now. There can be others between 8 and 7.
    assert kept == [[8, 7, 5, 4], [9, 8]]


def test_a_list_of_very_many_exports_of_others_begins_with_ones_own(
    page: Page, service: LocalRun, many_exports: int
) -> None:
    token = service.token("staff_discounts")
    service.ended(service.export("exportVoucherCodes", voucherId=VOUCHER, token=token), token=token)
    page.goto(f"{service.url}/#token={token}")
    expect(page.get_by_text("These are your exports.")).to_be_visible()
    expect(page.locator("li.export")).to_have_count(1)
    page.get_by_role("button", name="Show everyone’s").click()
    expect(page.locator("li.export")).to_have_count(20)
    page.reload()
    expect(page).to_have_url(f"{service.url}/#exports?who=all")


def test_exports_stand_below_their_day_in_words(page: Page, service: LocalRun) -> None:
    page.goto(service.url)
    days = page.evaluate("""async () => {
        const { $format } = await import(document.querySelector("script").src);
        const now = new Date(2026, 2, 1, 0, 30);
        const at = (...day) => $format.dayOf(new Date(...day).toISOString(), now);
        return [at(2026, 2, 1), at(2026, 1, 28, 23), at(2026, 1, 27), at(2025, 1, 28)];
    }""")
    last_year = "Friday, February 28, 2025"
    assert days == ["Today", "Yesterday", "Friday, February 27", last_year]


def names(page: Page) -> list[str]:
    """The ids of the exports shown, in their order."""
    buttons = page.get_by_role("button", name="Details of").all()
    return [button.get_attribute("aria-label") or "" for button in buttons]


def test_an_export_of_a_script_appears_within_15_seconds(page: Page, service: LocalRun) -> None:
    page.clock.install()
    sign_in(page, service)
    page.get_by_label("Status").select_option("Ready")
    expect(page.locator("li.export .badge").first).to_have_text("Ready")
    export = service.ended(service.export("exportProducts", **NAMES))
    expect(page.locator("li.export").first).not_to_contain_text(export["id"])
    page.clock.run_for(15_000)
    expect(page.get_by_role("button", name=f"Details of {export['file_name']}")).to_be_visible()


def test_a_hidden_tab_asks_nothing_while_nothing_runs(page: Page, service: LocalRun) -> None:
    page.add_init_script("Object.defineProperty(document, 'hidden', { get: () => true })")
    page.clock.install()
    sign_in(page, service)
    page.get_by_label("Status").select_option("Ready")
    expect(page.locator("ul.exports:not([aria-busy]) .badge").first).to_have_text("Ready")
    page.clock.run_for(1_000)
    page.wait_for_timeout(500)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.run_for(120_000)
    page.wait_for_timeout(200)
    assert asked == []


def test_what_runs_is_asked_for_each_second_at_first_and_less_often_while_nothing_changes(
    page: Page, service: LocalRun
) -> None:
    sign_in(page, service)
    waits = page.evaluate("""async () => {
        const { $polling } = await import(document.querySelector("script").src);
        return Array.from({ length: 40 }, (_, quiet) => $polling.pause(quiet, false));
    }""")
    assert waits[:10] == [1] * 10
    assert waits == sorted(waits)
    assert waits[-1] == 10


def test_a_lost_connection_is_told_at_once_and_the_list_goes_on_when_it_is_back(
    page: Page, service: LocalRun
) -> None:
    sign_in(page, service)
    expect(page.locator("li.export").first).to_be_visible()
    page.context.set_offline(True)
    expect(page.get_by_role("alert")).to_contain_text("You are offline.", timeout=3_000)
    expect(page.locator("li.export").first).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_role("alert")).to_have_count(0)


def test_details_of_many_columns_are_short_until_all_are_asked_for(
    page: Page, service: LocalRun
) -> None:
    columns = [{"key": "product.name", "label": f"Name {number}"} for number in range(100)]
    service.ended(service.export("exportProducts", scope="ALL", columns=columns))
    sign_in(page, service)
    row = page.locator("li.export").first
    row.get_by_role("button", name="Details of").click()
    labels = row.locator(".labels li")
    expect(labels).to_have_count(40)
    row.get_by_role("button", name="Show all 100 columns").click()
    expect(labels).to_have_count(100)
    expect(labels.last).to_have_text("Name 99")
