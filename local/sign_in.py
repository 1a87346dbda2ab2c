"""Sign-in at the local issuer as any demo user: OpenID Connect's code flow with PKCE.

A click chooses a user and a cookie stores the choice; there are no passwords. Everything else works
as at a real issuer: a code is valid once, for one client, redirect URI and challenge.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from http.cookies import SimpleCookie
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from local.issuer import CLIENT_ID, KEY_SET_PATH, TOKEN_SECONDS, LocalIssuer
from local.principals import Principal, claims_of
from local.site import Answer, html_page, redirect

DISCOVERY_PATH: Final = "/.well-known/openid-configuration"
AUTHORIZE_PATH: Final = "/authorize"
TOKEN_PATH: Final = "/token"  # noqa: S105 - a path


@dataclass(frozen=True, slots=True)
class _Code:
    kind: str
    redirect_uri: str
    challenge: str


class SignIn:
    """The paths of the issuer."""

    def __init__(self, issuer: LocalIssuer, principals: Sequence[Principal]) -> None:
        self._issuer = issuer
        self._users = {str(one["kind"]): one for one in principals if one["type"] == "user"}
        self._codes: dict[str, _Code] = {}
        self._refresh_tokens: dict[str, str] = {}

    def answer(self, target: str, cookies: str, body: bytes) -> Answer | None:
        """Return the answer to a path of the issuer, None for every other path."""
        path, _, query = target.partition("?")
        if path == KEY_SET_PATH:
            return 200, [("Content-Type", "application/json")], self._issuer.key_set()
        if path == DISCOVERY_PATH:
            return _json(200, self._discovery())
        if path == AUTHORIZE_PATH:
            return self._authorize(dict(parse_qsl(query)), cookies)
        if path == TOKEN_PATH:
            return self._token(dict(parse_qsl(body.decode())))
        return None

    def _discovery(self) -> dict[str, Any]:
        url = self._issuer.url
        return {
            "issuer": url,
            "authorization_endpoint": url + AUTHORIZE_PATH,
            "token_endpoint": url + TOKEN_PATH,
            "jwks_uri": url + KEY_SET_PATH,
            "response_types_supported": ["code"],
            "code_challenge_methods_supported": ["S256"],
        }

    def _authorize(self, asked: Mapping[str, str], cookies: str) -> Answer:
        redirect_uri = asked.get("redirect_uri", "")
        if asked.get("client_id") != CLIENT_ID or redirect_uri != f"{self._issuer.url}/":
            # A redirect to an unknown address would leak the code (RFC 6749, 4.1.2.1).
            return _error("invalid_request", "Unknown client or redirect_uri.")
        if asked.get("response_type") != "code" or asked.get("code_challenge_method") != "S256":
            return _redirect(redirect_uri, asked, error="invalid_request")
        kind = self._chosen(asked, cookies)
        if kind:
            return self._grant(kind, redirect_uri, asked)
        if asked.get("prompt") == "none":
            return _redirect(redirect_uri, asked, error="login_required")
        return self._choice(asked)

    def _chosen(self, asked: Mapping[str, str], cookies: str) -> str | None:
        """Return the kind of user that was clicked or remembered, None if neither was."""
        clicked = asked.get("as")
        if not clicked and asked.get("prompt") == "select_account":
            return None
        kind = clicked or self._remembered(cookies)
        return kind if kind in self._users else None

    def _grant(self, kind: str, redirect_uri: str, asked: Mapping[str, str]) -> Answer:
        code = secrets.token_urlsafe(32)
        self._codes[code] = _Code(kind, redirect_uri, asked["code_challenge"])
        status, headers, answer = _redirect(redirect_uri, asked, code=code)
        return status, [*headers, remembering(kind, self._issuer.url)], answer

    def _token(self, given: Mapping[str, str]) -> Answer:
        refreshes = given.get("grant_type") == "refresh_token"
        kind = self._refreshed(given) if refreshes else self._redeemed(given)
        return _error("invalid_grant") if kind is None else _json(200, self._tokens(kind))

    def _tokens(self, kind: str) -> dict[str, Any]:
        refresh_token = secrets.token_urlsafe(32)
        self._refresh_tokens[refresh_token] = kind
        return {
            "access_token": self._issuer.sign(claims_of(self._users[kind])),
            "refresh_token": refresh_token,
            "token_type": "Bearer",
            "expires_in": TOKEN_SECONDS,
        }

    def _redeemed(self, given: Mapping[str, str]) -> str | None:
        """Return the kind of user that a code was made for. A code is valid once."""
        code = self._codes.pop(given.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(
            hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        )
        client = (given.get("client_id"), given.get("redirect_uri"))
        if code is None or client != (CLIENT_ID, code.redirect_uri):
            return None
        return code.kind if challenge.decode().rstrip("=") == code.challenge else None

    def _refreshed(self, given: Mapping[str, str]) -> str | None:
        return self._refresh_tokens.pop(given.get("refresh_token", ""), None)

    def _remembered(self, cookies: str) -> str:
        found = SimpleCookie(cookies).get(_cookie_of(self._issuer.url))
        return found.value if found else ""

    def _choice(self, asked: Mapping[str, str]) -> Answer:
        links = "".join(self._link(asked, kind, user) for kind, user in self._users.items())
        return html_page(
            "Sign in as", f"<p>Anyone on this machine can be any user.</p><ul>{links}</ul>"
        )

    def _link(self, asked: Mapping[str, str], kind: str, user: Principal) -> str:
        target = f"{AUTHORIZE_PATH}?{urlencode({**asked, 'as': kind})}"
        permissions = ", ".join(claims_of(user)["permissions"]) or "no permissions"
        return (
            f'<li><a href="{escape(target)}">{escape(user["email"])}</a>'
            f"<br><small>{escape(permissions)}</small></li>"
        )


def remembering(kind: str, issuer_url: str) -> tuple[str, str]:
    """Return the header of a cookie with which the issuer knows the user again."""
    cookie = f"{_cookie_of(issuer_url)}={kind}; Path={AUTHORIZE_PATH}; HttpOnly; SameSite=Lax"
    return "Set-Cookie", cookie


def _cookie_of(issuer_url: str) -> str:
    # Browsers share cookies between ports. The port in the name keeps two runs apart.
    return f"waybill_user_{urlsplit(issuer_url).port}"


def _redirect(redirect_uri: str, asked: Mapping[str, str], **given: str) -> Answer:
    query = urlencode({**given, "state": asked.get("state", "")})
    return redirect(f"{redirect_uri}?{query}")


def _json(status: int, body: Any) -> Answer:
    headers = [("Content-Type", "application/json"), ("Cache-Control", "no-store")]
    return status, headers, json.dumps(body).encode()


def _error(name: str, description: str = "") -> Answer:
    return _json(400, {"error": name, "error_description": description})
