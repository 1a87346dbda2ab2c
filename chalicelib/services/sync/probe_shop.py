"""Ask a shop in which the app is off whether it is on by now.

Saleor tries for five minutes to deliver the event of an activation. Without that event, the shop
would stay off here until staff switch the app off and on again.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from chalicelib.domain.shop import Installation, Shop, activated
from chalicelib.domain.sync import SyncStep
from chalicelib.errors import ShopRefused, WaybillError
from chalicelib.services.sync.step import forget_refusal
from chalicelib.services.sync.sync_service import SyncService, log

# Every export that is asked for in a shop that is off may ask for a probe.
MIN_SECONDS: Final = 60
FIRST_SECONDS: Final = 60 * 60
MAX_SECONDS: Final = 24 * 60 * 60


def is_probe_due(shop: Shop, now: datetime) -> bool:
    """Return whether the schedule asks for a probe.

    The first comes after an hour, each further one when the app has been off for twice the time,
    and at least one a day.
    """
    last = _last_probe(shop)
    seconds = min(max((last - shop.updated_at).total_seconds(), FIRST_SECONDS), MAX_SECONDS)
    return shop.status is Installation.OFF and now - last >= timedelta(seconds=seconds)


def probe_shop(sync: SyncService, shop: Shop) -> None:
    """Switch the shop on if its API knows the token; leave it off for any other answer.

    Raise Conflict if an event changes the installation at the same time: the event counts.
    """
    now = sync.clock.now()
    too_early = now - _last_probe(shop) < timedelta(seconds=MIN_SECONDS)
    if shop.status is not Installation.OFF or too_early:
        return
    # Noted first: a worker that dies while it asks must not ask a shop again and again.
    shop = sync.shops.save(replace(shop, probed_at=now))
    if _is_on(sync, shop):
        sync.shops.save(_found_on(shop, now))
        forget_refusal(sync, shop.name)
        log.warning("activation found without its event", extra={"shop": shop.name})
        sync.ask(shop.name, SyncStep.CONNECT)


def _found_on(shop: Shop, now: datetime) -> Shop:
    # The event that switched the app off may be delivered twice, and must not do so again.
    followed_at = shop.followed_at and shop.followed_at + timedelta(microseconds=1)
    return replace(activated(shop, now=now), followed_at=followed_at)


def _last_probe(shop: Shop) -> datetime:
    return max(shop.probed_at or shop.updated_at, shop.updated_at)


def _is_on(sync: SyncService, shop: Shop) -> bool:
    if shop.sealed_token is None:
        return False
    try:
        token = sync.vault.open(shop.name, shop.sealed_token)
        return sync.api.describe_app(shop.api_url, token).id == shop.app_id
    except ShopRefused:
        return False
    except WaybillError as error:
        # The schedule asks again: a shop that is gone for good must not fill the dead letters.
        log.info("probe left to the schedule", extra={"shop": shop.name, "reason": str(error)})
        return False
