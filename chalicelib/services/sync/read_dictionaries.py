"""Read a shop's dictionaries: the small kinds that name things.

Saleor sends no event for most renames.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from chalicelib.catalog.documents import records_of
from chalicelib.catalog.shop_nodes import NAMING_KINDS, Names
from chalicelib.domain.shop_api import Connection, Node
from chalicelib.services.sync.sync_service import SyncService, log


def read_dictionaries(sync: SyncService, shop: str, connection: Connection) -> tuple[Names, bool]:
    """Store the dictionaries as the shop has them now.

    Return their names and whether any differs.
    """
    now = sync.clock.now()
    read = sync.api.read_dictionaries(connection)
    changed = [
        kind
        for kind, nodes in read.items()
        if sync.catalog.replace(shop, kind, _documents(kind, nodes), now)
    ]
    for kind in read:
        sync.shops.save_state(replace(sync.get_state(shop, kind), as_of=now, asked_at=now))
    if changed:
        log.info("dictionaries changed", extra={"shop": shop, "kinds": changed})
    return Names.of({kind: read[kind] for kind in NAMING_KINDS}), bool(changed)


def _documents(kind: str, nodes: Iterable[Node]) -> dict[int, Mapping[str, Any]]:
    return {record.number: record.document for node in nodes for record in records_of(kind, node)}
