"""The page inside a Saleor dashboard: routes that any dashboard may frame.

The origin of a dashboard is not part of a registration, so any https site may frame these routes.
The page shows nothing there before the dashboard has handed over a token. It has no sign-in of its
own, so a site that frames it sees only what its own token allows.
"""

from __future__ import annotations

from typing import Final

from chalicelib.api.http_answer import HttpAnswer, error_answer
from chalicelib.api.pages import Pages
from chalicelib.settings import Settings

EXPORTS_ROUTE: Final = "/saleor/exports"
# The popups of the manifest, and the export type that each one starts.
POPUPS: Final = {
    "products": "products",
    "gift-cards": "gift_cards",
    "vouchers": "voucher_codes",
}
_DASHBOARDS: Final = ("https:",)
_LOOPBACK: Final = ("http://127.0.0.1:*", "http://localhost:*")


class FramedPages:
    """The page for the dashboards of connected shops."""

    def __init__(self, pages: Pages, settings: Settings) -> None:
        self._pages = pages
        self._ancestors = _DASHBOARDS + (_LOOPBACK if settings.loopback_shops else ())

    def exports(self, route: str = EXPORTS_ROUTE) -> HttpAnswer:
        """Answer `GET /saleor/exports`: the list of exports. `route` begins below the stage."""
        root = "../" * (route.count("/") - 1)
        return self._pages.framed("exports", self._ancestors, root=root)

    def popup(self, name: str) -> HttpAnswer:
        """Answer `GET /saleor/popup/{name}`: a new export of one type."""
        if name not in POPUPS:
            return error_answer(404, "This address does not exist.")
        return self._pages.framed(POPUPS[name], self._ancestors, root="../../")
