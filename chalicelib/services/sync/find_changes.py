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
from chalicelib.domain.shop_api import Connection, Seen
from chalicelib.domain.sync import Mark, SyncState
from chalicelib.services.sync.hold_kind import change_state
from chalicelib.services.sync.sync_service import SyncService

# A change can be stamped long before it is committed: a later stamp may be visible first.
OVERLAP_SECONDS: Final = 300


def find_changes(sync: SyncService, shop: str, kind: str, connection: Connection) -> int:
    """Mark what changed since the watermark, less the overlap; return how many records.

    A record of the overlap that is stored with this time already is not marked again.
    """
    now = sync.clock.now()
    state = sync.get_state(shop, kind)
    since = (state.watermark or state.as_of or now) - timedelta(seconds=OVERLAP_SECONDS)
    latest = _latest(_changed(sync, connection, kind, since))
    stored = sync.catalog.find_times(shop, kind, tuple(map(number_of, latest)))
    fresh = {
        id_: time for id_, time in latest.items() if _is_newer(time, stored.get(number_of(id_)))
    }
    # Since the change, not since now: exports that were asked for in between wait for it.
    sync.marks.add(
        Mark(shop=shop, kind=kind, id=id_, marked_at=now, since=min(time, now))
        for id_, time in fresh.items()
    )
    change_state(sync, shop, kind, lambda state: _asked(state, now, latest.values()))
    return len(fresh)


def _changed(
    sync: SyncService, connection: Connection, kind: str, since: datetime
) -> Iterator[Seen]:
    cursor: str | None = None
    while True:
        page = sync.api.find_changed(connection, kind, since, cursor)
        yield from page.records
        cursor = page.cursor
        if cursor is None:
            return


def _latest(seen: Iterable[Seen]) -> dict[str, datetime]:
    """Return the latest time of each record.

    A product comes once for itself and for each variant.
    """
    latest: dict[str, datetime] = {}
    for one in seen:
        if one.updated_at is not None:
            latest[one.id] = max(one.updated_at, latest.get(one.id, one.updated_at))
    return latest


def _is_newer(time: datetime, stored: datetime | None) -> bool:
    return stored is None or time > stored


def _asked(state: SyncState, now: datetime, times: Iterable[datetime]) -> SyncState:
    known = [*times, *([state.watermark] if state.watermark else [])]
    return replace(state, asked_at=now, watermark=max(known, default=now))
