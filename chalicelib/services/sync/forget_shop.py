"""Forget a shop that deleted the app: its catalogue, its marks and its installation."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from chalicelib.catalog.kinds import FILE_KINDS
from chalicelib.domain.shop import Installation, Shop
from chalicelib.domain.sync import DICTIONARIES
from chalicelib.errors import Conflict
from chalicelib.services.sync.sync_service import SyncService, log

MARKS_PER_ROUND: Final = 1_000


def forget_shop(sync: SyncService, shop: Shop) -> None:
    """Delete the data of a shop whose grace time is over; do nothing for any other shop.

    `shop` is the installation as it was found: one that was stored since is kept.

    The installation goes last, so that an interrupted run is continued by the schedule.
    """
    if not is_forgotten(shop, sync.clock.now()) or not _shut_out(sync, shop):
        return
    for kind in (*FILE_KINDS, DICTIONARIES):
        sync.catalog.remove_all(shop.name, kind)
        while marks := sync.marks.find(shop.name, kind, MARKS_PER_ROUND):
            sync.marks.remove(marks)
    sync.shops.remove(shop.name)
    log.info("shop forgotten", extra={"shop": shop.name})


def is_forgotten(shop: Shop, now: datetime) -> bool:
    """Return whether the data of a removed shop is deleted now, or has been."""
    is_due = shop.forget_at is not None and shop.forget_at <= now
    return shop.status is Installation.REMOVED and is_due


def _shut_out(sync: SyncService, shop: Shop) -> bool:
    """Save the shop as it is, so that an installation under way cannot be stored any more.

    Return False if one was stored before.
    """
    # Its first sync would store products while the old ones are deleted, and lose some of both.
    try:
        sync.shops.save(shop)
    except Conflict:
        return False
    return True
