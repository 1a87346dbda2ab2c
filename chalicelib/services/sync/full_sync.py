"""Read a kind of a shop whole: page by page in the order of creation, resumable after every page.

Each page is listed first, ids and times only, and then fetched by id. Records that are stored here
but were not listed are marked: a drain finds out whether the shop has deleted them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import ceil

from chalicelib.catalog.versions import version_of
from chalicelib.domain.shop_api import SeenPage
from chalicelib.domain.sync import SyncState, Walk, is_checked, is_wanted, later_of, started
from chalicelib.services.sync.drain_marks import find_mark_of_everything
from chalicelib.services.sync.fetch_records import fetch_many
from chalicelib.services.sync.pace import Pace, pace_of
from chalicelib.services.sync.read_dictionaries import read_dictionaries
from chalicelib.services.sync.step import Step
from chalicelib.services.sync.store_records import store_and_note
from chalicelib.services.sync.sync_service import log
from chalicelib.services.sync.walk_catalog import find_missing, mark_differing, with_seen


def needs_full(step: Step) -> bool:
    """Return whether a full sync is under way, or has to begin.

    After one that was under way when a check came, another one begins: its first pages miss what
    changed between them and the check.
    """
    state = step.state
    is_current = state.version == version_of(step.kind) and is_checked(state, step.lag)
    return state.full is not None or not is_current or find_mark_of_everything(step) is not None


def seconds_behind(step: Step) -> int:
    """Return how long a new full sync waits until a replica has what the mark is about.

    A sync that began earlier could read old records, and could not remove the mark.
    """
    everything = find_mark_of_everything(step)
    if step.state.full is not None or everything is None:
        return 0
    return max(0, ceil((everything.marked_at + step.lag - step.now).total_seconds()))


def full_sync(step: Step) -> bool:
    """Go on with the full sync of a kind; return whether its last page is stored.

    A sync that was interrupted goes on after the last stored page. It stops early if an export
    waits for a catalogue that was complete before.
    """
    now, version = step.now, version_of(step.kind)
    state = step.change(lambda state: started(state, now=now - step.lag, version=version))
    if state.full is None or state.full.is_whole:
        return True
    names = read_dictionaries(step)
    seen: list[SeenPage] = []
    pace = pace_of(step)
    pages = _pages(step, state.full, seen, pace)
    ids = ([record.id for record in page.records] for page in pages)
    for fetched in fetch_many(step, ids, pace):
        page = seen.pop(0)
        store_and_note(step, [record.id for record in page.records], fetched, names, pace)
        state = _note_progress(step, page)
        if page.cursor is not None and (not step.has_time() or is_wanted(state, step.lag)):
            return False
    return True


def _pages(step: Step, walk: Walk, seen: list[SeenPage], pace: Pace) -> Iterator[SeenPage]:
    """Yield the pages after the cursor, and remember each until its records are stored."""
    cursor = walk.cursor
    while True:
        with pace.slot():
            page = step.sync.api.walk(step.connection, step.kind, cursor)
        seen.append(page)
        yield page
        cursor = page.cursor
        if cursor is None:
            return


def _note_progress(step: Step, page: SeenPage) -> SyncState:
    """Store where the sync is: a later worker goes on there, and people see how far it got.

    If the list is not proven at its end, a walk over ids and times is under way from then on.
    """
    is_proven = page.cursor is not None or _mark_missing(step, page)
    skeleton = None if is_proven else Walk(since=step.now)
    state = step.change(lambda state: _with_page(state, page, skeleton))
    walk = state.full
    log.info(
        "sync progress",
        extra={
            "shop": step.shop.name,
            "kind": step.kind,
            "records": walk.done if walk else 0,
            "total": page.total,
        },
    )
    return state


def _mark_missing(step: Step, page: SeenPage) -> bool:
    """Mark stored records that no page up to the last one listed; return whether that is proven.

    The page is noted afterwards: any worker may finish a sync whose last page is stored.
    """
    walk = step.state.full
    missing = find_missing(step, with_seen(walk, page)) if walk else []
    mark_differing(step, missing or ())
    return missing is not None


def _with_page(state: SyncState, page: SeenPage, skeleton: Walk | None) -> SyncState:
    if state.full is None:
        return state
    # The shop's own times: its clock may differ from ours.
    times = [record.updated_at for record in page.records if record.updated_at]
    watermark = later_of(state.watermark, max(times)) if times else state.watermark
    full, skeleton = with_seen(state.full, page), state.skeleton or skeleton
    return replace(state, full=full, watermark=watermark, skeleton=skeleton)
