"""Compare the stocks and listings of all records with the stored ones, and mark what differs.

Orders change stocks, schedules publish products and promotions change prices without any event
that the app may read, and no `updatedAt` moves.
"""

from __future__ import annotations

from dataclasses import replace

from chalicelib.catalog.stock_print import print_of
from chalicelib.domain.global_id import number_of
from chalicelib.domain.shop_api import NodePage
from chalicelib.domain.sync import SyncState, Walk, advanced, is_wanted, refreshed
from chalicelib.errors import PageBroken
from chalicelib.services.sync.step import Step
from chalicelib.services.sync.walk_catalog import mark_differing


def refresh_stocks(step: Step) -> bool:
    """Go on with the comparison; return whether its last page is done.

    One request at a time: nothing waits for it but the next hour.
    """
    state = step.change(lambda state: _started(state, Walk(since=step.now - step.lag)))
    while state.refresh is not None:
        page, differing = _compared(step, state.refresh.cursor)
        mark_differing(step, differing)
        state = step.change(lambda state: _with_page(state, page))  # noqa: B023 - called at once
        if page.cursor is not None and (not step.has_time() or is_wanted(state, step.lag)):
            return False
    return True


def _started(state: SyncState, walk: Walk) -> SyncState:
    return state if state.refresh else replace(state, refresh=walk)


def _compared(step: Step, cursor: str | None) -> tuple[NodePage, list[int]]:
    """Return a page and the numbers of its records that differ: all, if one of them breaks it."""
    api, connection, kind = step.sync.api, step.connection, step.kind
    try:
        page = api.walk_stocks(connection, kind, cursor)
        return page, _differing(step, page)
    except PageBroken:
        # Both walks have the same pages. The drain finds the record that is broken.
        seen = api.walk(connection, kind, cursor)
        nodes = tuple({"id": record.id} for record in seen.records)
        page = NodePage(nodes=nodes, cursor=seen.cursor, total=seen.total)
        return page, [number_of(node["id"]) for node in nodes]


def _differing(step: Step, page: NodePage) -> list[int]:
    prints = {number_of(node["id"]): print_of(node) for node in page.nodes}
    # Stock changes without moving `updatedAt`, so contents are compared instead of times.
    stored = step.sync.catalog.find_prints(step.shop.name, step.kind, list(prints))
    return [number for number, found in prints.items() if stored.get(number) != found]


def _with_page(state: SyncState, page: NodePage) -> SyncState:
    """Return the state after a page; after the last one everything is compared or marked."""
    if state.refresh is None:
        return state
    walk = advanced(state.refresh, cursor=page.cursor, records=len(page.nodes), total=page.total)
    after = replace(state, refresh=walk)
    return refreshed(after) if walk.is_whole else after
