"""Who asks: users by a signed token of a configured issuer, apps by an opaque token. Anything else is nobody."""

from __future__ import annotations

import http.client
import json
import logging
import time
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import jwt

from chalicelib.api.rs256 import ALGORITHM, Rs256Key
from chalicelib.domain.ports import AppStore
from chalicelib.domain.requestor import ANONYMOUS, Requestor, User, is_shop_name
from chalicelib.settings import Issuer

log: Final = logging.getLogger("waybill")

LEEWAY_SECONDS: Final = 10
KEYS_LIVE_SECONDS: Final = 3600
# An unknown key id may be a fresh one: but asking again and again would be an attack on the issuer.
SECONDS_BETWEEN_FETCHES: Final = 30
FETCH_SECONDS: Final = 3
MAX_KEY_SET_BYTES: Final = 256_000
_DEFAULT_CLAIMS: Final = {
    name: name
    for name in ("user_id", "email", "first_name", "last_name", "is_staff", "permissions")
}
# What tokens and key sets of any content, and servers of any manners, end in.
_UNREADABLE: Final = (
    jwt.PyJWTError,
    http.client.HTTPException,
    OSError,
    LookupError,
    TypeError,
    AttributeError,
    ValueError,
    ArithmeticError,
    RecursionError,
)


class Authenticator:
    """Tells from a request's headers who asks."""

    def __init__(self, issuers: tuple[Issuer, ...], apps: AppStore) -> None:
        self._issuers = {issuer.issuer: (issuer, KeySet(issuer.jwks_url)) for issuer in issuers}
        self._apps = apps

    def identify(self, headers: Mapping[str, str]) -> Requestor:
        """The requestor of these headers (names in lower case); anonymous for no token, or one that is not valid."""
        token = bearer_token(headers)
        if not token:
            return ANONYMOUS
        if token.count(".") == 2:
            return self._user(token)
        return self._apps.find_requestor(token) or ANONYMOUS

    def _user(self, token: str) -> Requestor:
        try:
            issuer, keys = self._issuers[_unverified_issuer(token)]
            claims = jwt.decode(
                token,
                keys.find(jwt.get_unverified_header(token).get("kid", "")),
                algorithms=[ALGORITHM],
                audience=issuer.audience,
                issuer=issuer.issuer,
                leeway=LEEWAY_SECONDS,
                options={"require": ["exp", "iss"], "verify_aud": issuer.audience is not None},
            )
            return requestor_of(claims, issuer)
        except _UNREADABLE as error:
            log.info("token not accepted", extra={"reason": type(error).__name__})
            return ANONYMOUS


def bearer_token(headers: Mapping[str, str]) -> str:
    """The token in `Authorization: Bearer …` or `Authorization-Bearer: …`, "" when there is none."""
    scheme, _, token = headers.get("authorization", "").strip().partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        return token.strip()
    return headers.get("authorization-bearer", "").strip()


def requestor_of(claims: Mapping[str, Any], issuer: Issuer) -> Requestor:
    """The user in verified claims; KeyError when the token does not name one."""
    names = {**_DEFAULT_CLAIMS, **issuer.claims}

    def claim(name: str) -> Any:
        return _reach(claims, names[name])

    user_id = claim("user_id") or claims["sub"]
    user = User(
        id=str(user_id),
        email=str(claim("email") or ""),
        first_name=str(claim("first_name") or ""),
        last_name=str(claim("last_name") or ""),
        is_staff=claim("is_staff") in (None, True, "true"),
    )
    permissions = claim("permissions") or ()
    if isinstance(permissions, str):
        permissions = permissions.replace(",", " ").split()
    return Requestor(
        shop=_shop_of(claims, issuer),
        user=user,
        permissions=frozenset(str(one) for one in permissions),
    )


def _shop_of(claims: Mapping[str, Any], issuer: Issuer) -> str:
    """The issuer's shop. Only one that is configured to may choose the shop by a claim, and then has to."""
    shop = _reach(claims, issuer.claims["shop"]) if "shop" in issuer.claims else issuer.shop
    if not isinstance(shop, str) or not is_shop_name(shop):
        raise KeyError("shop")
    return shop


def _reach(claims: Mapping[str, Any], name: str) -> Any:
    """A claim by its name, which may itself hold dots, or by the way to it through nested claims."""
    if name in claims:
        return claims[name]
    found: Any = claims
    for part in name.split("."):
        if not isinstance(found, Mapping) or part not in found:
            return None
        found = found[part]
    return found


def _unverified_issuer(token: str) -> str:
    """The issuer the token claims, only to choose the keys it must then be signed with."""
    claims = jwt.decode(
        token, options={"verify_signature": False, "verify_exp": False, "verify_aud": False}
    )
    return str(claims["iss"])


@dataclass(slots=True)
class KeySet:
    """The public keys of an issuer, fetched when first needed and when a new key id appears."""

    url: str
    _keys: dict[str, Any] = field(default_factory=dict)
    _fetched_at: float = -KEYS_LIVE_SECONDS

    def find(self, key_id: str) -> Any:
        """The key; KeyError when the issuer has none of that id, OSError when it does not answer."""
        age = time.monotonic() - self._fetched_at
        if age >= KEYS_LIVE_SECONDS or (
            key_id not in self._keys and age >= SECONDS_BETWEEN_FETCHES
        ):
            self._fetched_at = time.monotonic()
            self._keys = _fetch_keys(self.url)
        return self._keys[key_id]


def _fetch_keys(url: str) -> dict[str, Any]:
    check_key_url(url)
    with _OPENER.open(url, timeout=FETCH_SECONDS) as answer:
        listed = json.loads(answer.read(MAX_KEY_SET_BYTES))["keys"]
    signing = [
        entry for entry in listed if entry.get("kty") == "RSA" and entry.get("use", "sig") == "sig"
    ]
    return {entry.get("kid", ""): key for entry in signing if (key := _readable_key(entry))}


def _readable_key(entry: Mapping[str, Any]) -> Rs256Key | None:
    """The key; None for one that we cannot use, which must not shut out those who are signed with another."""
    try:
        return Rs256Key(entry)
    except (KeyError, TypeError, ValueError) as error:
        log.warning("key of an issuer not used", extra={"reason": str(error)})
        return None


def check_key_url(url: str) -> None:
    """ValueError unless the URL is https, or http on loopback as in a local run."""
    parts = urllib.parse.urlsplit(url)
    local = parts.hostname in ("127.0.0.1", "localhost", "::1")
    if parts.scheme != "https" and not (parts.scheme == "http" and local):
        raise ValueError("Keys are fetched over https only.")


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """The configured URL is the one that is trusted, not where it may point."""

    def redirect_request(self, *arguments: Any) -> None:
        return None


_OPENER: Final = urllib.request.build_opener(_NoRedirects, urllib.request.ProxyHandler({}))
