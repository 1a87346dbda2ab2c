"""Store what a shop said of its records: documents for those it knows, tombstones for those gone.

Records that cannot be shown or read are named in the state of their kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from chalicelib.catalog import kinds
from chalicelib.catalog.documents import records_of
from chalicelib.catalog.node_reader import InvalidNode
from chalicelib.catalog.shop_nodes import Names, complete_product
from chalicelib.catalog.stock_print import print_of
from chalicelib.domain.global_id import number_of
from chalicelib.domain.shop_api import Node
from chalicelib.domain.sync import SyncState
from chalicelib.errors import DictionaryOutdated, RecordsTooLarge, TooManyBroken
from chalicelib.services.sync.fetch_records import Fetched, fetch_records
from chalicelib.services.sync.mark_losing import mark_losing
from chalicelib.services.sync.pace import Pace
from chalicelib.services.sync.read_dictionaries import read_dictionaries
from chalicelib.services.sync.step import Step
from chalicelib.services.sync.sync_service import log

# 100 KB of an item that may have 400 KB. Each costs the shop two requests an hour.
MAX_BROKEN: Final = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """Counts of changed and removed records, and the ids of those that cannot be read."""

    changed: int = 0
    removed: int = 0
    broken: tuple[str, ...] = ()


@dataclass(slots=True)
class _Read:
    """The documents and prints of a page, by number, and the ids that cannot be read."""

    documents: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    prints: dict[int, str] = field(default_factory=dict)
    unreadable: list[str] = field(default_factory=list)

    def leave_out(self, global_id: str, reason: str) -> None:
        """Note that a record cannot be read, or cannot be stored."""
        log.error("record not readable", extra={"id": global_id, "reason": reason})
        self.unreadable.append(global_id)


def store_and_note(
    step: Step,
    ids: Sequence[str],
    fetched: Fetched,
    names: Names,
    pace: Pace,
    marked: Mapping[int, datetime] = MappingProxyType({}),
) -> Stored:
    """Store a page and remember the records of it that are broken, or are whole again.

    `marked` are the moments from which on exports depend on its records, by number. Raise LeaseLost
    if another worker holds the kind by now: its answers are newer. Raise TooManyBroken if more than
    MAX_BROKEN are broken.
    """
    mark_losing(step, fetched, names, marked)
    try:
        stored = _store(step, fetched, names)
    except DictionaryOutdated:
        # Staff have just created an attribute or a channel, so names and records are read again.
        with pace.slot():
            names = read_dictionaries(step)
            fetched = fetch_records(step, ids, pace)
        stored = _store(step, fetched, names)
    step.change(lambda state: _noted(state, ids, stored.broken))
    _log(step, ids, stored)
    return stored


def _store(step: Step, fetched: Fetched, names: Names) -> Stored:
    read = _read(step.kind, fetched.nodes, names)
    step.check_lease()
    catalog, shop, kind = step.sync.catalog, step.shop.name, step.kind
    changed = _store_fitting(step, read, fetched.read_at)
    removed = catalog.remove(shop, kind, list(map(number_of, fetched.gone)), fetched.read_at)
    return Stored(changed=changed, removed=removed, broken=(*fetched.broken, *read.unreadable))


def _store_fitting(step: Step, read: _Read, read_at: datetime) -> int:
    """Store the documents that fit and return how many differed; the others are unreadable."""
    catalog, shop, kind = step.sync.catalog, step.shop.name, step.kind
    try:
        return catalog.store(shop, kind, read.documents, read_at, read.prints)
    except RecordsTooLarge as error:
        for number in error.numbers:
            read.leave_out(read.documents.pop(number)["id"], str(error))
    return catalog.store(shop, kind, read.documents, read_at, read.prints)


def _read(kind: str, nodes: Iterable[Node], names: Names) -> _Read:
    read = _Read()
    for node in nodes:
        try:
            for record in records_of(kind, _completed(kind, node, names)):
                read.documents[record.number] = record.document
                read.prints[record.number] = print_of(node)
        except InvalidNode as error:
            read.leave_out(str(node["id"]), str(error))
    return read


def _completed(kind: str, node: Node, names: Names) -> Node:
    return complete_product(node, names) if kind == kinds.PRODUCTS else node


def _noted(state: SyncState, asked: Sequence[str], broken: tuple[str, ...]) -> SyncState:
    left = (set(state.broken) - set(asked)) | set(broken)
    if len(left) > MAX_BROKEN:
        raise TooManyBroken(f"The shop cannot show more than {MAX_BROKEN:,} records.")
    return replace(state, broken=tuple(sorted(left)))


def _log(step: Step, ids: Sequence[str], stored: Stored) -> None:
    log.info(
        "records synced",
        extra={
            "shop": step.shop.name,
            "kind": step.kind,
            "asked": len(ids),
            "changed": stored.changed,
            "removed": stored.removed,
            "broken": len(stored.broken),
        },
    )
