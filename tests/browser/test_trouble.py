"""Answers that are not the service's own, and a service that does not answer.

One message, in people's words.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import sign_in, start_button
from tests.local_run import LocalRun

FAILED = {"message": "Server Error", "extensions": {"exception": {"code": "InternalServerError"}}}


def answer_all(page: Page, status: int, message: str) -> None:
    """Answer every question as a gateway or a firewall before the service does."""
    answer_with(page, status, {"message": message})


def answer_with(page: Page, status: int, body: Any) -> None:
    page.route(
        "**/graphql",
        lambda route: route.fulfill(
            status=status, content_type="application/json", body=json.dumps(body)
        ),
    )


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (403, "The request was blocked before it reached the service."),
        (400, "The service gave an unexpected answer (400)."),
        (502, "The service is busy. The page keeps trying."),
    ],
)
def test_an_answer_of_a_gateway_is_one_message_and_the_form_recovers(
    page: Page, service: LocalRun, status: int, said: str
) -> None:
    sign_in(page, service)
    answer_all(page, status, "Forbidden")
    page.get_by_role("navigation").get_by_role("link", name="New export").click()
    expect(page.get_by_role("alert")).to_contain_text(said)
    expect(page.get_by_role("alert")).to_have_count(1)
    page.unroute("**/graphql")
    page.get_by_role("alert").get_by_role("button", name="Try again").click()
    expect(page.locator(".estimate strong")).to_have_text("60 products")
    expect(page.get_by_role("alert")).to_have_count(0)


@pytest.mark.parametrize(
    ("body", "status"), [({"errors": [FAILED], "data": None}, 500), ({"errors": []}, 200)]
)
def test_an_answer_that_says_nothing_to_people_is_said_in_words(
    page: Page, service: LocalRun, body: Any, status: int
) -> None:
    sign_in(page, service)
    answer_with(page, 200, body)
    page.get_by_role("navigation").get_by_role("link", name="New export").click()
    said = f"The service gave an unexpected answer ({status}). Please try again later."
    expect(page.get_by_role("alert")).to_contain_text(said)


def test_a_form_that_waits_for_the_service_goes_on_by_itself(page: Page, service: LocalRun) -> None:
    sign_in(page, service)
    answer_all(page, 503, "Service Unavailable")
    page.get_by_role("navigation").get_by_role("link", name="New export").click()
    expect(page.get_by_role("alert")).to_contain_text("The page keeps trying.")
    page.unroute("**/graphql")
    expect(page.locator(".estimate strong")).to_have_text("60 products")


def test_a_401_of_a_gateway_asks_to_sign_in_again(page: Page, service: LocalRun) -> None:
    sign_in(page, service)
    answer_all(page, 401, "Unauthorized")
    # The list asks again when the tab is shown. No control is used: the answer takes them all away.
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.get_by_role("alert")).to_contain_text("Your session has ended.")
    expect(page.get_by_role("heading", name="Exports of your shop")).to_be_visible()


def test_a_request_that_is_too_large_says_what_to_do(page: Page, service: LocalRun) -> None:
    sign_in(page, service, "New export")
    expect(page.locator(".estimate strong")).to_have_text("60 products")
    answer_all(page, 413, "Request Too Long")
    start_button(page).click()
    expect(page.get_by_role("alert")).to_contain_text("Choose fewer IDs or columns")


def lose_first_answer(page: Page) -> list[str]:
    """Lose the answer to the first mutation; return the list of all mutations' keys."""
    keys: list[str] = []

    def lose(route: Route) -> None:
        if "mutation" not in (route.request.post_data or ""):
            return route.continue_()
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) > 1:
            return route.continue_()
        route.fetch()
        return route.abort()

    page.route("**/graphql", lose)
    return keys


def test_an_export_whose_answer_got_lost_is_started_once(page: Page, service: LocalRun) -> None:
    sign_in(page, service, "New export")
    keys = lose_first_answer(page)
    start_button(page).click()
    expect(page.get_by_role("alert")).to_contain_text("It will not happen twice.")
    start_button(page).click()
    expect(page.get_by_text("Products: your export is ready")).to_be_visible()
    assert keys[0] == keys[1]


def test_a_link_that_names_no_export_says_so_and_leads_to_the_list(
    page: Page, service: LocalRun
) -> None:
    sign_in(page, service)
    page.goto(f"{service.url}/#exports/abc")
    missing = page.get_by_role("listitem").filter(has_text="This export does not exist")
    expect(missing).to_be_visible()
    expect(missing.get_by_role("button", name="Try again", exact=True)).to_have_count(0)
    page.get_by_role("button", name="Show all exports").click()
    expect(page.get_by_text("This export does not exist")).to_have_count(0)
