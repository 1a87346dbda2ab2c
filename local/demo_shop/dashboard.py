"""A dashboard for the demo shop, as far as an app sees it: lists, popups and their messages.

It opens the extensions of the manifest in the frame, with the parameters and the messages that a
Saleor dashboard 3.23 was recorded with.
"""

from __future__ import annotations

import json
import time
from itertools import islice
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urljoin, urlsplit

from local.demo_shop.caller import InstalledApp
from local.demo_shop.data import Node
from local.demo_shop.served import ServedShop
from local.demo_shop.staff import ALL_PERMISSIONS

PATH: Final = "/dashboard/"
PAGE_FILE: Final = Path(__file__).with_name("dashboard.html")
ROWS_SHOWN: Final = 10
# A dashboard renews its tokens half a minute before they end.
TOKEN_SECONDS: Final = 300
# Each list: its kind of records, the place of its menu, and the parameter for selected rows.
LISTS: Final = {
    "products": ("products", "PRODUCT_OVERVIEW_MORE_ACTIONS", "productIds"),
    "gift-cards": ("gift_cards", "GIFT_CARD_OVERVIEW_MORE_ACTIONS", "giftCardIds"),
    "vouchers": ("vouchers", "VOUCHER_OVERVIEW_MORE_ACTIONS", "voucherIds"),
    "exports": ("", "NAVIGATION_CATALOG", ""),
}
Answer = tuple[int, bytes, str]
_NOT_FOUND: Final = (404, b"{}", "application/json")


def answer_dashboard(server: ServedShop, target: str) -> Answer:
    """Return the answer to a request below `/dashboard/`: a list, or a token of its staff.

    `?without=PERMISSION` makes the person one who lacks it.
    """
    parts = urlsplit(target)
    name = parts.path.removeprefix(PATH)
    given = {key: values[0] for key, values in parse_qs(parts.query).items()}
    if server.app is None:
        return _NOT_FOUND
    if name == "token":
        return 200, _token(server, given.get("without", "")), "application/json"
    if name not in LISTS:
        return _NOT_FOUND
    data = json.dumps(_describe(server, server.app, name, given)).replace("<", "\\u003c")
    page = PAGE_FILE.read_text().replace("$DATA", data)
    return 200, page.encode(), "text/html; charset=utf-8"


def _token(server: ServedShop, without: str) -> bytes:
    now = int(time.time())
    held = [one for one in ALL_PERMISSIONS if one != without]
    token = server.sign_staff(exp=now + TOKEN_SECONDS, user_permissions=held)
    return json.dumps({"token": token, "seconds": TOKEN_SECONDS}).encode()


def _describe(
    server: ServedShop, app: InstalledApp, name: str, given: dict[str, str]
) -> dict[str, Any]:
    kind, mount, parameter = LISTS[name]
    return {
        "list": name,
        "lists": list(LISTS),
        "rows": _rows(server, kind, given.get("query", "")),
        "parameter": parameter,
        "extensions": [
            {**one, "url": address_of(one, app.app_url)}
            for one in app.extensions
            if one["mount"] == mount
        ],
        "waybill": server.waybill_url,
        "without": given.get("without", ""),
        "query": given.get("query", ""),
        "app": {"id": app.id, "domain": server.url.split("/")[2], "saleorApiUrl": server.api_url},
    }


def address_of(extension: Node, app_url: str) -> str:
    """Return the address that a dashboard opens for an extension.

    Source: `resolve_app_extension_url` of Saleor 3.23, which joins the path of a popup with the
    folder of `appUrl`, and `extensions/urls.ts` of its dashboard, which appends that of a page.
    """
    url: str = extension["url"]
    if extension["target"] == "APP_PAGE":
        return app_url.rstrip("/") + url
    return urljoin(app_url, url.removeprefix("/"))


def _rows(server: ServedShop, kind: str, search: str) -> list[dict[str, str]]:
    rows = [
        {"id": one["id"], "name": _name(one)} for one in (server.shop.all(kind) if kind else ())
    ]
    return list(islice((row for row in rows if search.lower() in row["name"].lower()), ROWS_SHOWN))


def _name(record: Node) -> str:
    """Return what a list shows of a record. Of a gift card these are the last characters."""
    return str(record.get("name") or f"•••• {record.get('code', '')[-4:]}")
