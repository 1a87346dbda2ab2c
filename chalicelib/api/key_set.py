"""The public keys of an issuer.

They are fetched when needed and kept for an hour, or longer while the issuer does not answer.
"""

from __future__ import annotations

import http.client
import json
import logging
import math
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, Final, NamedTuple

from chalicelib.api import wall_clock
from chalicelib.api.rs256 import Rs256Key
from chalicelib.errors import Unavailable

log: Final = logging.getLogger("waybill")

KEYS_LIVE_SECONDS: Final = 3600
# A silent issuer must not lock everyone out, and a key that it has withdrawn must not work forever.
MAX_KEY_AGE_SECONDS: Final = 24 * 3600
# Every unknown key id could be a new one. Without a pause, forged ids would flood the issuer.
SECONDS_BETWEEN_FETCHES: Final = 30
FETCH_SECONDS: Final = 3
MAX_KEY_SET_BYTES: Final = 256_000
_NETWORK_ERRORS: Final = (OSError, http.client.HTTPException, ValueError)
_MALFORMED: Final = (ValueError, LookupError, TypeError, AttributeError, RecursionError)


class _Entry(NamedTuple):
    key_id: str
    key: Rs256Key


@dataclass(slots=True)
class KeySet:
    """The signing keys behind one URL. `fetch` returns the document there, or Unavailable."""

    url: str
    clock: Callable[[], float] = wall_clock.seconds
    seconds_between_fetches: float = SECONDS_BETWEEN_FETCHES
    fetch: Callable[[str], bytes] = field(default_factory=lambda: _get)
    _entries: tuple[_Entry, ...] = ()
    _fetched_at: float = -math.inf
    _asked_at: float = -math.inf
    _is_silent: bool = False

    def find(self, key_id: str) -> Rs256Key:
        """Return the one key that fits, "" being a token without a key id.

        KeyError if none fits, or several; Unavailable if the issuer does not answer and might have
        the key.
        """
        age = self.clock() - self._fetched_at
        if age >= KEYS_LIVE_SECONDS or len(self._fitting(key_id)) != 1:
            self._refresh()
        fitting = self._fitting(key_id)
        if len(fitting) == 1:
            return fitting[0].key
        if self._is_silent:
            raise Unavailable(f"The issuer's keys at {self.url} cannot be read.")
        raise KeyError(key_id)

    def _fitting(self, key_id: str) -> list[_Entry]:
        exact = [entry for entry in self._entries if key_id and entry.key_id == key_id]
        # Some issuers publish one key without an id, others sign without naming theirs.
        return exact or [entry for entry in self._entries if not (key_id and entry.key_id)]

    def _refresh(self) -> None:
        now = self.clock()
        if now - self._asked_at >= self.seconds_between_fetches:
            self._asked_at = now
            self._fetch(now)
        if now - self._fetched_at >= MAX_KEY_AGE_SECONDS:
            self._entries = ()

    def _fetch(self, now: float) -> None:
        try:
            self._entries = _read_keys(self.fetch(self.url))
        except Unavailable as error:
            log.warning("keys of an issuer not fetched", extra={"reason": str(error)})
            self._is_silent = True
        else:
            self._fetched_at, self._is_silent = now, False


def check_key_url(url: str) -> None:
    """Raise ValueError unless the URL is https, or http on loopback as in a local run."""
    parts = urllib.parse.urlsplit(url)
    local = parts.hostname in ("127.0.0.1", "localhost", "::1")
    if parts.scheme != "https" and not (parts.scheme == "http" and local):
        raise ValueError("keys are fetched over https only")


def _get(url: str) -> bytes:
    """Return the body of an answer; Unavailable unless it is complete within FETCH_SECONDS."""
    results: SimpleQueue[bytes | Exception] = SimpleQueue()
    # The timeout of a socket starts again with every byte and leaves out the look-up of the name.
    Thread(target=_put_answer, args=(url, results), daemon=True).start()
    try:
        result = results.get(timeout=FETCH_SECONDS)
    except Empty:
        result = TimeoutError(f"no answer within {FETCH_SECONDS} seconds")
    if isinstance(result, Exception):
        raise Unavailable(f"{url}: {result}") from result
    return result


def _put_answer(url: str, results: SimpleQueue[bytes | Exception]) -> None:
    try:
        check_key_url(url)
        with _OPENER.open(url, timeout=FETCH_SECONDS) as answer:
            results.put(answer.read(MAX_KEY_SET_BYTES))
    except _NETWORK_ERRORS as error:
        results.put(error)


def _read_keys(body: bytes) -> tuple[_Entry, ...]:
    """Return the usable keys of a key set (RFC 7517); Unavailable if the body is not one."""
    try:
        listed = json.loads(body)["keys"]
        signing = [
            one for one in listed if one.get("kty") == "RSA" and one.get("use", "sig") == "sig"
        ]
        found = [(str(one.get("kid") or ""), _readable_key(one)) for one in signing]
    except _MALFORMED as error:
        raise Unavailable(f"not a key set: {type(error).__name__}") from error
    return tuple(_Entry(key_id, key) for key_id, key in found if key)


def _readable_key(entry: Mapping[str, Any]) -> Rs256Key | None:
    try:
        return Rs256Key(entry)
    except (KeyError, TypeError, ValueError) as error:
        # One unusable key must not lock out users whose tokens another key signed.
        log.warning("key of an issuer not used", extra={"reason": str(error)})
        return None


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    # The operator trusts the configured URL, not the places it may point to.
    def redirect_request(self, *arguments: Any) -> None:
        return None


_OPENER: Final = urllib.request.build_opener(_NoRedirects, urllib.request.ProxyHandler({}))
