from __future__ import annotations

import base64
import re

from playwright.sync_api import Page, Route, expect

from tests.local_run import LocalRun

PENDING = "given => sessionStorage.setItem('waybill.sign-in', JSON.stringify(given))"
DENIED = {"exception": {"code": "PermissionDenied"}}
RENEWAL = re.compile("prompt=none")
STORED = "JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, location.href])"


def kept(page: Page) -> str:
    """Everything the page left in the browser, and its address."""
    found: str = page.evaluate(STORED)
    return found


def refuse(route: Route) -> None:
    """Answer as for a session that has ended."""
    error = {"message": "x", "path": ["x"], "extensions": DENIED}
    route.fulfill(json={"errors": [error], "data": None})


def test_the_printed_link_signs_in_and_its_token_is_kept_nowhere(
    page: Page, service: LocalRun
) -> None:
    log = (service.state / "run.log").read_text()
    [link] = re.findall(r"http://\S+/sign-in\b", log)
    page.goto(link)
    expect(page.get_by_role("heading", name="Exports", level=1)).to_be_visible()
    expect(page.get_by_text("admin@example.com").first).to_be_visible()
    assert page.url.rstrip("#") == f"{service.url}/"
    assert service.token() not in kept(page)
    page.reload()
    expect(page.get_by_text("admin@example.com").first).to_be_visible()
    expect(page.get_by_role("heading", name="Exports", level=1)).to_be_visible()


def test_a_reload_after_the_link_asks_to_sign_in_again(signed_in: Page) -> None:
    signed_in.reload()
    expect(signed_in.get_by_role("heading", name="Exports of your shop")).to_be_visible()


def test_signing_in_with_the_issuer_survives_a_reload_without_a_token_in_storage(
    page: Page, service: LocalRun
) -> None:
    tokens: list[str] = []
    page.on("request", lambda request: tokens.append(request.headers.get("authorization", "")))
    page.goto(service.url)
    page.get_by_role("button", name="Sign in with demo users").click()
    page.get_by_role("link", name="products@example.com").click()
    expect(page.get_by_text("products@example.com").first).to_be_visible()
    assert page.url.rstrip("#") == f"{service.url}/"
    [bearer, *_] = filter(None, tokens)
    assert bearer.startswith("Bearer ey")
    assert bearer.removeprefix("Bearer ") not in kept(page)
    assert "ey" + "J" not in kept(page)
    page.reload()
    expect(page.get_by_text("products@example.com").first).to_be_visible()


def test_back_leads_to_the_view_before_also_after_a_reload(page: Page, service: LocalRun) -> None:
    page.goto(f"{service.url}/sign-in")
    expect(page.get_by_role("heading", name="Exports", level=1)).to_be_visible()
    page.get_by_role("navigation").get_by_role("link", name="Overview").click()
    page.get_by_role("navigation").get_by_role("link", name="New export").click()
    expect(page.get_by_role("button", name="Column", exact=True)).to_be_visible()
    with page.expect_request(RENEWAL):
        page.reload()
    expect(page.get_by_role("button", name="Column", exact=True)).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Overview", level=1)).to_be_visible()
    expect(page).to_have_url(f"{service.url}/#overview")
    page.go_back()
    expect(page.get_by_role("heading", name="Exports", level=1)).to_be_visible()


def test_signing_in_goes_on_where_one_wanted_to_go(page: Page, service: LocalRun) -> None:
    page.goto(f"{service.url}/#overview")
    page.get_by_role("button", name="Sign in with demo users").click()
    page.get_by_role("link", name="admin@example.com").click()
    expect(page.get_by_role("heading", name="Overview", level=1)).to_be_visible()


def test_a_token_that_is_not_accepted_is_told_so(page: Page, service: LocalRun) -> None:
    page.goto(service.url)
    page.get_by_text("Use a token").click()
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_text("Paste a token first.")).to_be_visible()
    page.get_by_label("Token").fill("nobody")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("This token is not accepted.")


def test_a_token_that_ends_meanwhile_leads_to_the_sign_in_with_a_word(signed_in: Page) -> None:
    def spoiled(route) -> None:  # type: ignore[no-untyped-def]
        route.continue_(headers={**route.request.headers, "authorization": "Bearer ended"})

    signed_in.route("**/graphql", spoiled)
    signed_in.get_by_label("Status").select_option("Ready")
    expect(signed_in.get_by_role("alert")).to_contain_text("Your session has ended.")
    expect(signed_in.get_by_role("heading", name="Exports of your shop")).to_be_visible()


def test_a_session_that_ends_later_is_renewed_by_the_issuer_at_the_same_place(
    page: Page, service: LocalRun
) -> None:
    page.clock.install()
    page.goto(service.url)
    page.get_by_role("button", name="Sign in with demo users").click()
    page.get_by_role("link", name="admin@example.com").click()
    expect(page.get_by_role("heading", name="Exports", level=1)).to_be_visible()
    page.clock.fast_forward(61_000)
    renewals: list[str] = []
    page.route("**/graphql", lambda route: refuse(route) if not renewals else route.continue_())
    page.on("request", lambda request: renewals.extend(RENEWAL.findall(request.url)))
    with page.expect_request(RENEWAL):
        page.get_by_label("Status").select_option("Ready")
    expect(page.get_by_role("heading", name="Exports", level=1)).to_be_visible()
    expect(page.get_by_label("Status")).to_have_value("SUCCESS")


def test_an_issuer_that_wants_an_answer_shows_the_sign_in_without_an_error(
    page: Page, service: LocalRun
) -> None:
    page.goto(service.url)
    issuer = f"{service.url}"
    page.evaluate(PENDING, {"issuer": issuer, "state": "s.default", "back": "", "prompt": "none"})
    page.goto(f"{service.url}/?error=consent_required&state=s.default")
    expect(page.get_by_role("button", name="Sign in with demo users")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_signing_out_forgets_who_it_was(signed_in: Page) -> None:
    signed_in.get_by_role("button", name="Sign out").click()
    expect(signed_in.get_by_role("heading", name="Exports of your shop")).to_be_visible()


def test_the_link_of_a_mail_shows_its_export_after_signing_in(
    page: Page, service: LocalRun
) -> None:
    export = service.ended(
        service.export("exportProducts", scope="ALL", exportInfo={"fields": ["NAME"]})
    )
    key = base64.b64decode(export["id"]).decode().partition(":")[2]
    page.goto(f"{service.url}/exports/{key}/file")
    page.get_by_role("button", name="Sign in with demo users").click()
    page.get_by_role("link", name="admin@example.com").click()
    page.get_by_text("Technical details").click()
    expect(page.get_by_text(export["sha256"])).to_be_visible()


def test_somebody_sees_only_what_they_may_export(page: Page, service: LocalRun) -> None:
    page.goto(f"{service.url}/#token={service.token('staff_giftcards')}")
    page.get_by_role("navigation").get_by_role("link", name="New export").click()
    expect(page.get_by_role("heading", name="New export: Gift cards")).to_be_visible()
    expect(page.get_by_role("radio", name="Products", exact=True)).to_have_count(0)
