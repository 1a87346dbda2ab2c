"""Store what a shop said of its records.

Documents for those it knows, tombstones for those gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from chalicelib.catalog import kinds
from chalicelib.catalog.documents import records_of
from chalicelib.catalog.node_reader import InvalidNode
from chalicelib.catalog.shop_nodes import Names, complete_product
from chalicelib.domain.global_id import number_of
from chalicelib.domain.shop_api import Node
from chalicelib.services.sync.fetch_records import Fetched
from chalicelib.services.sync.sync_service import SyncService, log


@dataclass(frozen=True, slots=True)
class Stored:
    """How many records were changed and removed, and which cannot be shown or read."""

    changed: int = 0
    removed: int = 0
    broken: tuple[str, ...] = ()

    def __add__(self, other: Stored) -> Stored:
        return Stored(
            self.changed + other.changed, self.removed + other.removed, self.broken + other.broken
        )


def store_fetched(
    sync: SyncService, shop: str, kind: str, fetched: Fetched, names: Names
) -> Stored:
    """Store the records and remove those that the shop does not know any more.

    A record that cannot be read keeps its last document and is named in `broken`. Raise
    DictionaryOutdated when a record names something newer than `names`.
    """
    now = sync.clock.now()
    documents, unreadable = _documents(kind, fetched.nodes, names)
    changed = sync.catalog.store(shop, kind, documents, now)
    removed = sync.catalog.remove(shop, kind, [number_of(id_) for id_ in fetched.gone], now)
    return Stored(changed, removed, (*fetched.broken, *unreadable))


def _documents(
    kind: str, nodes: Iterable[Node], names: Names
) -> tuple[dict[int, Mapping[str, Any]], tuple[str, ...]]:
    documents: dict[int, Mapping[str, Any]] = {}
    unreadable: list[str] = []
    for node in nodes:
        try:
            for record in records_of(kind, _completed(kind, node, names)):
                documents[record.number] = record.document
        except InvalidNode as error:
            log.error(
                "record of a shop not readable", extra={"id": node["id"], "reason": str(error)}
            )
            unreadable.append(str(node["id"]))
    return documents, tuple(unreadable)


def _completed(kind: str, node: Node, names: Names) -> Node:
    return complete_product(node, names) if kind == kinds.PRODUCTS else node


def note_broken(
    sync: SyncService, shop: str, kind: str, asked: Iterable[str], broken: tuple[str, ...]
) -> None:
    """Remember which records are broken, and forget those that are whole again."""
    state = sync.get_state(shop, kind)
    left = set(state.broken) - set(asked) | set(broken)
    if left != set(state.broken):
        sync.shops.save_state(replace(state, broken=tuple(sorted(left))))
