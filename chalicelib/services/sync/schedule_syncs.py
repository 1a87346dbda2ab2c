"""One run of the schedule: ask for every step of every shop's sync that is due.

| step      | every          | requests to the shop, for n products            |
|-----------|----------------|-------------------------------------------------|
| RECONCILE | 5 minutes      | 3: two for the dictionaries, one for changes    |
| REFRESH   | hour           | n/100 of stocks and listings                    |
| CHECK     | day, or outage | 5 + n/100 of ids and times + n/100 of all facts |
| PROBE     | hour, then day | 1, while the app is off                         |

A shop that was never read whole needs CONNECT or FULL first. A shop that deleted the app gets
FORGET once its grace time is over.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from chalicelib.catalog import kinds
from chalicelib.domain.shop import Shop
from chalicelib.domain.sync import SyncMessage, SyncState, SyncStep
from chalicelib.logs import about
from chalicelib.services.sync.forget_shop import is_forgotten
from chalicelib.services.sync.outage import is_out
from chalicelib.services.sync.probe_shop import is_probe_due
from chalicelib.services.sync.sync_service import SyncService, log

EARLY_SECONDS: Final = 60
# A first sync of 50,000 products takes 10 minutes, and six reconciliations fit in this time.
STUCK_SECONDS: Final = 1_800


def schedule_syncs(sync: SyncService) -> int:
    """Ask for what is due; return how many messages that were.

    A step that is due is asked for again with every run: its message may be lost.
    """
    shops = sync.shops.list_all()
    messages = [
        SyncMessage(shop=shop.name, step=step, kind=kinds.PRODUCTS)
        for shop in shops
        for step in due_steps(sync, shop)
    ]
    sync.queue.send(messages)
    stuck = sum(_is_stuck(sync, shop) for shop in shops)
    # Alarms watch that this line comes and that no sync is stuck.
    log.info("syncs scheduled", extra={"messages": len(messages), "syncs_stuck": stuck})
    return len(messages)


def due_steps(sync: SyncService, shop: Shop) -> tuple[SyncStep, ...]:
    """Return the steps that a shop's sync needs now."""
    if not shop.is_active:
        return _steps_without_app(shop, sync.clock.now())
    state = sync.get_state(shop.name, kinds.PRODUCTS)
    if not state.is_ready:
        return (SyncStep.CONNECT if state.full is None else SyncStep.FULL,)
    if _is_due(sync, shop, state.checked_at, "check_seconds") or _was_out(sync, shop, state):
        return (SyncStep.CHECK,)
    due = {
        SyncStep.RECONCILE: _is_due(sync, shop, state.asked_at, "reconcile_seconds"),
        SyncStep.REFRESH: _is_due(sync, shop, state.refreshed_at, "refresh_seconds"),
    }
    return tuple(step for step, is_due in due.items() if is_due)


def _steps_without_app(shop: Shop, now: datetime) -> tuple[SyncStep, ...]:
    if is_probe_due(shop, now):
        return (SyncStep.PROBE,)
    return (SyncStep.FORGET,) if is_forgotten(shop, now) else ()


def _is_due(sync: SyncService, shop: Shop, last: datetime | None, interval: str) -> bool:
    seconds = sync.seconds(shop, interval)
    # A step is done some seconds after the run that asked for it: waiting for the whole interval
    # would skip every other run.
    since = timedelta(seconds=max(seconds - EARLY_SECONDS, seconds / 2))
    return last is None or sync.clock.now() - last >= since


def _was_out(sync: SyncService, shop: Shop, state: SyncState) -> bool:
    """Return whether deliveries may be lost since the last check.

    One check an hour is enough while the outage lasts.
    """
    was_out = state.out_at is not None or is_out(sync, shop, state, sync.clock.now())
    return was_out and _is_due(sync, shop, state.checked_at, "refresh_seconds")


def _is_stuck(sync: SyncService, shop: Shop) -> bool:
    """Return whether an active shop was not asked for changes for too long, and log it."""
    if not shop.is_active:
        return False
    asked_at = sync.get_state(shop.name, kinds.PRODUCTS).asked_at or shop.updated_at
    silent = sync.clock.now() - max(asked_at, shop.updated_at)
    is_stuck = silent > timedelta(seconds=STUCK_SECONDS)
    if is_stuck:
        with about(shop=shop.name):
            log.warning("sync stuck", extra={"asked_at": asked_at.isoformat()})
    return is_stuck
