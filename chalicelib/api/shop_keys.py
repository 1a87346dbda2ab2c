"""The keys with which connected shops sign: their webhooks, and the tokens of their staff."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from chalicelib.api.key_set import KeySet
from chalicelib.domain.shop import Shop
from chalicelib.errors import AddressRefused, Unavailable

KEYS_PATH: Final = "/.well-known/jwks.json"
# Anybody can send a token with a made-up key id: it costs a shop one request a minute.
SECONDS_BETWEEN_FETCHES: Final = 60


class ShopKeys:
    """Key sets by shop. `read` returns the document behind a URL, see `ShopApi.read_keys`."""

    def __init__(self, read: Callable[[str], bytes]) -> None:
        self._read = read
        self._key_sets: dict[str, KeySet] = {}

    def of(self, shop: Shop) -> KeySet:
        """Return the shop's keys, from the address that was checked when the shop registered."""
        parts = urlsplit(shop.api_url)
        url = f"{parts.scheme}://{parts.netloc}{KEYS_PATH}"
        if url not in self._key_sets:
            self._key_sets[url] = KeySet(
                url, seconds_between_fetches=SECONDS_BETWEEN_FETCHES, fetch=self._fetch
            )
        return self._key_sets[url]

    def _fetch(self, url: str) -> bytes:
        try:
            return self._read(url)
        except AddressRefused as error:
            raise Unavailable(f"{url}: {error}") from error
