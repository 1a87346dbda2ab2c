"""Drain marks: fetch what the shop says now of every record that may have changed, and store it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from chalicelib.catalog.shop_nodes import Names
from chalicelib.domain.shop_api import Connection
from chalicelib.domain.sync import Mark, SyncState
from chalicelib.errors import DictionaryOutdated
from chalicelib.services.sync.fetch_records import (
    IDS_PER_REQUEST,
    Fetched,
    Pace,
    fetch_many,
    fetch_records,
)
from chalicelib.services.sync.hold_kind import change_state
from chalicelib.services.sync.read_dictionaries import read_dictionaries
from chalicelib.services.sync.store_records import Stored, store_fetched
from chalicelib.services.sync.sync_service import SyncService, log

MARKS_PER_ROUND: Final = 2_000


def drain_marks(
    sync: SyncService,
    shop: str,
    kind: str,
    connection: Connection,
    has_time: Callable[[], bool],
) -> bool:
    """Drain the marks of a kind; return whether none is left. The caller holds the kind.

    A mark is removed only after its record is stored, and only if it was not set again meanwhile.
    """
    names, _ = read_dictionaries(sync, shop, connection)
    while marks := sync.marks.find(shop, kind, MARKS_PER_ROUND):
        for batch, fetched in _fetch(sync, connection, kind, marks):
            store_and_note(
                sync, shop, kind, connection, [mark.id for mark in batch], fetched, names
            )
            sync.marks.remove(batch)
            if not has_time():
                return False
    return True


def _fetch(
    sync: SyncService, connection: Connection, kind: str, marks: tuple[Mark, ...]
) -> Iterator[tuple[tuple[Mark, ...], Fetched]]:
    batches = [marks[at : at + IDS_PER_REQUEST] for at in range(0, len(marks), IDS_PER_REQUEST)]
    ids = ([mark.id for mark in batch] for batch in batches)
    return zip(batches, fetch_many(sync.api, connection, kind, ids, Pace()), strict=True)


def store_and_note(
    sync: SyncService,
    shop: str,
    kind: str,
    connection: Connection,
    ids: list[str],
    fetched: Fetched,
    names: Names,
) -> Stored:
    """Store a page and remember the records of it that are broken, or are whole again."""
    try:
        stored = store_fetched(sync, shop, kind, fetched, names)
    except DictionaryOutdated:
        # Somebody has just created an attribute or a channel: both are read again, and agree then.
        names, _ = read_dictionaries(sync, shop, connection)
        again = fetch_records(sync.api, connection, kind, ids)
        stored = store_fetched(sync, shop, kind, again, names)
    change_state(sync, shop, kind, lambda state: _noted(state, ids, stored.broken))
    log.info(
        "records synced",
        extra={
            "shop": shop,
            "kind": kind,
            "asked": len(ids),
            "changed": stored.changed,
            "removed": stored.removed,
            "broken": len(stored.broken),
        },
    )
    return stored


def _noted(state: SyncState, asked: list[str], broken: tuple[str, ...]) -> SyncState:
    left = (set(state.broken) - set(asked)) | set(broken)
    return replace(state, broken=tuple(sorted(left)))
