"""The routes that dashboards of any shop may frame."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any
from urllib.parse import urljoin

import pytest

from chalicelib.api.framed_pages import POPUPS
from chalicelib.api.http_answer import HttpAnswer
from chalicelib.api.pages import Pages
from chalicelib.domain.issuer import Issuer
from chalicelib.formats.registry import FileType
from chalicelib.settings import Settings
from tests.framed_pages import make_framed_pages

ISSUER = Issuer(
    issuer="https://login.example", jwks_url="https://login.example/keys", client_id="page"
)
OWN = Settings(issuers=(ISSUER,), embed_origins=("https://one.example",), token_in_address=True)


def ancestors_of(answer: HttpAnswer) -> str:
    policy = answer.headers["Content-Security-Policy"]
    return policy.partition("frame-ancestors ")[2].partition(";")[0]


def config_of(answer: HttpAnswer) -> dict[str, Any]:
    found = re.search(r'name="waybill" content="([^"]+)"', answer.body)
    assert found
    config: dict[str, Any] = json.loads(unescape(found[1]))
    return config


def test_any_dashboard_with_https_may_frame_the_routes_of_the_app() -> None:
    assert ancestors_of(make_framed_pages(OWN).popup("products")) == "https:"
    assert ancestors_of(make_framed_pages(OWN).exports()) == "https:"


def test_dashboards_on_the_same_machine_may_frame_them_in_a_local_run_only() -> None:
    local = ancestors_of(make_framed_pages(Settings(loopback_shops=True)).exports())
    assert local == "https: http://127.0.0.1:* http://localhost:*"


def test_all_other_routes_stay_with_the_origins_of_the_settings() -> None:
    assert ancestors_of(Pages(OWN).index()) == "https://one.example"


@pytest.mark.parametrize("name", POPUPS)
def test_a_popup_knows_its_export_type_and_no_way_to_sign_in(name: str) -> None:
    answer = make_framed_pages(OWN).popup(name)
    assert config_of(answer) == {
        "frame": POPUPS[name],
        "shop": "",
        "issuers": [],
        "embedOrigins": [],
        "fileTypes": list(FileType),
    }
    assert "login.example" not in answer.body + answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "route",
    [
        "/api/saleor/popup/products",
        "/api/saleor/exports",
        "/api/saleor/exports/saleor/exports",
        "/api/saleor/exports/api/saleor/exports",
    ],
)
def test_assets_are_found_below_the_stage_of_the_gateway(route: str) -> None:
    pages = make_framed_pages()
    page, _, name = route.removeprefix("/api").rpartition("/popup/")
    body = (pages.popup(name) if page else pages.exports(name)).body
    links = re.findall(r'(?:href|src)="([^"]+)"', body)
    assert len(links) > 2
    assert all(urljoin(route, link).startswith("/api/page/") for link in links)


def test_a_popup_that_the_manifest_does_not_name_does_not_exist() -> None:
    assert make_framed_pages().popup("orders").status == 404
