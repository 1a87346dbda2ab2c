"""Everything below `/saleor/`: which route answers which request, and the app's logo and texts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import Final

from chalicelib.api.framed_pages import FramedPages
from chalicelib.api.http_answer import HttpAnswer, HttpRequest, error_answer
from chalicelib.api.saleor_routes import SaleorRoutes
from chalicelib.api.saleor_texts import PRIVACY, SUPPORT, html_of

LOGO: Final = "logo.png"
A_DAY: Final = "public, max-age=86400"
_HEADERS: Final = {"X-Content-Type-Options": "nosniff", "Cache-Control": A_DAY}
_TEXT_HEADERS: Final = {
    **_HEADERS,
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
}

Route = Callable[[HttpRequest], HttpAnswer]


class SaleorSite:
    """The routes of the app. `public_url` is the address of the service, if an operator set it."""

    def __init__(self, routes: SaleorRoutes, public_url: str, pages: FramedPages) -> None:
        self._routes = routes
        self._public_url = public_url
        self._pages = pages
        self._table: Mapping[tuple[str, str], Route] = {
            ("GET", "manifest"): self._manifest,
            ("POST", "register"): self._register,
            ("POST", "webhooks"): routes.webhook,
            ("GET", LOGO): lambda request: logo(),
            ("GET", "privacy"): lambda request: text(PRIVACY),
            ("GET", "support"): lambda request: text(SUPPORT),
        }

    def answer(self, method: str, name: str, request: HttpRequest) -> HttpAnswer:
        """Answer a request for `/saleor/NAME`."""
        route = self._table.get((method, name))
        if route is None:
            return error_answer(404, "This address does not exist, or not for this method.")
        return route(request)

    def exports(self, route: str) -> HttpAnswer:
        """Answer `GET /saleor/exports`, at any of its routes."""
        return self._pages.exports(route)

    def popup(self, name: str) -> HttpAnswer:
        """Answer `GET /saleor/popup/{name}`."""
        return self._pages.popup(name)

    def _manifest(self, request: HttpRequest) -> HttpAnswer:
        return self._routes.manifest(self._base_url(request))

    def _register(self, request: HttpRequest) -> HttpAnswer:
        return self._routes.register(request, self._base_url(request))

    def _base_url(self, request: HttpRequest) -> str:
        """Return the address of the service, with the stage and without a slash at the end.

        The header `Host` of Saleor has no port and can be made up; the gateway's domain cannot.
        """
        return self._public_url.rstrip("/") or request.address.rpartition("/saleor/")[0]


def logo() -> HttpAnswer:
    """Return the logo. Saleor shows none that is smaller than 256 x 256 pixels."""
    headers = _HEADERS | {"Content-Type": "image/png"}
    return HttpAnswer(status=200, body="", content=_logo(), headers=headers)


@cache
def _logo() -> bytes:
    return files("chalicelib").joinpath("web", LOGO).read_bytes()


def text(words: str) -> HttpAnswer:
    """Return a page of plain text."""
    return HttpAnswer(status=200, body=html_of(words), headers=_TEXT_HEADERS)
