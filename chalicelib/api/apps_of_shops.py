"""Identify other apps of a connected shop by their opaque tokens.

Only the shop knows whose token it is, so Waybill asks the shop. A token goes to one shop: the
one that the address names, or the only one that is connected. A second shop would learn a token
that is not its own.
"""

from __future__ import annotations

import hashlib
import re
from typing import Final, Protocol

from chalicelib.api.allowance import Allowance
from chalicelib.api.short_cache import ShortCache
from chalicelib.domain.requestor import App, Requestor, is_shop_name
from chalicelib.domain.shop import Shop
from chalicelib.domain.shop_api import AppFacts
from chalicelib.domain.shop_ports import ShopStore
from chalicelib.errors import ShopRefused, Unavailable, WaybillError

# Apps that were let in keep their way in while strangers use up the questions.
REMEMBERED_SECONDS: Final = 3_600
# Tokens of Waybill's own apps begin so (ops/apps.py). They are not for a shop to see.
OWN_PREFIX: Final = "waybill_"
# Saleor's have 30 letters and digits.
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{16,128}")


class AppQuestions(Protocol):
    """The part of `ShopApi` that says whose token it is."""

    def describe_app(self, api_url: str, token: str) -> AppFacts:
        """Return what the shop says of the app with this token; ShopRefused for no app."""


class AppsOfShops:
    """Other apps of the connected shops. A shop's answer, a refusal too, is kept for a minute."""

    def __init__(self, shops: ShopStore, api: AppQuestions) -> None:
        self._shops = shops
        self._api = api
        self._answers = ShortCache()
        self._only = ShortCache()
        self._let_in = ShortCache(REMEMBERED_SECONDS)
        self._questions: dict[str, Allowance] = {}

    def find(self, token: str, address: str) -> Requestor | None:
        """Return the app with this token, or None.

        Raise Unavailable if the shop does not answer, or was asked too often.
        """
        if token.startswith(OWN_PREFIX) or not _TOKEN.fullmatch(token):
            return None
        shop = self._shop_of(address)
        if shop is None or not shop.is_active:
            return None
        facts = self._answers.get(_key(shop, token), lambda: self._ask(shop, token))
        # Waybill's own token is refused: it may read more than any person.
        return None if facts is None or facts.id == shop.app_id else _requestor(facts, shop)

    def _shop_of(self, address: str) -> Shop | None:
        name = address or self._only.get("", self._find_only)
        return self._shops.find(name) if is_shop_name(name) else None

    def _find_only(self) -> str:
        """Return the name of the connected shop, "" if there is none or a second one."""
        connected = [shop.name for shop in self._shops.list_all() if shop.is_connected]
        return connected[0] if len(connected) == 1 else ""

    def _ask(self, shop: Shop, token: str) -> AppFacts | None:
        key = _key(shop, token)
        if key not in self._let_in:
            self._questions.setdefault(shop.name, Allowance()).spend()
        try:
            facts = self._api.describe_app(shop.api_url, token)
        except ShopRefused:
            return None
        except WaybillError as error:
            raise Unavailable(f"{shop.name} was asked about a token: {error}") from error
        self._let_in.put(key, facts.id)
        return facts


def _key(shop: Shop, token: str) -> str:
    # A hash, so that a dump of the memory holds no token.
    return hashlib.sha256(f"{shop.name} {shop.app_id} {token}".encode()).hexdigest()


def _requestor(facts: AppFacts, shop: Shop) -> Requestor:
    return Requestor(
        shop=shop.name,
        app=App(id=facts.id, name=facts.name, identifier=facts.identifier),
        permissions=facts.permissions & shop.permissions,
    )
