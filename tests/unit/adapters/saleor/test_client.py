"""A shop's answer counts only when the shop answered as to our app."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

import pytest

from chalicelib.adapters.outside_http import Answer
from chalicelib.adapters.saleor.client import SaleorApi
from chalicelib.errors import (
    PageBroken,
    ShopRefused,
    ShopUnavailable,
    Throttled,
    Unavailable,
)

OURS = {"id": "QXBwOjE="}


@dataclass
class FakeHttp:
    """Answers every request the same, or fails."""

    answer: Answer | Unavailable
    sent: list[dict[str, Any]] = field(default_factory=list)

    def send(self, method: str, url: str, **given: Any) -> Answer:
        self.sent.append({"method": method, "url": url, **given})
        if isinstance(self.answer, Unavailable):
            raise self.answer
        return self.answer


def ask(status: int, body: Any, **headers: str) -> Any:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    api = SaleorApi(FakeHttp(Answer(status, headers, raw)))  # type: ignore[arg-type]
    return api.ask("https://shop.example/graphql/", "token", "{ app { id } }", app_id=OURS["id"])


def test_the_data_of_our_app_is_returned() -> None:
    assert ask(200, {"data": {"app": OURS, "page": 1}}) == {"app": OURS, "page": 1}


@pytest.mark.parametrize("app", [None, {}, {"id": "QXBwOjI="}, ["id"], "id"])
def test_an_answer_as_to_somebody_else_is_refused(app: Any) -> None:
    """An invalid token gets HTTP 200 and the products that a shopper sees."""
    with pytest.raises(ShopRefused, match=r"^The shop does not know the app's token any more\.$"):
        ask(200, {"data": {"app": app, "page": {"edges": []}}})


def test_an_error_beside_data_makes_the_page_broken() -> None:
    with pytest.raises(PageBroken, match=r"^Enum!$"):
        ask(200, {"data": {"app": OURS, "page": None}, "errors": [{"message": "Enum!"}]})


def test_a_missing_permission_is_a_refusal() -> None:
    error = {"message": "No.", "extensions": {"exception": {"code": "PermissionDenied"}}}
    with pytest.raises(ShopRefused, match=r"^The shop refuses the app what it asks for\.$"):
        ask(200, {"data": None, "errors": [error]})


@pytest.mark.parametrize("status", [401, 403])
def test_a_token_that_the_shop_does_not_accept_is_a_refusal(status: int) -> None:
    with pytest.raises(ShopRefused, match=r"^The shop does not accept the app's token\.$"):
        ask(status, b"")


@pytest.mark.parametrize(("header", "seconds"), [("7", 7), ("", 5), ("soon", 5), ("9999", 120)])
def test_a_throttled_shop_says_when_to_come_again(header: str, seconds: float) -> None:
    with pytest.raises(Throttled) as caught:
        ask(429, b"", **{"retry-after": header})
    assert caught.value.retry_after_seconds == seconds


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (200, b"<html>", "The shop's answer is not JSON."),
        (200, b"[]", "The shop's answer is not a GraphQL answer."),
        (200, b"{}", "The shop's answer has no data."),
        (200, b'{"data": null}', "The shop's answer has no data."),
        (302, b"", "The shop answered with status 302."),
        (500, b"{}", "The shop answered with status 500."),
        (503, b"", "The shop answered with status 503."),
        (200, b"[" * 100_000, "The shop's answer is not JSON."),
    ],
)
def test_anything_else_is_no_answer(status: int, body: bytes, reason: str) -> None:
    with pytest.raises(ShopUnavailable, match=f"^{re.escape(reason)}$"):
        ask(status, body)


def test_a_host_that_is_down_is_a_shop_that_could_not_be_read() -> None:
    silent = SaleorApi(FakeHttp(Unavailable("shop.internal:8000 did not answer.")))  # type: ignore[arg-type]
    with pytest.raises(ShopUnavailable) as raised:
        silent.ask("https://shop.example/graphql/", "token", "{ app { id } }", app_id=OURS["id"])
    assert raised.value.cause == "the shop could not be read"


@pytest.mark.parametrize(
    "errors", ["no", [None], {"a": 1}, [{"extensions": None}], [{"extensions": "no"}]]
)
def test_errors_of_any_shape_end_in_an_error_of_ours(errors: Any) -> None:
    with pytest.raises(PageBroken, match=r"^The shop answered with an error\.$"):
        ask(200, {"data": {"app": OURS}, "errors": errors})


def test_a_shop_has_the_time_that_the_caller_of_its_api_has() -> None:
    http = FakeHttp(Answer(200, {}, json.dumps({"data": {"app": OURS}}).encode()))
    api = SaleorApi(http, seconds=8)  # type: ignore[arg-type]
    api.ask("https://shop.example/graphql/", "token", "{ app { id } }", app_id=OURS["id"])
    api.ask_anyone("https://shop.example/graphql/", "token", "{ app { id } }", seconds=2)
    assert [one["seconds"] for one in http.sent] == [8, 2]
