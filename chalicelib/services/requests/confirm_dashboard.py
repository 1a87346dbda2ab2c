"""Confirm where the dashboard of a connected shop is: mails lead to the app's page in it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from chalicelib.domain.dashboard import read_dashboard_url
from chalicelib.domain.requestor import Requestor
from chalicelib.domain.shop import Shop
from chalicelib.errors import RequestRefused
from chalicelib.services.conflicts import retry_conflicts
from chalicelib.services.requests.api_service import ApiService
from chalicelib.services.requests.get_export import readable_types
from chalicelib.words.text import say

NO_SHOP: Final = say("Only staff of a connected shop can say where its dashboard is.")


def find_staffed_shop(service: ApiService, requestor: Requestor) -> Shop | None:
    """Return the connected shop whose staff the requestor belongs to, or None."""
    if requestor.user is None or not requestor.user.is_staff:
        return None
    shop = service.shops.find(requestor.shop)
    return shop if shop is not None and shop.is_connected else None


def confirm_dashboard(service: ApiService, requestor: Requestor, address: str) -> str:
    """Store the address of the shop's dashboard and return it.

    RequestRefused for an address that is not one, or another than the one that staff confirmed
    first; PermissionDenied for people who may export nothing.
    """
    readable_types(requestor)
    url = _read(address, allow_loopback=service.settings.loopback_shops)
    return retry_conflicts(lambda: _store(service, requestor, url))


def _store(service: ApiService, requestor: Requestor, url: str) -> str:
    shop = find_staffed_shop(service, requestor)
    if shop is None:
        raise RequestRefused(NO_SHOP)
    # One person could otherwise lead the mails of all others to a site of their own.
    if shop.dashboard_url not in ("", url):
        raise RequestRefused(
            say(
                "Your shop's mails already lead to {url}. "
                "Ask the people who run Waybill to change it.",
                url=shop.dashboard_url,
            ),
            field="url",
            code="INVALID",
        )
    if not shop.dashboard_url:
        service.shops.save(replace(shop, dashboard_url=url, updated_at=service.clock.now()))
    return url


def _read(address: str, *, allow_loopback: bool) -> str:
    try:
        return read_dashboard_url(address, allow_loopback=allow_loopback)
    except ValueError as error:
        raise RequestRefused(error.args[0], field="url", code="INVALID") from error
