"""Take a delivery of a shop's webhook: mark what may have changed, or follow the app's own life."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from chalicelib.domain.shop import Shop, activated, deactivated, removed
from chalicelib.domain.shop_events import AppEvent, ShopEvent, read_event
from chalicelib.domain.sync import Mark, SyncMessage, SyncStep
from chalicelib.errors import EventRefused, WaybillError
from chalicelib.services.sync.step import forget_refusal
from chalicelib.services.sync.sync_service import SyncService, log

# Saleor tries for 310 s, and clocks differ. An older delivery is a replay: it could do no more than
# mark a record, but nothing that is true needs it.
MAX_AGE_SECONDS: Final = 3_600
MAX_AHEAD_SECONDS: Final = 300


def receive_event(sync: SyncService, shop: Shop, body: Mapping[str, Any]) -> None:
    """Store what the delivery says. A sync worker acts on it later.

    Raise EventRefused for a body that Saleor does not send or whose time is too far from now, and
    Unavailable when it could not be stored: the shop then sends it again.
    """
    event = _read(body)
    if event is None:
        return
    now = sync.clock.now()
    _check_time(event.issued_at, now)
    if isinstance(event, AppEvent):
        _follow_app(sync, shop, event, now)
    else:
        _mark_changed(sync, shop.name, [event], now)


def _mark_changed(sync: SyncService, shop: str, events: list[ShopEvent], now: datetime) -> None:
    """Mark the records of these events and ask for a drain.

    A drain that is not asked for comes by schedule.
    """
    sync.marks.add(marks_of(shop, events, now))
    _ask(sync, SyncMessage(shop=shop, step=SyncStep.CHANGED), sync.settings.drain_delay_seconds)


def marks_of(shop: str, events: Iterable[ShopEvent], now: datetime) -> list[Mark]:
    """Return the marks of events. An export that is asked for after an event waits for its mark."""
    return [
        Mark(
            shop=shop, kind=event.kind, id=event.id, marked_at=now, since=min(event.issued_at, now)
        )
        for event in events
    ]


def _read(body: Mapping[str, Any]) -> ShopEvent | AppEvent | None:
    try:
        return read_event(body)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise EventRefused("The body is not an event of Saleor.") from error


def _check_time(issued_at: datetime, now: datetime) -> None:
    skew = (issued_at - now).total_seconds()
    if -MAX_AGE_SECONDS <= skew <= MAX_AHEAD_SECONDS:
        return
    log.warning("event of another time", extra={"skew_seconds": round(skew)})
    if skew > 0:
        raise EventRefused(
            f"The event has a time {skew:,.0f} seconds ahead of the time at Waybill, so the clock "
            f"of the shop is fast. At most {MAX_AHEAD_SECONDS} seconds are accepted."
        )
    raise EventRefused(
        f"The event has a time {-skew:,.0f} seconds ago. It came late, or the clock of the shop is "
        f"slow. At most {MAX_AGE_SECONDS:,} seconds are accepted."
    )


def _follow_app(sync: SyncService, shop: Shop, event: AppEvent, now: datetime) -> None:
    """Change the installation as staff changed the app.

    An event of an earlier installation is ignored, and one that a later event has overtaken.
    """
    if event.app_id != shop.app_id or _is_overtaken(shop, event):
        return
    shop = replace(shop, followed_at=event.issued_at)
    if event.is_deleted:
        sync.shops.save(removed(shop, now=now, grace_seconds=sync.settings.forget_shop_seconds))
    elif event.is_active:
        sync.shops.save(activated(shop, now=now))
        forget_refusal(sync, shop.name)
        # Events of the time in between were not even recorded: only a whole sync finds the changes.
        _ask(sync, SyncMessage(shop=shop.name, step=SyncStep.CONNECT), 0)
    else:
        sync.shops.save(deactivated(shop, now=now))
    log.info("app changed", extra={"shop": shop.name, "is_active": event.is_active})


def _is_overtaken(shop: Shop, event: AppEvent) -> bool:
    # A delivery that failed comes again after seconds. If it switched the app off, and a later one
    # switched it on, the app would stay off.
    return shop.followed_at is not None and event.issued_at < shop.followed_at


def _ask(sync: SyncService, message: SyncMessage, delay_seconds: int) -> None:
    try:
        sync.queue.send([message], delay_seconds=delay_seconds)
    except WaybillError as error:
        log.warning("sync left to the schedule", extra={"shop": message.shop, "reason": str(error)})
