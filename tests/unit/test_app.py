from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from chalice.test import Client

import app
from chalicelib import bootstrap
from chalicelib.logs import LOGGER

ORIGIN = "https://dashboard.shop.example"


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """A client of an app that reads its settings anew and leaves the logger as it was."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("ALLOWED_ORIGINS", ORIGIN)
    for name, value in {"handlers": [], "propagate": True}.items():
        monkeypatch.setattr(logging.getLogger(LOGGER), name, value)
    bootstrap.settings.cache_clear()
    bootstrap.api.cache_clear()
    yield Client(app.app)
    bootstrap.settings.cache_clear()
    bootstrap.api.cache_clear()


@pytest.mark.parametrize("path", ["/graphql", "/exports/some", "/exports/some/file"])
def test_a_browser_that_asks_before_it_sends_is_answered_by_every_route_of_the_api(
    client: Client, path: str
) -> None:
    asked = {"Origin": ORIGIN, "Access-Control-Request-Headers": "authorization"}
    answer = client.http.request("OPTIONS", path, headers=asked)
    assert (answer.status_code, answer.body) == (204, b"")
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert answer.headers["Access-Control-Allow-Headers"] == "authorization"


def test_answers_say_who_may_read_them(client: Client) -> None:
    assert (
        client.http.get("/health", headers={"Origin": ORIGIN}).headers[
            "Access-Control-Allow-Origin"
        ]
        == ORIGIN
    )
    assert (
        "Access-Control-Allow-Origin"
        not in client.http.get("/health", headers={"Origin": "https://a.b"}).headers
    )


def test_refusals_may_be_read_too(client: Client) -> None:
    given = {"Origin": ORIGIN, "Content-Type": "text/csv"}
    answer = client.http.post("/graphql", headers=given, body=b"{}")
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (415, ORIGIN)
