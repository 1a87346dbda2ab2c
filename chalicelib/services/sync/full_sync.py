"""Read a kind of a shop whole: page by page in the order of creation, resumable after every page.

The end is a comparison with a walk over ids and times (`walk_catalog`), which finds what was
created, changed or deleted while the pages were read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from chalicelib.domain.shop_api import Connection, SeenPage
from chalicelib.domain.sync import advanced, started
from chalicelib.services.sync.drain_marks import store_and_note
from chalicelib.services.sync.fetch_records import Pace, fetch_many
from chalicelib.services.sync.hold_kind import change_state
from chalicelib.services.sync.read_dictionaries import read_dictionaries
from chalicelib.services.sync.sync_service import SyncService, log


def full_sync(
    sync: SyncService,
    shop: str,
    kind: str,
    connection: Connection,
    has_time: Callable[[], bool],
) -> bool:
    """Go on with the full sync of a kind; return whether its last page is stored.

    The caller holds the kind. A sync that was interrupted goes on after the last stored page.
    """
    now = sync.clock.now()
    state = change_state(sync, shop, kind, lambda state: started(state, now=now))
    names, _ = read_dictionaries(sync, shop, connection)
    seen: list[SeenPage] = []
    pages = _seen_pages(sync, connection, kind, state.cursor, seen)
    ids = ([record.id for record in page.records] for page in pages)
    for fetched in fetch_many(sync.api, connection, kind, ids, Pace()):
        page = seen.pop(0)
        asked = [record.id for record in page.records]
        store_and_note(sync, shop, kind, connection, asked, fetched, names)
        _note_progress(sync, shop, kind, page)
        if page.cursor is not None and not has_time():
            return False
    return True


def _seen_pages(
    sync: SyncService, connection: Connection, kind: str, cursor: str | None, seen: list[SeenPage]
) -> Iterator[SeenPage]:
    """Yield pages of ids after the cursor, and remember each until its records are stored."""
    while True:
        page = sync.api.walk(connection, kind, cursor)
        seen.append(page)
        yield page
        cursor = page.cursor
        if cursor is None:
            return


def _note_progress(sync: SyncService, shop: str, kind: str, page: SeenPage) -> None:
    """Store where the sync is: a later worker goes on there, and people see how far it got."""
    state = change_state(
        sync,
        shop,
        kind,
        lambda state: advanced(
            state, cursor=page.cursor, records=len(page.records), total=page.total
        ),
    )
    log.info(
        "sync progress",
        extra={"shop": shop, "kind": kind, "records": state.done, "total": state.total},
    )
