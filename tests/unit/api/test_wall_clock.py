"""What is kept grows old by the wall clock: Lambda may have frozen the other one."""

from __future__ import annotations

import json
import time

import jwt
import pytest

from chalicelib.api.key_set import KEYS_LIVE_SECONDS, KeySet
from chalicelib.api.short_cache import CACHE_SECONDS, ShortCache
from tests.api_client import shared_key


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds since 1970, which a test moves. The process was frozen for all of them."""
    at = [1_800_000_000.0]
    monkeypatch.setattr(time, "time", lambda: at[0])
    monkeypatch.setattr(time, "monotonic", lambda: 5.0)
    return at


def test_an_answer_of_an_hour_ago_is_read_again(now: list[float]) -> None:
    cache = ShortCache()
    cache.put("issuer", "removed since")
    now[0] += CACHE_SECONDS
    assert cache.get("issuer", lambda: "nobody") == "nobody"


def test_a_key_that_was_withdrawn_does_not_outlive_its_hour(now: list[float]) -> None:
    key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(shared_key().public_key()))
    published = [{**key, "kid": "one"}]
    keys = KeySet("https://a.example", fetch=lambda url: json.dumps({"keys": published}).encode())
    keys.find("one")
    published.clear()
    now[0] += KEYS_LIVE_SECONDS
    with pytest.raises(KeyError):
        keys.find("one")
