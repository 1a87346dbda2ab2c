"""The manifest by which a Saleor dashboard installs Waybill as an app.

Saleor reads it once, at the installation. What changes later (webhooks) is made through the API.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

from chalicelib.api.framed_pages import EXPORTS_ROUTE
from chalicelib.domain.requestor import MANAGE_DISCOUNTS, MANAGE_GIFT_CARD, MANAGE_PRODUCTS
from chalicelib.domain.shop import APP_PERMISSIONS
from chalicelib.services.sync.register_shop import APP_IDENTIFIER

REQUIRED_SALEOR: Final = ">=3.22 <4"
_LIFECYCLE: Final = ("APP_STATUS_CHANGED", "APP_DELETED")
# Three extensions with a permission: Saleor cannot report the failure of a fourth and hangs.
_POPUPS: Final = (
    ("products", "Export products", "PRODUCT_OVERVIEW_MORE_ACTIONS", MANAGE_PRODUCTS),
    ("gift-cards", "Export gift cards", "GIFT_CARD_OVERVIEW_MORE_ACTIONS", MANAGE_GIFT_CARD),
    ("vouchers", "Export voucher codes", "VOUCHER_OVERVIEW_MORE_ACTIONS", MANAGE_DISCOUNTS),
)


def make_manifest(base_url: str, version: str) -> dict[str, Any]:
    """Return the manifest of a deployment whose routes begin with `base_url`, without a slash."""
    return {
        "id": APP_IDENTIFIER,
        "name": "Waybill",
        "version": version,
        "about": "Exports products, gift cards and voucher codes as CSV, XLSX, JSONL and Parquet.",
        "author": "Waybill",
        "requiredSaleorVersion": REQUIRED_SALEOR,
        "permissions": list(APP_PERMISSIONS),
        "appUrl": f"{base_url}{EXPORTS_ROUTE}",
        "tokenTargetUrl": f"{base_url}/saleor/register",
        "dataPrivacyUrl": f"{base_url}/saleor/privacy",
        "homepageUrl": f"{base_url}/",
        "supportUrl": f"{base_url}/saleor/support",
        "brand": {"logo": {"default": f"{base_url}/saleor/logo.png"}},
        "extensions": _extensions(base_url),
        "webhooks": [_lifecycle_webhook(base_url)],
    }


def _extensions(base_url: str) -> list[dict[str, Any]]:
    """Return the menu entries.

    The addresses of popups are whole: Saleor would join a path with the folder of `appUrl`.
    """
    popups = [
        {
            "label": label,
            "mount": mount,
            "target": "POPUP",
            "permissions": [permission],
            "url": f"{base_url}/saleor/popup/{name}",
        }
        for name, label, mount, permission in _POPUPS
    ]
    # APP_PAGE takes a path only. It carries the stage, because Saleor resolves it against the
    # origin. The dashboard appends it to `appUrl`, where a route answers too. A permission here
    # would hide the page from half of the staff.
    page = {
        "label": "Exports",
        "mount": "NAVIGATION_CATALOG",
        "target": "APP_PAGE",
        "permissions": [],
        "url": f"{urlsplit(base_url).path}{EXPORTS_ROUTE}",
    }
    return [*popups, page]


def _lifecycle_webhook(base_url: str) -> dict[str, Any]:
    types = " ".join(
        f"... on {name.title().replace('_', '')} {{ app {{ id isActive }} }}" for name in _LIFECYCLE
    )
    return {
        "name": "Waybill app",
        "asyncEvents": list(_LIFECYCLE),
        "query": f"subscription {{ event {{ __typename issuedAt {types} }} }}",
        "targetUrl": f"{base_url}/saleor/webhooks",
        "isActive": True,
    }
