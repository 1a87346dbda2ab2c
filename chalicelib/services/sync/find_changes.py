"""Ask a shop what changed since the last time, by `updatedAt`, and mark it.

Half of all changes move no `updatedAt`; the webhook marks those. Together with the walks both
halves become the whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from chalicelib.domain.global_id import number_of
from chalicelib.domain.shop_api import Seen
from chalicelib.domain.sync import Mark, SyncState, later_of
from chalicelib.services.sync.step import Step

# A change can be stamped long before it is committed: a later stamp may be visible first.
OVERLAP_SECONDS: Final = 300
# The clock of a shop may be this far behind. Looking back further would find a bulk import again
# and again.
MAX_BEHIND_SECONDS: Final = 2 * 60 * 60


def find_changes(step: Step) -> int:
    """Mark what changed since the watermark, less the overlap; return how many records.

    A record of the overlap that is stored with this time already is not marked again.
    """
    sync, shop, kind, now = step.sync, step.shop.name, step.kind, step.now
    latest = _latest(_changed(step, _since(step.state, now) - step.lag))
    stored = sync.catalog.find_times(shop, kind, tuple(map(number_of, latest)))
    fresh = {
        id_: time for id_, time in latest.items() if _is_newer(time, stored.get(number_of(id_)))
    }
    # Since the change, not since now: exports that were asked for in between wait for it.
    sync.marks.add(
        Mark(shop=shop, kind=kind, id=id_, marked_at=now, since=min(time, now))
        for id_, time in fresh.items()
    )
    # A read replica shows the shop as it was a moment ago.
    step.change(lambda state: _asked(state, now - step.lag, latest.values()))
    return len(fresh)


def _since(state: SyncState, now: datetime) -> datetime:
    """Return from which `updatedAt` on the shop is asked: the watermark, less the overlap.

    A watermark that the shop's clock has set into the future is not believed.
    """
    asked_at = state.asked_at or state.as_of or now
    watermark = min(state.watermark or asked_at, asked_at)
    earliest = asked_at - timedelta(seconds=MAX_BEHIND_SECONDS)
    return max(watermark, earliest) - timedelta(seconds=OVERLAP_SECONDS)


def _changed(step: Step, since: datetime) -> Iterator[Seen]:
    cursor: str | None = None
    while True:
        page = step.sync.api.find_changed(step.connection, step.kind, since, cursor)
        yield from page.records
        cursor = page.cursor
        if cursor is None:
            return


def _latest(seen: Iterable[Seen]) -> dict[str, datetime]:
    """Return the latest time of each record: a product comes again with each of its variants."""
    latest: dict[str, datetime] = {}
    for one in seen:
        if one.updated_at is not None:
            latest[one.id] = max(one.updated_at, latest.get(one.id, one.updated_at))
    return latest


def _is_newer(time: datetime, stored: datetime | None) -> bool:
    return stored is None or time > stored


def _asked(state: SyncState, asked_at: datetime, times: Iterable[datetime]) -> SyncState:
    latest = max(times, default=None)
    return replace(
        state,
        asked_at=later_of(state.asked_at, asked_at),
        watermark=later_of(state.watermark, latest) if latest else state.watermark,
        message="",
    )
