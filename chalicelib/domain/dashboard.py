"""The address of a shop's dashboard, and of the app's page in it.

Saleor does not tell an app where its dashboard is: the first popup proposes the address, and staff
confirm it. Source of the paths: Saleor's dashboard 3.22 to 3.24.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import quote, urlsplit

from chalicelib.domain.shop import Shop
from chalicelib.words.text import say

MAX_ADDRESS_CHARACTERS: Final = 200
# Saleor's own images serve the dashboard below this path.
DEFAULT_PATH: Final = "/dashboard/"
_ODD_CHARACTERS: Final = frozenset(' "<>\\')
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


def read_dashboard_url(text: str, *, allow_loopback: bool) -> str:
    """Return the address of a dashboard with a path that ends in `/`; ValueError if it is not one.

    An origin alone gets the usual path, an origin with `/` keeps it. With `allow_loopback`, http to
    this machine is allowed.
    """
    if len(text) > MAX_ADDRESS_CHARACTERS:
        most = MAX_ADDRESS_CHARACTERS
        raise ValueError(say("The address has more than {most} characters.", most=most))
    if not text.isascii() or not text.isprintable() or set(text) & _ODD_CHARACTERS:
        raise ValueError(
            say("The address has characters that no address has. Copy it from a browser.")
        )
    parts = urlsplit(text)
    is_local = allow_loopback and parts.scheme == "http" and parts.hostname in _LOOPBACK
    # The address goes into mails: what looks like the shop's site must not lead elsewhere.
    if not (is_local or parts.scheme == "https") or not parts.hostname or "@" in parts.netloc:
        raise ValueError(say("The address of a dashboard begins with https:// and a host."))
    if parts.query or parts.fragment:
        raise ValueError(say("The address of a dashboard has neither a query nor a fragment."))
    path = f"{parts.path.rstrip('/')}/" if parts.path else DEFAULT_PATH
    return f"{parts.scheme}://{parts.netloc.lower()}{path}"


def app_page(shop: Shop) -> str:
    """Return the address of the app's page in the dashboard; "" if the dashboard is not known."""
    if not shop.dashboard_url or not shop.is_connected:
        return ""
    return f"{shop.dashboard_url}extensions/app/{quote(shop.app_id, safe='')}"
