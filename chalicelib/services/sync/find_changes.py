"""Ask a shop what changed since the last time, by `updatedAt`, and mark it.

Half of all changes move no `updatedAt`; the webhook marks those. Together with the walks both
halves become the whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from chalicelib.domain.global_id import number_of
from chalicelib.domain.shop_api import Seen, SeenPage
from chalicelib.domain.sync import Delta, Mark, SyncState, later_of
from chalicelib.services.sync.outage import is_out
from chalicelib.services.sync.step import Step
from chalicelib.services.sync.sync_service import TOO_MANY_BROKEN

# A change can be stamped long before it is committed: a later stamp may be visible first.
OVERLAP_SECONDS: Final = 300
# The clock of a shop may be this far behind. Looking back further would find a bulk import again
# and again.
MAX_BEHIND_SECONDS: Final = 2 * 60 * 60
# An older delta begins again: an upgrade of the shop since then may have changed its cursors.
MAX_DELTA_SECONDS: Final = 60 * 60


def find_changes(step: Step) -> bool:
    """Mark what changed since the watermark, less the overlap; return whether all of it is marked.

    A record of the overlap that is stored with this time already is not marked again. Without time
    for another page, the next worker goes on after the last page whose marks are stored.
    """
    delta = _begun(step)
    while True:
        page = step.sync.api.find_changed(step.connection, step.kind, delta.since, delta.cursor)
        latest = _latest(page.records)
        _mark_newer(step, latest)
        delta = _with_page(delta, page, latest)
        if page.cursor is None:
            _finish(step, delta)
            return True
        step.change(lambda state: replace(state, delta=delta))  # noqa: B023 - called at once
        if not step.has_time():
            return False


def _begun(step: Step) -> Delta:
    """Return the delta that is under way, or a new one."""
    state, now = step.state, step.now
    known = state.delta
    if known is not None and now - known.began_at < timedelta(seconds=MAX_DELTA_SECONDS):
        return known
    return Delta(began_at=now, since=_since(state, now) - step.lag)


def _since(state: SyncState, now: datetime) -> datetime:
    """Return the lowest `updatedAt` to ask the shop for: the watermark, less the overlap.

    A clock of the shop that is fast can set a watermark in the future. It counts as the time at
    which the shop was last asked.
    """
    asked_at = state.asked_at or state.as_of or now
    watermark = min(state.watermark or asked_at, asked_at)
    earliest = asked_at - timedelta(seconds=MAX_BEHIND_SECONDS)
    return max(watermark, earliest) - timedelta(seconds=OVERLAP_SECONDS)


def _latest(seen: Iterable[Seen]) -> dict[str, datetime]:
    """Return the latest time of each record: a product comes again with each of its variants."""
    latest: dict[str, datetime] = {}
    for one in seen:
        if one.updated_at is not None:
            latest[one.id] = max(one.updated_at, latest.get(one.id, one.updated_at))
    return latest


def _mark_newer(step: Step, latest: Mapping[str, datetime]) -> None:
    """Mark the records that are not stored with these times."""
    shop, kind, now = step.shop.name, step.kind, step.now
    stored = step.sync.catalog.find_times(shop, kind, tuple(map(number_of, latest)))
    # Since the change, not since now: exports that were asked for in between wait for it.
    step.sync.marks.add(
        Mark(shop=shop, kind=kind, id=id_, marked_at=now, since=min(time, now))
        for id_, time in latest.items()
        if _is_newer(time, stored.get(number_of(id_)))
    )


def _is_newer(time: datetime, stored: datetime | None) -> bool:
    return stored is None or time > stored


def _with_page(delta: Delta, page: SeenPage, latest: Mapping[str, datetime]) -> Delta:
    times = [*latest.values(), *([delta.latest] if delta.latest else ())]
    return replace(delta, cursor=page.cursor, latest=max(times, default=None))


def _finish(step: Step, delta: Delta) -> None:
    """Store that the shop has been asked for changes when the delta began."""
    seconds = step.now - delta.began_at
    # A record that changed behind the cursor is left for the next delta. Its time can be as low as
    # that of the shop's clock when this one began.
    watermark = delta.latest - seconds if delta.latest else None
    # A read replica shows the shop as it was a moment ago.
    asked_at = delta.began_at - step.lag
    # The schedule sees an outage by the time of before, and an export may ask first.
    was_out = is_out(step.sync, step.shop, step.state, delta.began_at)
    out_at = step.state.out_at or (step.now if was_out else None)
    step.change(lambda state: replace(_asked(state, asked_at, watermark), out_at=out_at))


def _asked(state: SyncState, asked_at: datetime, watermark: datetime | None) -> SyncState:
    return replace(
        state,
        delta=None,
        asked_at=later_of(state.asked_at, asked_at),
        watermark=later_of(state.watermark, watermark) if watermark else state.watermark,
        # The changes are known now, but the records that the shop cannot show are still marked.
        message=state.message if state.message == TOO_MANY_BROKEN else "",
    )
