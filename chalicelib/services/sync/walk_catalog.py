"""Walk over all ids and times of a kind, and mark every record that differs from the stored one.

The walk is nearly free for the shop (3 s for 5,000 products and their variants), finds what no
event announced, and is the only way to find a deletion that no event announced. Any worker can go
on after the last page whose marks are stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final

from chalicelib.catalog import kinds
from chalicelib.domain.global_id import encode_global_id, number_of
from chalicelib.domain.number_set import read_numbers, write_numbers
from chalicelib.domain.shop_api import SeenPage
from chalicelib.domain.sync import Mark, SyncState, Walk, advanced, is_wanted
from chalicelib.errors import ShopUnavailable
from chalicelib.services.sync.step import Step
from chalicelib.services.sync.sync_service import log

# A list that does not stay the same for so long is left to the next check.
MAX_WALK_SECONDS: Final = 15 * 60
_ID_TYPES: Final[Mapping[str, str]] = {kinds.PRODUCTS: "Product"}


def walk_catalog(step: Step) -> bool:
    """Go on with the walk, and mark what differs page by page; return whether it is complete.

    After the last page, stored records that no page listed are marked: a drain finds out whether
    the shop has deleted them. Raise Unavailable when the list changed while it was read: the walk
    begins at the front again, and nothing is taken for deleted.
    """
    state = step.change(lambda state: _started(state, Walk(since=step.now)))
    while (walk := state.skeleton) is not None and not walk.is_whole:
        page = step.sync.api.walk(step.connection, step.kind, walk.cursor)
        mark_differing(step, _differing(step, page))
        state = step.change(lambda state: _with_page(state, page))  # noqa: B023 - called at once
        if page.cursor is not None and (not step.has_time() or is_wanted(state, step.lag)):
            return False
    _finish(step, state)
    return True


def mark_differing(step: Step, numbers: Iterable[int]) -> None:
    """Mark records that differ from the shop, since the moment they were last compared.

    A full sync that began before that moment waits for them.
    """
    now, shop, kind, state = step.now, step.shop.name, step.kind, step.state
    full_since = state.full.since if state.full else now
    since = min(state.refreshed_at or now, full_since)
    step.sync.marks.add(
        Mark(
            shop=shop,
            kind=kind,
            id=encode_global_id(_ID_TYPES[kind], number),
            marked_at=now,
            since=since,
        )
        for number in numbers
    )


def find_missing(step: Step, walk: Walk) -> list[int] | None:
    """Return the stored records that a whole walk did not list; None if the list is not proven.

    Ties in the time of creation can hide records from a list: counts before and after must fit.
    """
    seen = read_numbers(walk.seen)
    # A list with a hole would delete products that exist.
    if not _is_whole(walk, len(seen)):
        return None
    stored = step.sync.catalog.find_times(step.shop.name, step.kind)
    return [number for number in stored if number not in seen]


def _is_whole(walk: Walk, seen: int) -> bool:
    """Return whether a walk has seen as many records as the shop counts on its last page.

    That may be more than on the first page: new records come at the end of the list, and an import
    can go on for hours. It must not be less.
    """
    first, last = walk.first_total, walk.total
    return first is not None and last is not None and first <= seen == last


def with_seen(walk: Walk, page: SeenPage) -> Walk:
    """Return the walk after a page whose records it has listed."""
    walk = advanced(walk, cursor=page.cursor, records=len(page.records), total=page.total)
    seen = read_numbers(walk.seen) | {number_of(record.id) for record in page.records}
    return replace(walk, seen=write_numbers(seen))


def _started(state: SyncState, walk: Walk) -> SyncState:
    return state if state.skeleton else replace(state, skeleton=walk)


def _differing(step: Step, page: SeenPage) -> list[int]:
    times = {number_of(record.id): record.updated_at for record in page.records}
    stored = step.sync.catalog.find_times(step.shop.name, step.kind, tuple(times))
    return [
        number
        for number, changed_at in times.items()
        if number not in stored or stored[number] != changed_at
    ]


def _with_page(state: SyncState, page: SeenPage) -> SyncState:
    if state.skeleton is None:
        return state
    return replace(state, skeleton=with_seen(state.skeleton, page))


def _finish(step: Step, state: SyncState) -> None:
    """Mark what a whole walk did not list, and end the walk."""
    walk = state.skeleton
    missing = find_missing(step, walk) if walk else []
    mark_differing(step, missing or ())
    again = _again(step, walk) if walk and missing is None else None
    step.change(lambda state: replace(state, skeleton=again))
    if missing is None:
        raise ShopUnavailable("The shop's list of records changed while it was read.")
    extra = {"shop": step.shop.name, "kind": step.kind, "missing": len(missing)}
    log.info("catalogue walked", extra=extra)


def _again(step: Step, walk: Walk) -> Walk | None:
    """Return the walk at the front of the list again; None if the list has changed for too long."""
    is_young = step.now - walk.since < timedelta(seconds=MAX_WALK_SECONDS)
    return Walk(since=walk.since) if is_young else None
