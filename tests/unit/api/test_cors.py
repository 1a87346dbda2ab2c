from __future__ import annotations

import pytest

from chalicelib.api.cors import cors_headers, preflight_headers

DASHBOARD = "https://dashboard.shop.example"


@pytest.mark.parametrize("allowed", ["*", DASHBOARD, "https://*.shop.example"])
def test_a_page_of_an_allowed_origin_may_read_the_answer_even_with_credentials(
    allowed: str,
) -> None:
    assert cors_headers({"origin": DASHBOARD}, ("https://other.example", allowed)) == {
        "Access-Control-Allow-Origin": DASHBOARD,
        "Access-Control-Allow-Credentials": "true",
        "Vary": "Origin",
    }


@pytest.mark.parametrize(
    "origin", ["https://shop.example.evil.example", "http://dashboard.shop.example", "null"]
)
def test_a_page_of_another_origin_may_not(origin: str) -> None:
    asked = {"origin": origin, "access-control-request-headers": "authorization"}
    assert cors_headers(asked, (DASHBOARD, "https://*.shop.example")) == {"Vary": "Origin"}
    assert preflight_headers(asked, (DASHBOARD, "https://*.shop.example")) == {"Vary": "Origin"}


def test_a_request_of_no_page_gets_no_such_headers() -> None:
    assert cors_headers({}, ("*",)) == preflight_headers({}, ("*",)) == {}


def test_a_browser_may_send_the_headers_that_it_asks_for() -> None:
    asked = {
        "origin": DASHBOARD,
        "access-control-request-headers": "authorization-bearer,content-type,sentry-trace",
    }
    found = preflight_headers(asked, ("*",))
    assert found["Access-Control-Allow-Headers"] == "authorization-bearer,content-type,sentry-trace"
    assert "POST" in found["Access-Control-Allow-Methods"]


def test_names_that_are_none_are_not_repeated() -> None:
    asked = {"origin": DASHBOARD, "access-control-request-headers": "x\r\nSet-Cookie: a=b"}
    assert "Idempotency-Key" in preflight_headers(asked, ("*",))["Access-Control-Allow-Headers"]
