from __future__ import annotations

import gzip
import json
import re
from html import unescape
from typing import Any

import pytest

from chalicelib.api.issuers import Issuers
from chalicelib.api.pages import Pages
from chalicelib.domain.issuer import Issuer
from chalicelib.settings import Settings
from tests.fakes import FakeIssuerStore

ISSUER = Issuer(
    issuer="https://login.example", jwks_url="https://login.example/keys", client_id="page"
)
MAX_COMPRESSED_BYTES = 100_000


def assets(pages: Pages) -> list[tuple[str, str]]:
    return re.findall(r"page/([0-9a-f]+)/([\w.-]+)", pages.index().body)


def test_every_asset_of_the_index_is_served_and_kept_for_ever() -> None:
    pages = Pages(Settings())
    assert assets(pages)
    for version, name in assets(pages):
        answer = pages.asset(version, name)
        assert answer.status == 200
        assert "immutable" in answer.headers["Cache-Control"]


def test_another_version_is_not_kept_and_not_answered() -> None:
    answer = Pages(Settings()).asset("0000", "app.js")
    assert (answer.status, answer.headers["Cache-Control"]) == (404, "no-store")


def test_the_index_is_never_kept_and_allows_no_inline_code() -> None:
    headers = Pages(Settings(issuers=(ISSUER,))).index().headers
    policy = headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-cache"
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "connect-src 'self' https://login.example;" in policy
    assert "frame-ancestors 'none'" in policy


def test_downloads_may_open_in_a_frame_of_the_file_store_only() -> None:
    def frames(settings: Settings) -> str:
        policy = Pages(settings).index().headers["Content-Security-Policy"]
        return policy.partition("frame-src ")[2].partition(";")[0]

    assert frames(Settings()) == "https://*.amazonaws.com https://*.amazonaws.com.cn"
    local = Settings.from_environment({"AWS_ENDPOINT_URL": "http://127.0.0.1:4566"})
    assert frames(local) == "http://127.0.0.1:4566"


def test_origins_that_may_embed_the_page_are_named() -> None:
    settings = Settings.from_environment(
        {"EMBED_ORIGINS": "https://one.example, https://Two.example/"}
    )
    policy = Pages(settings).index().headers["Content-Security-Policy"]
    assert "frame-ancestors https://one.example https://two.example;" in policy


def test_the_page_learns_whom_to_sign_in_with_and_nothing_of_issuers_without_a_client() -> None:
    other = Issuer(issuer="https://other.example", jwks_url="https://other.example/keys")
    body = Pages(Settings(issuers=(ISSUER, other))).index().body
    found = re.search(r'name="waybill" content="([^"]+)"', body)
    assert found
    assert [one["issuer"] for one in json.loads(unescape(found[1]))["issuers"]] == [
        "https://login.example"
    ]


def config_of(pages: Pages, query: dict[str, str] | None = None) -> dict[str, Any]:
    found = re.search(r'name="waybill" content="([^"]+)"', pages.index("/", query or {}).body)
    assert found
    config: dict[str, Any] = json.loads(unescape(found[1]))
    return config


NORTH = Issuer(issuer="https://north.example", jwks_url="https://k", client_id="p", shop="north")


@pytest.mark.parametrize("query", [{"shop": "north"}, {"state": "random.north", "code": "x"}])
def test_the_page_of_a_shop_has_its_issuers_and_no_other_shops(query: dict[str, str]) -> None:
    pages = Pages(Settings(issuers=(ISSUER,)), Issuers((ISSUER,), FakeIssuerStore(NORTH)))
    config = config_of(pages, query)
    assert config["shop"] == "north"
    assert [issuer["issuer"] for issuer in config["issuers"]] == ["https://north.example"]
    policy = pages.index("/", query).headers["Content-Security-Policy"]
    assert "connect-src 'self' https://north.example;" in policy
    assert "login.example" not in pages.index("/", query).body


@pytest.mark.parametrize("query", [{}, {"shop": "no/rth"}, {"shop": "a#b"}, {"shop": "x" * 101}])
def test_without_the_name_of_a_shop_the_page_is_the_default_shops(query: dict[str, str]) -> None:
    assert config_of(Pages(Settings(issuers=(NORTH, ISSUER))), query)["shop"] == "default"


def test_a_token_in_the_address_signs_in_only_where_the_settings_say_so() -> None:
    assert config_of(Pages(Settings()))["tokenInAddress"] is False
    assert config_of(Pages(Settings(token_in_address=True)))["tokenInAddress"] is True


def test_the_page_knows_every_format_of_the_service() -> None:
    assert config_of(Pages(Settings()))["fileTypes"] == ["CSV", "XLSX", "JSONL", "PARQUET"]


def test_the_whole_page_is_small_as_the_gateway_sends_it() -> None:
    pages = Pages(Settings())
    texts = [pages.index().body, *pages._assets.values()]
    assert sum(len(gzip.compress(text.encode())) for text in texts) < MAX_COMPRESSED_BYTES


def test_a_stage_without_its_last_slash_is_sent_on_with_its_query() -> None:
    answer = Pages(Settings()).index("/prod", {"productIds": "a,b"})
    assert (answer.status, answer.headers["Location"]) == (302, "/prod/?productIds=a%2Cb")
    assert Pages(Settings()).index("/prod").headers["Location"] == "/prod/"
    assert Pages(Settings()).index("/prod/").status == 200
