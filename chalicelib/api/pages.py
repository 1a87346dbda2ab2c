"""The web page: its index, and its assets under paths that change with their content."""

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

from chalicelib.api.http_answer import HttpAnswer, error_answer
from chalicelib.settings import Issuer, Settings

INDEX: Final = "index.html"
TYPES: Final = {"js": "text/javascript", "css": "text/css", "svg": "image/svg+xml"}
FOREVER: Final = "public, max-age=31536000, immutable"
_S3_ORIGINS: Final = "https://*.amazonaws.com https://*.amazonaws.com.cn"
_ALWAYS: Final = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}


class Pages:
    """The files of `chalicelib/web`. All are text.

    All links are relative, because the stage of a gateway can precede the path.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def index(self, path: str = "/", query: Mapping[str, str] = MappingProxyType({})) -> HttpAnswer:
        """Answer `GET /` with the newest index and the content security policy.

        `path` is the path that the browser requested. Without a slash at the end (`/prod`) relative
        links would be wrong, so the browser is redirected.
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
        """Answer `GET /page/{version}/{name}`, to be cached forever; 404 for another version."""
        text = self._assets.get(name)
        if text is None or version != self.version:
            return error_answer(404, "There is a newer page. Reload it.")
        headers = {
            "Content-Type": f"{TYPES[name.rpartition('.')[2]]}; charset=utf-8",
            "Cache-Control": FOREVER,
        }
        return HttpAnswer(status=200, body=text, headers=_ALWAYS | headers)

    @cached_property
    def version(self) -> str:
        """Return a hash of all assets.

        It is a folder in their URLs, so that modules can import each other by plain names.
        """
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
    """Return the public settings of the page: issuers for signing in, origins that may embed it."""
    return {
        "issuers": [_shown(issuer) for issuer in settings.issuers if issuer.client_id],
        "embedOrigins": list(settings.embed_origins),
    }


def content_security_policy(settings: Settings) -> str:
    """Return a policy that allows our own files, requests to service and issuers, and embedding."""
    issuers = [issuer for issuer in settings.issuers if issuer.client_id]
    urls = [url for issuer in issuers for url in (issuer.issuer, issuer.token_endpoint) if url]
    connect = dict.fromkeys(f"{parts.scheme}://{parts.netloc}" for parts in map(urlsplit, urls))
    policy = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "connect-src": " ".join(["'self'", *connect]),
        # Downloads open in a hidden frame, so that an error page of S3 does not replace the page.
        "frame-src": settings.aws_endpoint_url or _S3_ORIGINS,
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
