"""The page for people: its index, and its assets under names that change with their content."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cached_property
from html import escape
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from chalicelib.api.http import HttpAnswer
from chalicelib.settings import Issuer, Settings

INDEX: Final = "index.html"
TYPES: Final = {"js": "text/javascript", "css": "text/css", "svg": "image/svg+xml"}
FOR_EVER: Final = "public, max-age=31536000, immutable"
_ALWAYS: Final = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}


class Pages:
    """Serves `chalicelib/web`. All of it is text, and all links are relative: a gateway's stage is part of the path."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def index(self, path: str = "/", query: Mapping[str, str] = MappingProxyType({})) -> HttpAnswer:
        """`GET /`: always the newest, with the policy that binds the browser.

        `path` is what the browser asked for. Without its last slash (`/prod`) relative links would miss: it is added.
        """
        if not path.endswith("/"):
            target = f"{path}/?{urlencode(query)}" if query else f"{path}/"
            return HttpAnswer(
                status=302,
                body="",
                headers=_ALWAYS | {"Location": target, "Cache-Control": "no-store"},
            )
        headers = {
            "Content-Type": "text/html; charset=utf-8",
            "Cache-Control": "no-cache",
            "Content-Security-Policy": content_security_policy(self._settings),
            "Cross-Origin-Opener-Policy": "same-origin",
        }
        return HttpAnswer(status=200, body=self._index, headers=_ALWAYS | headers)

    def asset(self, version: str, name: str) -> HttpAnswer:
        """`GET /page/{version}/{name}`: kept for ever by browsers; 404 for any other version or name."""
        text = self._assets.get(name)
        if text is None or version != self.version:
            headers = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"}
            return HttpAnswer(
                status=404, body="There is a newer page. Reload it.", headers=_ALWAYS | headers
            )
        headers = {
            "Content-Type": f"{TYPES[name.rpartition('.')[2]]}; charset=utf-8",
            "Cache-Control": FOR_EVER,
        }
        return HttpAnswer(status=200, body=text, headers=_ALWAYS | headers)

    @cached_property
    def version(self) -> str:
        """Changes with any asset. It names a folder, so modules find each other under their plain names."""
        digest = hashlib.sha256()
        for name, text in sorted(self._assets.items()):
            digest.update(f"{name}\0{text}\0".encode())
        return digest.hexdigest()[:16]

    @cached_property
    def _assets(self) -> Mapping[str, str]:
        return {
            file.name: file.read_text("utf-8")
            for file in files("chalicelib").joinpath("web").iterdir()
            if file.name.rpartition(".")[2] in TYPES
        }

    @cached_property
    def _index(self) -> str:
        text = files("chalicelib").joinpath("web", INDEX).read_text("utf-8")
        config = escape(json.dumps(page_config(self._settings)))
        return text.replace("$VERSION", self.version).replace("$CONFIG", config)


def page_config(settings: Settings) -> dict[str, Any]:
    """What the page has to know: whom to sign in with, and which origins may embed it. Nothing of it is secret."""
    return {
        "issuers": [_shown(issuer) for issuer in settings.issuers if issuer.client_id],
        "embedOrigins": list(settings.embed_origins),
    }


def content_security_policy(settings: Settings) -> str:
    """Nothing but our own files, connections to ourselves and the issuers, and frames of the origins allowed."""
    issuers = [issuer for issuer in settings.issuers if issuer.client_id]
    urls = [url for issuer in issuers for url in (issuer.issuer, issuer.token_endpoint) if url]
    connect = dict.fromkeys(f"{parts.scheme}://{parts.netloc}" for parts in map(urlsplit, urls))
    policy = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "connect-src": " ".join(["'self'", *connect]),
        "frame-ancestors": " ".join(settings.embed_origins) or "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in policy.items())


def _shown(issuer: Issuer) -> dict[str, Any]:
    return {
        "issuer": issuer.issuer,
        "name": issuer.name or urlsplit(issuer.issuer).netloc,
        "clientId": issuer.client_id,
        "audience": issuer.audience,
        "scope": issuer.scope,
        "authorizationEndpoint": issuer.authorization_endpoint,
        "tokenEndpoint": issuer.token_endpoint,
        "token": issuer.page_token,
    }
