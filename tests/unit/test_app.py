from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from chalice.test import Client

import app
from chalicelib import bootstrap
from chalicelib.logs import LOGGER
from local.demo_shop.dashboard import address_of

CONFIG = Path(__file__).parents[2] / ".chalice/config.json"
ORIGIN = "https://dashboard.shop.example"
PAGES_OF_EXPORTS = [
    "/saleor/exports",
    "/saleor/exports/saleor/exports",
    "/saleor/exports/api/saleor/exports",
]


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """A client of an app that reads its settings anew and leaves the logger as it was."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("ALLOWED_ORIGINS", ORIGIN)
    for name, value in {"handlers": [], "propagate": True}.items():
        monkeypatch.setattr(logging.getLogger(LOGGER), name, value)
    cached = (bootstrap.settings, bootstrap.api, bootstrap.sync, bootstrap.saleor)
    for one in cached:
        one.cache_clear()
    yield Client(app.app)
    for one in cached:
        one.cache_clear()


def test_a_request_gives_a_silent_shop_up_before_the_gateway_ends_it(client: Client) -> None:
    config = json.loads(CONFIG.read_text())
    records = bootstrap.api().service.codes.records  # type: ignore[attr-defined]
    assert 3 * records.api.seconds < config["stages"]["prod"]["lambda_timeout"]


@pytest.mark.parametrize(
    "path",
    [
        f"{shop}{route}"
        for shop in ("", "/shops/a.b")
        for route in ("/graphql", "/exports/some", "/exports/some/file")
    ],
)
def test_every_route_of_the_api_answers_a_preflight_request(client: Client, path: str) -> None:
    asked = {"Origin": ORIGIN, "Access-Control-Request-Headers": "authorization"}
    answer = client.http.request("OPTIONS", path, headers=asked)
    assert (answer.status_code, answer.body) == (204, b"")
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert answer.headers["Access-Control-Allow-Headers"] == "authorization"


@pytest.mark.parametrize("shop", ["", "/shops/a.b"])
@pytest.mark.parametrize("route", ["", "/file"])
def test_an_id_may_be_percent_encoded(client: Client, shop: str, route: str) -> None:
    """API Gateway does not decode it, and the page and the command line encode its `=`."""
    path = f"{shop}/exports/RXhwb3J0RmlsZTox%3D{route}"
    answer = client.http.get(path, headers={"Accept": "text/html"})
    assert answer.headers["Location"].endswith("/#exports/RXhwb3J0RmlsZTox%3D")


def test_answers_have_cors_headers(client: Client) -> None:
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


def test_refusals_have_cors_headers_too(client: Client) -> None:
    given = {"Origin": ORIGIN, "Content-Type": "text/csv"}
    answer = client.http.post("/graphql", headers=given, body=b"a,b")
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (400, ORIGIN)
    assert answer.json_body["message"] == answer.json_body["errors"][0]["message"]


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/graphql", b"{__typename}"),
        ("application/x-www-form-urlencoded", b"query=%7B__typename%7D"),
        ("application/json; charset=utf-8", b'{"query":"{__typename}"}'),
        ("text/plain;charset=UTF-8", b'{"query":"{__typename}"}'),
    ],
)
def test_every_content_type_of_saleor_reaches_the_api(
    client: Client, content_type: str, body: bytes
) -> None:
    answer = client.http.post("/graphql", headers={"Content-Type": content_type}, body=body)
    assert answer.json_body == {"data": {"__typename": "Query"}}


def test_a_persisted_query_by_get_is_answered_like_one_by_post(client: Client) -> None:
    extensions = "%7B%22persistedQuery%22%3A%7B%22version%22%3A1%7D%7D"
    answer = client.http.get(f"/graphql?operationName=Q&extensions={extensions}")
    assert answer.json_body["errors"][0]["message"] == "PersistedQueryNotSupported"


def test_a_query_by_get_is_answered(client: Client) -> None:
    answer = client.http.get("/graphql?query=%7B__typename%7D&variables=%7B%7D&extensions=%7B%7D")
    assert answer.json_body == {"data": {"__typename": "Query"}}


def test_a_load_balancer_may_ask_for_the_head_of_health_alone(client: Client) -> None:
    answer = client.http.request("HEAD", "/health")
    assert (answer.status_code, answer.body) == (200, b"")


def test_a_client_that_names_no_type_gets_the_logo_whole(client: Client) -> None:
    answer = client.http.get("/saleor/logo.png")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/png")
    assert (answer.body[:4], answer.body[-8:-4]) == (b"\x89PNG", b"IEND")


def test_the_manifest_is_at_one_address_that_staff_paste(client: Client) -> None:
    assert client.http.get("/saleor/manifest").json_body["id"] == "waybill.export"


@pytest.mark.parametrize("path", ["/saleor/popup/gift-cards", *PAGES_OF_EXPORTS])
def test_dashboards_get_the_page_at_the_addresses_of_the_app(client: Client, path: str) -> None:
    assert "frame-ancestors https:" in client.http.get(path).headers["Content-Security-Policy"]


def test_dashboards_open_every_extension_of_the_manifest(client: Client) -> None:
    manifest = client.http.get("/saleor/manifest").json_body
    opened = [address_of(one, manifest["appUrl"]) for one in manifest["extensions"]]
    paths = ["/saleor/" + address.partition("/saleor/")[2] for address in opened]
    assert [client.http.get(path).status_code for path in paths] == [200] * 4


@pytest.mark.parametrize("path", ["/saleor/register", "/saleor/other", "/saleor/popup/other"])
def test_an_address_of_the_app_that_does_not_exist_is_not_found(client: Client, path: str) -> None:
    assert client.http.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/exports/some", "/exports/some/file"])
def test_a_person_who_is_not_signed_in_is_led_to_the_page_from_the_address_of_a_shop(
    client: Client, path: str
) -> None:
    answer = client.http.get(f"/shops/a.b{path}", headers={"Accept": "text/html"})
    assert answer.headers["Location"] == "../../../../#exports/some"
