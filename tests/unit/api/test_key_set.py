from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chalicelib.api import key_set
from chalicelib.api.key_set import KEYS_LIVE_SECONDS, MAX_KEY_AGE_SECONDS, KeySet, check_key_url
from chalicelib.errors import Unavailable
from tests.api_client import KeyServer, key_server, shared_key


@pytest.fixture
def server() -> Iterator[KeyServer]:
    with key_server(shared_key()) as server:
        yield server


class FakeClock:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


def serve(server: KeyServer, monkeypatch: pytest.MonkeyPatch, *entries: dict[str, Any]) -> None:
    """Let the server publish exactly these keys."""
    body = json.dumps({"keys": entries}).encode()
    monkeypatch.setattr(server, "key_set", lambda: body)


def entry_of(server: KeyServer) -> dict[str, Any]:
    entry: dict[str, Any] = json.loads(server.key_set())["keys"][0]
    return entry


def test_keys_are_fetched_once_and_again_when_a_new_one_appears(server: KeyServer) -> None:
    clock = FakeClock()
    keys = KeySet(server.url, clock)
    for _ in range(3):
        keys.find("one")
    assert server.asked == 1
    server.add_key("two")
    with pytest.raises(KeyError):  # not so soon: forged key ids must not flood the issuer
        keys.find("two")
    clock.seconds += 30
    assert keys.find("two") is not keys.find("one")
    assert server.asked == 2


def test_a_withdrawn_key_works_for_an_hour(server: KeyServer) -> None:
    clock = FakeClock()
    keys = KeySet(server.url, clock)
    keys.find("one")
    del server.keys["one"]
    clock.seconds += KEYS_LIVE_SECONDS - 1
    keys.find("one")
    clock.seconds += 1
    with pytest.raises(KeyError):
        keys.find("one")


def test_known_keys_work_while_the_issuer_is_silent_but_not_forever(
    server: KeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = FakeClock()
    keys = KeySet(server.url, clock)
    keys.find("one")
    monkeypatch.setattr(server, "key_set", lambda: b"<html>down for maintenance</html>")
    clock.seconds += MAX_KEY_AGE_SECONDS - 1
    keys.find("one")
    with pytest.raises(Unavailable):  # the issuer might have this key by now
        keys.find("two")
    clock.seconds += 31
    with pytest.raises(Unavailable):
        keys.find("one")


def test_a_silent_issuer_is_asked_again_after_a_pause(server: KeyServer) -> None:
    clock = FakeClock()
    keys = KeySet(server.url, clock)
    server.redirects_to = "http://127.0.0.1:1/"
    for _ in range(3):
        with pytest.raises(Unavailable):
            keys.find("one")
    assert server.asked == 1
    server.redirects_to = ""
    clock.seconds += 30
    keys.find("one")


def test_a_key_set_must_be_complete_within_one_deadline(
    server: KeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_set, "FETCH_SECONDS", 0.05)
    server.may_finish.clear()
    with pytest.raises(Unavailable):
        KeySet(server.url).find("one")
    server.may_finish.set()


def test_a_token_without_a_key_id_is_verified_with_the_only_key(server: KeyServer) -> None:
    assert KeySet(server.url).find("") is not None
    server.add_key("two")
    with pytest.raises(KeyError):
        KeySet(server.url).find("")


def test_a_key_without_an_id_verifies_any_token_if_it_is_the_only_one(server: KeyServer) -> None:
    server.key_ids_shown = False
    assert KeySet(server.url).find("one") is not None
    server.add_key("two")
    with pytest.raises(KeyError):
        KeySet(server.url).find("one")


def test_a_key_of_the_token_s_id_comes_before_one_without_an_id(
    server: KeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = entry_of(server)
    serve(server, monkeypatch, {**entry, "kid": None}, entry)
    assert KeySet(server.url).find("one") is not None


def test_keys_for_other_purposes_do_not_count(
    server: KeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = entry_of(server)
    others = [
        {**entry, "kid": "encryption", "use": "enc"},
        {**entry, "kid": "other", "alg": "RS512"},
        {**entry, "kid": "small", "n": "AQAB"},
        {"kty": "EC", "kid": "curve"},
        {"kty": "RSA", "kid": "empty"},
    ]
    serve(server, monkeypatch, *others, entry)
    assert KeySet(server.url).find("") is not None


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b'{"keys":5}', b'{"keys":[5]}', b"[" * 100_000, b"\xff", b"{}"],
)
def test_an_answer_that_is_not_a_key_set_is_as_good_as_none(
    server: KeyServer, monkeypatch: pytest.MonkeyPatch, body: bytes
) -> None:
    monkeypatch.setattr(server, "key_set", lambda: body)
    with pytest.raises(Unavailable):
        KeySet(server.url).find("one")


def test_a_key_set_without_a_usable_key_fits_no_token(
    server: KeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(server, monkeypatch, {"kty": "RSA"})
    with pytest.raises(KeyError):
        KeySet(server.url).find("one")


def test_a_key_set_is_read_up_to_its_maximum_size(
    server: KeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = server.key_set()
    monkeypatch.setattr(server, "key_set", lambda: b" " * key_set.MAX_KEY_SET_BYTES + body)
    with pytest.raises(Unavailable):
        KeySet(server.url).find("one")


@pytest.mark.parametrize(
    "url", ["http://example.com/keys", "ftp://127.0.0.1/keys", "file:///etc/passwd", ""]
)
def test_keys_are_fetched_over_https_only(url: str) -> None:
    with pytest.raises(ValueError, match="https"):
        check_key_url(url)


def test_keys_are_not_read_from_files(server: KeyServer, tmp_path: Path) -> None:
    (tmp_path / "keys").write_bytes(server.key_set())
    with pytest.raises(Unavailable):
        KeySet((tmp_path / "keys").as_uri()).find("one")


def test_a_redirect_of_the_key_server_is_not_followed(server: KeyServer) -> None:
    with key_server() as inside:
        server.redirects_to = inside.url
        with pytest.raises(Unavailable):
            KeySet(server.url).find("one")
        assert (server.asked, inside.asked) == (1, 0)
