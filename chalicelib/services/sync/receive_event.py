"""Take a delivery of a shop's webhook: mark what may have changed, or follow the app's own life."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from chalicelib.domain.shop import Shop, activated, deactivated, removed
from chalicelib.domain.shop_events import AppEvent, ShopEvent, read_event
from chalicelib.domain.sync import EVERYTHING, Mark, SyncMessage, SyncStep
from chalicelib.errors import EventRefused, WaybillError
from chalicelib.services.sync.sync_service import SyncService, log

# Saleor tries for 310 s, and clocks differ. Another delivery is a replay, or its shop has a wrong
# clock. Neither can do more than make Waybill ask the shop.
MAX_AGE_SECONDS: Final = 3_600
MAX_AHEAD_SECONDS: Final = 300


def receive_event(sync: SyncService, shop: Shop, body: Mapping[str, Any]) -> None:
    """Store what the delivery says; what has been stored is acted upon later.

    Raise EventRefused for a body that Saleor does not send and for a replay that costs more than a
    request, and Unavailable when it could not be stored: the shop then sends it again.
    """
    event = _read(body)
    if event is None:
        return
    now = sync.clock.now()
    is_odd = _is_odd(event.issued_at, now)
    if isinstance(event, AppEvent):
        _follow_app(sync, shop, event, now, is_odd=is_odd)
    elif is_odd:
        _mark_odd(sync, shop, event, now)
    else:
        mark_changed(sync, shop.name, [event], now)


def _mark_odd(sync: SyncService, shop: Shop, event: ShopEvent, now: datetime) -> None:
    """Mark what an event of another time names; EventRefused for a replay that names everything.

    One record costs a shop a request, and everything as many as it has pages: such an event acts
    once, and only before later ones.
    """
    names_everything = event.id == EVERYTHING
    if names_everything and shop.reread_at is not None and event.issued_at <= shop.reread_at:
        raise EventRefused("The event has been acted upon, or a later one has.")
    mark_changed(sync, shop.name, [replace(event, issued_at=now)], now)
    if names_everything:
        sync.shops.save(replace(shop, reread_at=event.issued_at))


def mark_changed(sync: SyncService, shop: str, events: list[ShopEvent], now: datetime) -> None:
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
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise EventRefused("The body is not an event of Saleor.") from error


def _is_odd(issued_at: datetime, now: datetime) -> bool:
    """Return whether an event is of another time than a delivery can be, and log it if so."""
    oldest = now - timedelta(seconds=MAX_AGE_SECONDS)
    newest = now + timedelta(seconds=MAX_AHEAD_SECONDS)
    is_odd = not oldest <= issued_at <= newest
    if is_odd:
        skew = (issued_at - now).total_seconds()
        log.warning("event of another time", extra={"skew_seconds": round(skew)})
    return is_odd


def _follow_app(
    sync: SyncService, shop: Shop, event: AppEvent, now: datetime, *, is_odd: bool
) -> None:
    """Change the installation as staff changed the app.

    An event of an earlier installation is ignored, and one that a later event has overtaken.
    """
    if event.app_id != shop.app_id or _is_overtaken(shop, event, is_odd=is_odd):
        return
    shop = replace(shop, followed_at=event.issued_at)
    if event.is_deleted:
        sync.shops.save(removed(shop, now=now, grace_seconds=sync.settings.forget_shop_seconds))
    elif event.is_active:
        sync.shops.save(activated(shop, now=now))
        # Events of the time in between were not even recorded: only a whole sync finds the changes.
        _ask(sync, SyncMessage(shop=shop.name, step=SyncStep.CONNECT), 0)
    else:
        sync.shops.save(deactivated(shop, now=now))
    log.info("app changed", extra={"shop": shop.name, "is_active": event.is_active})


def _is_overtaken(shop: Shop, event: AppEvent, *, is_odd: bool) -> bool:
    # A shop does not give the id of an app that was deleted to another one.
    if shop.followed_at is None or event.is_deleted:
        return False
    # A delivery that failed comes again after seconds: the app would stay off that is on by now.
    # A replay could have the shop read whole again and again.
    return event.issued_at < shop.followed_at or (is_odd and event.issued_at == shop.followed_at)


def _ask(sync: SyncService, message: SyncMessage, delay_seconds: int) -> None:
    try:
        sync.queue.send([message], delay_seconds=delay_seconds)
    except WaybillError as error:
        log.warning("sync left to the schedule", extra={"shop": message.shop, "reason": str(error)})
