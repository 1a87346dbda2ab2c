"""Identify the requestor.

A user by a token that an issuer or a connected shop signed, an app by its own token.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Final

import jwt

from chalicelib.api.apps_of_shops import AppsOfShops
from chalicelib.api.claims import check_client, check_kind, requestor_of
from chalicelib.api.issuers import Issuers
from chalicelib.api.key_set import KeySet
from chalicelib.api.shop_tokens import ShopStaff
from chalicelib.api.signed_token import UNREADABLE, key_id_of, unverified_claims, verified_claims
from chalicelib.domain.issuer import Issuer
from chalicelib.domain.ports import AppStore
from chalicelib.domain.requestor import ANONYMOUS, Requestor

log: Final = logging.getLogger("waybill")

# Saleor's prefixes. Clients from before its version 3 still send JWT.
_SCHEMES: Final = ("bearer", "jwt")


class Authenticator:
    """The issuers, apps and connected shops whose tokens this deployment accepts."""

    def __init__(
        self,
        issuers: Issuers,
        apps: AppStore,
        staff: ShopStaff | None = None,
        apps_of_shops: AppsOfShops | None = None,
    ) -> None:
        self._issuers = issuers
        self._apps = apps
        self._staff = staff
        self._apps_of_shops = apps_of_shops
        self._key_sets: dict[str, KeySet] = {}

    def identify(self, headers: Mapping[str, str], address: str = "") -> Requestor:
        """Return the requestor of these headers (names in lower case).

        `address` is the shop that the URL names, "" if it names none: people and apps of other
        shops are strangers there. Without a valid token the requestor is ANONYMOUS, as in Saleor.
        Unavailable if the issuer's keys cannot be read, or the shop cannot be asked.
        """
        token = bearer_token(headers)
        found = self._identify(token, address) if token else ANONYMOUS
        return found if not address or found.shop == address else ANONYMOUS

    def _identify(self, token: str, address: str) -> Requestor:
        if token.count(".") == 2:
            return self._user(token)
        known = self._apps.find_requestor(token)
        if known is None and self._apps_of_shops is not None:
            known = self._apps_of_shops.find(token, address)
        return known or ANONYMOUS

    def _user(self, token: str) -> Requestor:
        try:
            claims = unverified_claims(token)
            shop = self._staff.find_shop(claims) if self._staff else None
            if self._staff and shop:
                return self._staff.identify(token, shop)
            return self._user_of_issuer(token, self._find_issuer(str(claims["iss"])))
        except UNREADABLE as error:
            log.info("token not accepted", extra={"reason": type(error).__name__})
            return ANONYMOUS

    def _user_of_issuer(self, token: str, issuer: Issuer) -> Requestor:
        key = self._keys_of(issuer).find(key_id_of(token))
        claims = verified_claims(token, key, issuer=issuer.issuer, audience=issuer.audience)
        check_kind(jwt.get_unverified_header(token), claims, issuer)
        check_client(claims, issuer)
        return requestor_of(claims, issuer)

    def _find_issuer(self, name: str) -> Issuer:
        issuer = self._issuers.find(name)
        if issuer is None:
            raise LookupError(name)
        return issuer

    def _keys_of(self, issuer: Issuer) -> KeySet:
        return self._key_sets.setdefault(issuer.jwks_url, KeySet(issuer.jwks_url))


def bearer_token(headers: Mapping[str, str]) -> str:
    """Return the token of either authorization header, "" without one.

    `Authorization-Bearer: …` wins over `Authorization: Bearer …`.
    """
    # A proxy in front of the service often fills Authorization for itself.
    own = headers.get("authorization-bearer", "").strip()
    scheme, _, token = headers.get("authorization", "").strip().partition(" ")
    return own or (token.strip() if scheme.lower() in _SCHEMES else "")
