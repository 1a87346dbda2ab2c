"""A shop on Saleor that has installed Waybill as an app, and the states of its installation.

    install ──▶ ACTIVE ◀──activate── OFF
                  └────deactivate────▶┘
    ACTIVE, OFF ──remove──▶ REMOVED      the token goes at once, the data after a grace time

Source of the rules: a running Saleor 3.23 (installation, APP_* webhooks).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from chalicelib.domain.requestor import MANAGE_DISCOUNTS, MANAGE_GIFT_CARD, MANAGE_PRODUCTS

# The manifest asks for these only: they read everything that exports show.
APP_PERMISSIONS: Final = (MANAGE_PRODUCTS, MANAGE_GIFT_CARD, MANAGE_DISCOUNTS)

_IPV6_PLACE: Final = re.compile(r"\[[0-9a-f:.]+\](:[0-9]+)?")


class Installation(StrEnum):
    """The state of the app in its shop."""

    ACTIVE = "ACTIVE"
    OFF = "OFF"
    REMOVED = "REMOVED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """One installation. `name` is the tenant: the shop's domain, with a port where it has one.

    `sealed_token` is the app's token, encrypted for this shop; None once the app was removed.
    `webhook_id` is the catalogue webhook that Waybill created in the shop; None until it is checked
    after an installation or an activation. `service_url` is the address of this service at which
    the shop reaches it. `followed_at` is when the shop issued the last event about the app that
    changed the installation. `probed_at` is when Waybill last asked a shop in which the app is off
    whether it is on. `forget_at` is when the shop's data is deleted. `dashboard_url` is
    where mails to staff lead, once staff have confirmed it. `settings` overrides the intervals of
    the sync, in seconds. `problems` are the keys of those that the dashboard shows to staff. The
    store counts `revision` up with every write. Times are aware UTC.
    """

    name: str
    api_url: str
    app_id: str
    sealed_token: bytes | None
    permissions: frozenset[str]
    installed_at: datetime
    updated_at: datetime
    status: Installation = Installation.ACTIVE
    saleor_version: str = ""
    webhook_id: str | None = None
    service_url: str = ""
    followed_at: datetime | None = None
    probed_at: datetime | None = None
    dashboard_url: str = ""
    forget_at: datetime | None = None
    settings: Mapping[str, int] = field(default_factory=dict)
    problems: frozenset[str] = frozenset()
    revision: int = 0

    @property
    def is_active(self) -> bool:
        """Return whether the app is installed and switched on."""
        return self.status is Installation.ACTIVE

    @property
    def is_connected(self) -> bool:
        """Return whether the app is installed, be it switched off."""
        return self.status is not Installation.REMOVED

    @property
    def missing_permissions(self) -> tuple[str, ...]:
        """Return the permissions of the manifest that the shop did not grant."""
        return tuple(one for one in APP_PERMISSIONS if one not in self.permissions)


def shop_name_of(api_url: str) -> str:
    """Return the tenant's name for an API URL: host and port, in lower case; "" if it has none."""
    try:
        name = urlsplit(api_url).netloc.lower()
    except ValueError:
        return ""
    # Python before 3.12.9 asks the host `v1.evil.example` for `[v1.evil.example].shop.example`,
    # which is a domain of `*.shop.example` to the operator.
    return name if "[" not in name or _IPV6_PLACE.fullmatch(name) else ""


def deactivated(shop: Shop, *, now: datetime) -> Shop:
    """Return the shop after staff switched the app off; it now refuses the app's token."""
    if shop.status is Installation.REMOVED:
        return shop
    return replace(shop, status=Installation.OFF, updated_at=now)


def activated(shop: Shop, *, now: datetime) -> Shop:
    """Return the shop after staff switched the app on again. It has to be connected anew."""
    if shop.status is Installation.REMOVED:
        return shop
    return replace(shop, status=Installation.ACTIVE, webhook_id=None, updated_at=now)


def removed(shop: Shop, *, now: datetime, grace_seconds: int) -> Shop:
    """Return the shop after the app was deleted.

    The shop has no token any more, and its data is due for deletion after the grace time.
    """
    return replace(
        shop,
        status=Installation.REMOVED,
        # The shop has revoked the token; a kept copy could only be stolen.
        sealed_token=None,
        webhook_id=None,
        updated_at=now,
        forget_at=now + timedelta(seconds=grace_seconds),
    )
