"""The issuers that the API knows: those of the settings, and those in the table."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Final, TypeVar, cast

from chalicelib.domain.issuer import ANY_SHOP, Issuer
from chalicelib.domain.ports import IssuerStore

# An issuer that was removed is trusted for this long by containers that know it.
CACHE_SECONDS: Final = 60
# Tokens of strangers name any issuer. The bound keeps them from filling the memory.
MAX_CACHED: Final = 1_000
MAX_NAME_CHARACTERS: Final = 500
Found = TypeVar("Found")


class Issuers:
    """The accepted issuers. Those of the table are read when needed and cached for a minute."""

    def __init__(self, configured: tuple[Issuer, ...], store: IssuerStore | None = None) -> None:
        self._configured = {issuer.issuer: issuer for issuer in configured}
        self._store = store
        self._cache: OrderedDict[str, tuple[float, Any]] = OrderedDict()

    def find(self, name: str) -> Issuer | None:
        """Return the issuer with this name, or None; Unavailable if the table does not answer."""
        store = self._store
        if name in self._configured or store is None:
            return self._configured.get(name)
        # DynamoDB refuses such keys, and a refusal would look like an outage.
        if not 0 < len(name) <= MAX_NAME_CHARACTERS:
            return None
        return self._cached(f"issuer {name}", lambda: store.find(name))

    def find_all(self, shop: str) -> tuple[Issuer, ...]:
        """Return the issuers that speak for a shop, those of the settings first."""
        reaches = (shop, ANY_SHOP)
        configured = [it for it in self._configured.values() if it.reach in reaches]
        return (*configured, *self._stored(reaches))

    def _stored(self, reaches: tuple[str, ...]) -> tuple[Issuer, ...]:
        store = self._store
        if store is None:
            return ()
        found = self._cached(
            f"shop {reaches[0]}", lambda: [it for reach in reaches for it in store.find_all(reach)]
        )
        return tuple(it for it in found if it.issuer not in self._configured)

    def _cached(self, key: str, read: Callable[[], Found]) -> Found:
        read_at, found = self._cache.get(key, (-math.inf, None))
        if time.monotonic() - read_at >= CACHE_SECONDS:
            found = read()
            self._cache[key] = (time.monotonic(), found)
            self._cache.move_to_end(key)
        if len(self._cache) > MAX_CACHED:
            self._cache.popitem(last=False)
        return cast("Found", found)
