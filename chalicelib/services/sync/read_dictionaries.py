"""Read a shop's dictionaries, the small kinds that name things.

Saleor sends no event for most renames, so they are read with every reconciliation.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from chalicelib.catalog.documents import records_of
from chalicelib.catalog.shop_nodes import NAMING_KINDS, Names
from chalicelib.catalog.versions import version_of
from chalicelib.domain.shop_api import Node
from chalicelib.domain.sync import DICTIONARIES, EVERYTHING, Mark
from chalicelib.services.sync.step import Step, change_state
from chalicelib.services.sync.sync_service import log

MARKS_PER_READ: Final = 1_000
PRINT_CHARACTERS: Final = 16
UNFINISHED: Final = "unfinished"


def read_dictionaries(step: Step) -> Names:
    """Store the dictionaries as the shop has them now, and return their names.

    Marks of their records are drained with that. If anything differs, every record that may show it
    is marked.
    """
    shop, now = step.shop.name, step.now
    as_of = now - step.lag
    marks = step.sync.marks.find(shop, DICTIONARIES, MARKS_PER_READ)
    read = step.sync.api.read_dictionaries(step.connection)
    step.check_lease()
    found = _print_of(read)
    if found != step.sync.get_state(shop, DICTIONARIES).print:
        _store_changed(step, read, now)
    _note(step, print=found, as_of=as_of)
    step.sync.marks.remove([mark for mark in marks if as_of >= mark.marked_at])
    return Names.of({kind: read[kind] for kind in NAMING_KINDS})


def _store_changed(step: Step, read: Mapping[str, tuple[Node, ...]], now: datetime) -> None:
    """Store dictionaries that differ, and mark what shows them.

    A worker that dies here leaves UNFINISHED: the next one cannot see any more what differed.
    """
    was_interrupted = step.sync.get_state(step.shop.name, DICTIONARIES).print == UNFINISHED
    _note(step, print=UNFINISHED)
    shown = [kind for kind, nodes in read.items() if _replace(step, kind, nodes, now)]
    if shown or was_interrupted:
        log.info("dictionaries changed", extra={"shop": step.shop.name, "kinds": shown})
        _mark_everything(step, now)


def _replace(step: Step, kind: str, nodes: Iterable[Node], now: datetime) -> bool:
    return step.sync.catalog.replace(step.shop.name, kind, _documents(kind, nodes), now)


def _note(step: Step, **known: Any) -> None:
    change_state(step.sync, step.shop.name, DICTIONARIES, lambda state: replace(state, **known))


def _print_of(read: Mapping[str, tuple[Node, ...]]) -> str:
    """Return a short text that differs when any record does, or the form of its document."""
    versions = {kind: version_of(kind) for kind in read}
    text = json.dumps([versions, read], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:PRINT_CHARACTERS]


def _mark_everything(step: Step, now: datetime) -> None:
    """Mark all records, unless none is stored yet that could show an earlier name."""
    state = step.state
    if state.is_ready or (state.full is not None and state.full.done):
        step.sync.marks.add(
            [Mark(shop=step.shop.name, kind=step.kind, id=EVERYTHING, marked_at=now, since=now)]
        )


def _documents(kind: str, nodes: Iterable[Node]) -> dict[int, Mapping[str, Any]]:
    return {record.number: record.document for node in nodes for record in records_of(kind, node)}
