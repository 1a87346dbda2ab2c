"""The web page: its index, and its assets under paths that change with their content."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import cached_property
from html import escape
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from chalicelib.api.http_answer import HttpAnswer, error_answer
from chalicelib.api.issuers import Issuers
from chalicelib.api.page_modules import joined
from chalicelib.domain.issuer import Issuer
from chalicelib.domain.requestor import is_shop_name
from chalicelib.formats.registry import FileType
from chalicelib.settings import Settings

INDEX: Final = "index.html"
# The module that the index loads.
ENTRY: Final = "app"
DEFAULT_SHOP: Final = "default"
TYPES: Final = {"js": "text/javascript", "css": "text/css", "svg": "image/svg+xml"}
FOREVER: Final = "public, max-age=31536000, immutable"
_S3_ORIGINS: Final = "https://*.amazonaws.com https://*.amazonaws.com.cn"
_ALWAYS: Final = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}


class Pages:
    """The files of `chalicelib/web`. All are text.

    All links are relative, because the stage of a gateway can precede the path.
    """

    def __init__(self, settings: Settings, issuers: Issuers | None = None) -> None:
        self._settings = settings
        self._issuers = issuers or Issuers(settings.issuers)

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
        shop = asked_shop(query)
        issuers = [issuer for issuer in self._issuers.find_all(shop) if issuer.client_id]
        policy = content_security_policy(self._settings, issuers, self._settings.embed_origins)
        return self._shown(page_config(self._settings, shop, issuers), policy)

    def framed(self, frame: str, ancestors: Iterable[str], root: str) -> HttpAnswer:
        """Return the index for dashboards at `ancestors`. It has no issuers and no own sign-in.

        `frame` is an export type, or the view of exports. `root` leads from the route to `/`.
        """
        config = {"frame": frame, "shop": "", "issuers": [], "embedOrigins": []}
        policy = content_security_policy(self._settings, (), ancestors)
        return self._shown(config, policy, root)

    def _shown(self, config: Mapping[str, Any], policy: str, root: str = "") -> HttpAnswer:
        headers = {
            "Content-Type": "text/html; charset=utf-8",
            "Cache-Control": "no-cache",
            "Content-Security-Policy": policy,
            "Cross-Origin-Opener-Policy": "same-origin",
        }
        shown = json.dumps({**config, "fileTypes": list(FileType)})
        body = self._index.replace("$ROOT", root).replace("$CONFIG", escape(shown))
        return HttpAnswer(status=200, body=body, headers=_ALWAYS | headers)

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
        found = {
            file.name: file.read_text("utf-8")
            for file in files("chalicelib").joinpath("web").iterdir()
            if file.name.rpartition(".")[2] in TYPES
        }
        modules = {
            name.removesuffix(".js"): found.pop(name) for name in [*found] if name.endswith(".js")
        }
        return found | {f"{name}.js": text for name, text in joined(modules, ENTRY).items()}

    @cached_property
    def _index(self) -> str:
        text = files("chalicelib").joinpath("web", INDEX).read_text("utf-8")
        return text.replace("$VERSION", self.version)


def asked_shop(query: Mapping[str, str]) -> str:
    """Return the shop that an address names: `shop`, or the `state` of a sign-in (`….SHOP`)."""
    shop = query.get("shop") or query.get("state", "").partition(".")[2]
    return shop if is_shop_name(shop) else DEFAULT_SHOP


def page_config(settings: Settings, shop: str, issuers: Iterable[Issuer]) -> dict[str, Any]:
    """Return the public settings of the page: its shop's issuers, and origins that may embed it."""
    return {
        "shop": shop,
        "issuers": [_public(issuer) for issuer in issuers],
        "embedOrigins": list(settings.embed_origins),
        "tokenInAddress": settings.token_in_address,
    }


def content_security_policy(
    settings: Settings, issuers: Iterable[Issuer], ancestors: Iterable[str]
) -> str:
    """Return a policy that allows our own files, requests to service and issuers, and embedding."""
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
        "frame-ancestors": " ".join(ancestors) or "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in policy.items())


def _public(issuer: Issuer) -> dict[str, Any]:
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
