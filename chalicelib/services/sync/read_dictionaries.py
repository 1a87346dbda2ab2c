"""Read a shop's dictionaries, the small kinds that name things.

Saleor sends no event for most renames, so they are read with every reconciliation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from chalicelib.catalog.documents import records_of
from chalicelib.catalog.shop_nodes import NAMING_KINDS, Names
from chalicelib.domain.shop_api import Node
from chalicelib.domain.sync import DICTIONARIES, EVERYTHING, Mark
from chalicelib.services.sync.step import Step, change_state
from chalicelib.services.sync.sync_service import log

MARKS_PER_READ: Final = 1_000


def read_dictionaries(step: Step) -> Names:
    """Store the dictionaries as the shop has them now, and return their names.

    Marks of their records are drained with that. If anything differs, every record that may show it
    is marked.
    """
    sync, shop, now = step.sync, step.shop.name, step.now
    as_of = now - step.lag
    marks = sync.marks.find(shop, DICTIONARIES, MARKS_PER_READ)
    read = sync.api.read_dictionaries(step.connection)
    step.check_lease()
    changed = [kind for kind, nodes in read.items() if _replace(step, kind, nodes, now)]
    if changed:
        log.info("dictionaries changed", extra={"shop": shop, "kinds": changed})
        _mark_everything(step, now)
    # The change of all records is marked before the change of their names is settled.
    sync.marks.remove([mark for mark in marks if as_of >= mark.marked_at])
    change_state(sync, shop, DICTIONARIES, lambda state: replace(state, as_of=as_of))
    return Names.of({kind: read[kind] for kind in NAMING_KINDS})


def _replace(step: Step, kind: str, nodes: Iterable[Node], now: datetime) -> bool:
    return step.sync.catalog.replace(step.shop.name, kind, _documents(kind, nodes), now)


def _mark_everything(step: Step, now: datetime) -> None:
    """Mark all records, unless none is stored yet that could show an earlier name."""
    state = step.state
    if state.is_ready or (state.full is not None and state.full.done):
        step.sync.marks.add(
            [Mark(shop=step.shop.name, kind=step.kind, id=EVERYTHING, marked_at=now, since=now)]
        )


def _documents(kind: str, nodes: Iterable[Node]) -> dict[int, Mapping[str, Any]]:
    return {record.number: record.document for node in nodes for record in records_of(kind, node)}
