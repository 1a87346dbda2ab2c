"""The issuers that the API knows: those of the settings, and those in the table."""

from __future__ import annotations

from typing import Final

from chalicelib.api.short_cache import ShortCache
from chalicelib.domain.issuer import ANY_SHOP, Issuer
from chalicelib.domain.ports import IssuerStore

MAX_NAME_CHARACTERS: Final = 500


class Issuers:
    """The accepted issuers. Those of the table are read when needed and cached for a minute."""

    def __init__(self, configured: tuple[Issuer, ...], store: IssuerStore | None = None) -> None:
        self._configured = {issuer.issuer: issuer for issuer in configured}
        self._store = store
        # A container that knows an issuer trusts it for a minute after it was removed.
        self._cache = ShortCache()

    def find(self, name: str) -> Issuer | None:
        """Return the issuer with this name, or None; Unavailable if the table does not answer."""
        store = self._store
        if name in self._configured or store is None:
            return self._configured.get(name)
        # DynamoDB refuses such keys, and a refusal would look like an outage.
        if not 0 < len(name) <= MAX_NAME_CHARACTERS:
            return None
        return self._cache.get(f"issuer {name}", lambda: store.find(name))

    def find_all(self, shop: str) -> tuple[Issuer, ...]:
        """Return the issuers that speak for a shop, those of the settings first."""
        reaches = (shop, ANY_SHOP)
        configured = [it for it in self._configured.values() if it.reach in reaches]
        return (*configured, *self._stored(reaches))

    def _stored(self, reaches: tuple[str, ...]) -> tuple[Issuer, ...]:
        store = self._store
        if store is None:
            return ()
        found = self._cache.get(
            f"shop {reaches[0]}", lambda: [it for reach in reaches for it in store.find_all(reach)]
        )
        return tuple(it for it in found if it.issuer not in self._configured)
