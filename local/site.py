"""The pages that a local run serves itself, beside the service."""

from __future__ import annotations

from html import escape
from typing import Final, Protocol

Answer = tuple[int, list[tuple[str, str]], bytes]

_STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:3rem auto;padding:0 1rem;"
    "color:#172222;background:#f5f7f7}article,li{background:#fff;border:1px solid #d6dede;"
    "border-radius:.6rem;padding:1rem;margin:1rem 0;list-style:none}ul{padding:0}"
    "pre{white-space:pre-wrap;overflow-wrap:anywhere;font:inherit}a{color:#0b6e6e}"
    "small{color:#4d5f5f}h2{font-size:1.1rem;margin:0}"
)


class Site(Protocol):
    """Some paths of a local run."""

    def answer(self, target: str, cookies: str, body: bytes) -> Answer | None:
        """Return the answer to a request, None for the path of another site."""


def html_page(title: str, content: str) -> Answer:
    """Return a page. `content` is HTML, `title` is text."""
    page = (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style>"
        f"<h1>{escape(title)}</h1>{content}</html>"
    )
    headers = [("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store")]
    return 200, headers, page.encode()


def redirect(target: str) -> Answer:
    """Return a redirect that browsers do not cache."""
    return 302, [("Location", target), ("Cache-Control", "no-store")], b""
