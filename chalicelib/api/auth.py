"""Identify the requestor: a user by an issuer's signed token, an app by its own token."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, Final

import jwt

from chalicelib.api.claims import check_client, check_kind, requestor_of
from chalicelib.api.issuers import Issuers
from chalicelib.api.key_set import KeySet
from chalicelib.api.rs256 import ALGORITHM
from chalicelib.domain.issuer import Issuer
from chalicelib.domain.ports import AppStore
from chalicelib.domain.requestor import ANONYMOUS, Requestor

log: Final = logging.getLogger("waybill")

LEEWAY_SECONDS: Final = 10
# Saleor's prefixes. Clients from before its version 3 still send JWT.
_SCHEMES: Final = ("bearer", "jwt")
# A token may hold anything, so reading it may fail in all of these ways.
_UNREADABLE: Final = (
    jwt.PyJWTError,
    LookupError,
    TypeError,
    AttributeError,
    ValueError,
    ArithmeticError,
    RecursionError,
)


class Authenticator:
    """The issuers and apps whose tokens this deployment accepts."""

    def __init__(self, issuers: Issuers, apps: AppStore) -> None:
        self._issuers = issuers
        self._apps = apps
        self._key_sets: dict[str, KeySet] = {}

    def identify(self, headers: Mapping[str, str]) -> Requestor:
        """Return the requestor of these headers (names in lower case).

        Without a valid token that is ANONYMOUS, as in Saleor. Unavailable if the issuer's keys
        cannot be read.
        """
        token = bearer_token(headers)
        if not token:
            return ANONYMOUS
        if token.count(".") == 2:
            return self._user(token)
        return self._apps.find_requestor(token) or ANONYMOUS

    def _user(self, token: str) -> Requestor:
        try:
            issuer = self._find_issuer(_unverified_issuer(token))
            header = jwt.get_unverified_header(token)
            key = self._keys_of(issuer).find(header.get("kid") or "")
            claims = _verified(token, key, issuer)
            check_kind(header, claims, issuer)
            check_client(claims, issuer)
            return requestor_of(claims, issuer)
        except _UNREADABLE as error:
            log.info("token not accepted", extra={"reason": type(error).__name__})
            return ANONYMOUS

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


def _verified(token: str, key: jwt.PyJWK, issuer: Issuer) -> dict[str, Any]:
    return jwt.decode(
        token,
        key,
        algorithms=[ALGORITHM],
        audience=issuer.audience,
        issuer=issuer.issuer,
        leeway=LEEWAY_SECONDS,
        options={
            "require": ["exp", "iss"],
            "verify_aud": issuer.audience is not None,
            # RFC 7519 wants texts here. Some issuers write numbers, and both are fine to read.
            "verify_sub": False,
            "verify_jti": False,
        },
    )


def _unverified_issuer(token: str) -> str:
    # The claim only chooses the keys; the token must then be signed with one of them.
    claims = jwt.decode(
        token, options={"verify_signature": False, "verify_exp": False, "verify_aud": False}
    )
    return str(claims["iss"])
