"""The pages that a local run serves itself."""

from __future__ import annotations

import urllib.error
import urllib.request

import pytest

from local.mailbox import Mailbox
from local.proxy import Proxy
from local.sign_in_links import SignInLinks

ISSUER_URL = "http://127.0.0.1:8000"


def make_mail(seconds: float = 0.0, **given: object) -> dict[str, object]:
    mail = {"Subject": "Ready", "To": ["a@shop.example"], "BodyText": "", "Timestamp": seconds}
    return {**mail, **given}


def shown(*mails: dict[str, object]) -> str:
    answer = Mailbox(lambda: mails).answer("/mailbox", "", b"")
    assert answer is not None
    return answer[2].decode()


def test_the_mailbox_shows_a_mail_with_its_link_and_runs_nothing_in_it() -> None:
    text = "Download: http://127.0.0.1:1/exports/a/file\n<script>alert(1)</script>"
    page = shown(make_mail(Subject="A & B", BodyText=text))
    assert '<a href="http://127.0.0.1:1/exports/a/file">' in page
    assert "A &amp; B" in page
    assert "<script>" not in page


def test_the_newest_mail_is_first() -> None:
    page = shown(make_mail(1.0, Subject="older"), make_mail(2.0, Subject="newer"))
    assert page.index("newer") < page.index("older")


def test_an_empty_mailbox_says_so() -> None:
    assert "has not sent an email yet" in shown()


@pytest.mark.parametrize(
    ("path", "target"),
    [("/sign-in", "/#token=one"), ("/sign-in/staff", "/#token=two")],
)
def test_a_short_link_signs_in(path: str, target: str) -> None:
    answer = SignInLinks({"admin": "one", "staff": "two"}, ISSUER_URL).answer(path, "", b"")
    assert answer is not None
    assert dict(answer[1])["Location"] == target


def test_the_issuer_knows_who_came_by_a_short_link() -> None:
    answer = SignInLinks({"admin": "one", "staff": "two"}, ISSUER_URL).answer("/sign-in", "", b"")
    assert answer is not None
    assert dict(answer[1])["Set-Cookie"].startswith("waybill_user_8000=admin; Path=/authorize")


@pytest.mark.parametrize("path", ["/", "/sign-in/nobody", "/graphql"])
def test_other_paths_are_left_to_the_service(path: str) -> None:
    assert SignInLinks({"admin": "one"}, ISSUER_URL).answer(path, "", b"") is None


@pytest.mark.parametrize(
    ("host", "status"), [("127.0.0.1:8000", 302), ("127.0.0.1", 302), ("evil.example", 502)]
)
def test_tokens_are_given_to_browsers_that_know_whom_they_ask(host: str, status: int) -> None:
    class FakeRedirects(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *arguments: object) -> None:
            return None

    with Proxy(0) as proxy:
        proxy.gateway_url = "http://127.0.0.1:9"
        proxy.sites.append(SignInLinks({"admin": "one"}, ISSUER_URL))
        request = urllib.request.Request(f"{proxy.url}/sign-in", headers={"Host": host})
        with pytest.raises(urllib.error.HTTPError) as found:
            urllib.request.build_opener(FakeRedirects).open(request, timeout=30)
        found.value.close()
    assert found.value.code == status
