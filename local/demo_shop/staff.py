"""The tokens that the shop signs for its staff, as a recorded dashboard hands them over."""

from __future__ import annotations

import secrets
import time
from typing import Any, Final

from local.demo_shop.caller import InstalledApp

# The permissions of an administrator of Saleor 3.23.
ALL_PERMISSIONS: Final = (
    *("HANDLE_CHECKOUTS", "HANDLE_PAYMENTS", "HANDLE_TAXES", "IMPERSONATE_USER", "MANAGE_APPS"),
    *("MANAGE_CHANNELS", "MANAGE_CHECKOUTS", "MANAGE_CUSTOMER_TYPES_AND_ATTRIBUTES"),
    *("MANAGE_DISCOUNTS", "MANAGE_GIFT_CARD", "MANAGE_MENUS", "MANAGE_OBSERVABILITY"),
    *("MANAGE_ORDERS", "MANAGE_ORDERS_IMPORT", "MANAGE_PAGE_TYPES_AND_ATTRIBUTES"),
    *("MANAGE_PAGES", "MANAGE_PLUGINS", "MANAGE_PRODUCTS", "MANAGE_SETTINGS", "MANAGE_SHIPPING"),
    *("MANAGE_PRODUCT_TYPES_AND_ATTRIBUTES", "MANAGE_STAFF", "MANAGE_TAXES"),
    *("MANAGE_TRANSLATIONS", "MANAGE_USERS"),
)
# A dashboard renews its token every few minutes; a page that was opened by a link cannot.
TOKEN_SECONDS: Final = 24 * 60 * 60


def staff_claims(app: InstalledApp, /, **given: Any) -> dict[str, Any]:
    """Return the claims of an administrator's token for an app; `given` replaces some."""
    now = int(time.time())
    claims = {
        "iat": now,
        "exp": now + TOKEN_SECONDS,
        "owner": "saleor",
        "token": secrets.token_urlsafe(9),
        "email": "admin@example.com",
        "type": "thirdparty",
        "user_id": "VXNlcjox",
        "is_staff": True,
        "app": app.id,
        "permissions": list(app.permissions),
        "user_permissions": ALL_PERMISSIONS,
        "app_extension": "QXBwRXh0ZW5zaW9uOjE=",
        "aud": None,
    }
    return claims | given
