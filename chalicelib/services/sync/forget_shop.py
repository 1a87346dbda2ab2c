"""Forget a shop that deleted the app: its catalogue, its marks and its installation."""

from __future__ import annotations

from typing import Final

from chalicelib.catalog.kinds import FILE_KINDS
from chalicelib.domain.shop import Installation, Shop
from chalicelib.domain.sync import DICTIONARIES
from chalicelib.services.sync.sync_service import SyncService, log

MARKS_PER_ROUND: Final = 1_000


def forget_shop(sync: SyncService, shop: Shop) -> None:
    """Delete the data of a shop whose grace time is over; do nothing for any other shop.

    The installation goes last, so that an interrupted run is continued by the schedule.
    """
    now = sync.clock.now()
    is_due = shop.forget_at is not None and shop.forget_at <= now
    # A shop that has installed the app again keeps its data.
    if shop.status is not Installation.REMOVED or not is_due:
        return
    for kind in (*FILE_KINDS, DICTIONARIES):
        sync.catalog.replace(shop.name, kind, {}, now)
        while marks := sync.marks.find(shop.name, kind, MARKS_PER_ROUND):
            sync.marks.remove(marks)
    sync.shops.remove(shop.name)
    log.info("shop forgotten", extra={"shop": shop.name})
