"""Register a shop: Saleor hands the app its token, once, when staff install the app.

The request is not signed, so nothing in it is believed. Waybill asks the shop itself, with the new
token, which app the token is for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatch
from typing import Final

from chalicelib.domain.requestor import is_shop_name
from chalicelib.domain.shop import Installation, Shop, shop_name_of
from chalicelib.domain.shop_api import DESCRIBE_SECONDS, AppFacts
from chalicelib.domain.sync import SyncMessage, SyncStep
from chalicelib.errors import RegistrationRefused, ShopRefused, WaybillError
from chalicelib.services.sync.forget_shop import is_forgotten
from chalicelib.services.sync.sync_service import SyncService, log

APP_IDENTIFIER: Final = "waybill.export"
# Saleor spends 0.6 s of a processor on a token that it has not seen before, longer if it is busy.
NEW_TOKEN_SECONDS: Final = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """A registration: the shop's API URL from the headers and the app's token from the body.

    `service_url` is the address of this service at which the request arrived.
    """

    api_url: str
    token: str
    service_url: str = ""

    def __repr__(self) -> str:
        # Tracebacks show values by `repr`, which must not print the token.
        return f"Registration({self.api_url!r})"


def register_shop(sync: SyncService, registration: Registration) -> Shop:
    """Store the installation, ask for the first sync and return the shop.

    Raise RegistrationRefused with a sentence for the shop's staff.
    """
    name = shop_name_of(registration.api_url)
    check_allowed(registration, sync.settings.saleor_domains)
    found = sync.shops.find(name)
    if found is not None and is_forgotten(found, sync.clock.now()):
        raise RegistrationRefused(
            "Waybill is deleting the data of your earlier installation. Install again in ten "
            "minutes."
        )
    facts = _describe(sync, registration, _seconds_for_token(found))
    # Anyone can call this route with the token of any app of a shop.
    if facts.identifier != APP_IDENTIFIER:
        raise RegistrationRefused("The token belongs to another app. Install Waybill again.")
    if found is not None and _is_other(found, registration, facts) and _is_alive(sync, found):
        raise RegistrationRefused(
            "Waybill is installed in this shop already. Delete that installation first."
        )
    shop = _installed(sync, registration, facts, found)
    saved = sync.shops.save(shop)
    log.info("shop registered", extra={"shop": name, "app_id": facts.id})
    _ask_for_first_sync(sync, name)
    return saved


def check_allowed(registration: Registration, patterns: tuple[str, ...]) -> None:
    """Raise RegistrationRefused unless a pattern of the deployment fits the shop's domain."""
    name = shop_name_of(registration.api_url)
    is_allowed = any(fnmatch(name, pattern.lower()) for pattern in patterns)
    if not (is_allowed and is_shop_name(name)):
        raise RegistrationRefused(
            "This Waybill does not serve your shop's domain. Ask its operator to add the domain."
        )


def _seconds_for_token(found: Shop | None) -> float:
    """Return how long the shop may take to check the new token."""
    # A question about the stored token may follow, and both are to be answered within 5 s.
    has_token = found is not None and found.sealed_token is not None
    return DESCRIBE_SECONDS if has_token else NEW_TOKEN_SECONDS


def _describe(sync: SyncService, registration: Registration, seconds: float) -> AppFacts:
    try:
        return sync.api.describe_app(registration.api_url, registration.token, seconds=seconds)
    except ShopRefused as error:
        raise RegistrationRefused("The shop does not accept the token that it sent.") from error
    except WaybillError as error:
        raise RegistrationRefused(
            "The shop's API did not answer Waybill in time. Check that it is public, then install "
            "again. A busy shop may need several tries."
        ) from error


def _is_other(found: Shop, registration: Registration, facts: AppFacts) -> bool:
    """Return whether an installation is not the one that is stored under its name."""
    # Shops number their apps alike, and a host may serve several shops under different paths.
    return found.app_id != facts.id or found.api_url != registration.api_url


def _is_alive(sync: SyncService, shop: Shop) -> bool:
    """Return whether the stored installation still works; a silent shop may be alive."""
    if shop.sealed_token is None:
        return False
    try:
        token = sync.vault.open(shop.name, shop.sealed_token)
        sync.api.describe_app(shop.api_url, token)
    except ShopRefused:
        return False
    except WaybillError:
        return True
    return True


def _installed(
    sync: SyncService, registration: Registration, facts: AppFacts, found: Shop | None
) -> Shop:
    now: datetime = sync.clock.now()
    name = shop_name_of(registration.api_url)
    return Shop(
        name=name,
        api_url=registration.api_url,
        app_id=facts.id,
        sealed_token=sync.vault.seal(name, registration.token),
        permissions=facts.permissions,
        installed_at=now,
        updated_at=now,
        status=Installation.ACTIVE,
        saleor_version=facts.saleor_version,
        service_url=registration.service_url,
        dashboard_url=found.dashboard_url if found else "",
        settings=found.settings if found else {},
        revision=found.revision if found else 0,
    )


def _ask_for_first_sync(sync: SyncService, name: str) -> None:
    """Send the message; the schedule connects a shop whose message was not sent."""
    try:
        sync.queue.send([SyncMessage(shop=name, step=SyncStep.CONNECT)])
    except WaybillError as error:
        log.warning("first sync left to the schedule", extra={"shop": name, "reason": str(error)})
