"""Read a shop's dictionaries, the small kinds that name things.

Saleor sends no event for most renames, so they are read with every reconciliation. Products have
the ids of these records and no names: a rename is stored here and nowhere else.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from chalicelib.catalog import kinds
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

Documents = Mapping[int, Mapping[str, Any]]
_NAMES: Final = frozenset({"name", "slug"})
_TYPES: Final = ("product_types", "variant_types")


def read_dictionaries(step: Step) -> Names:
    """Store the dictionaries as the shop has them now, and return their names.

    Marks of their records are drained with that. If more than names differs, every record that may
    show it is marked.
    """
    shop, now = step.shop.name, step.now
    as_of = now - step.lag
    marks = step.sync.marks.find(shop, DICTIONARIES, MARKS_PER_READ)
    languages = list(step.sync.settings.translation_languages)
    read = dict(step.sync.api.read_dictionaries(step.connection))
    read[kinds.SHOP] = tuple({**node, "languages": languages} for node in read[kinds.SHOP])
    step.check_lease()
    before, found = step.sync.get_state(shop, DICTIONARIES), _print_of(read)
    if found != before.print:
        # Somebody changed them after the last reading. An export that was asked for since then
        # must have the change.
        _store_changed(step, read, now, since=before.as_of or now)
    _note(step, print=found, as_of=as_of)
    step.sync.marks.remove([mark for mark in marks if as_of >= mark.marked_at])
    return Names.of({kind: read[kind] for kind in NAMING_KINDS})


def _store_changed(
    step: Step, read: Mapping[str, tuple[Node, ...]], now: datetime, since: datetime
) -> None:
    """Store dictionaries that differ, and mark what shows more than their names.

    A worker that dies here leaves UNFINISHED: the next one cannot see any more what differed.
    """
    was_interrupted = step.sync.get_state(step.shop.name, DICTIONARIES).print == UNFINISHED
    _note(step, print=UNFINISHED)
    shown = [kind for kind, nodes in read.items() if _replace(step, kind, nodes)]
    if shown or was_interrupted:
        log.info("dictionaries changed in products", extra={"shop": step.shop.name, "kinds": shown})
        _mark_everything(step, now, since)


def _replace(step: Step, kind: str, nodes: Iterable[Node]) -> bool:
    """Store a dictionary; return whether products change with it."""
    after = _documents(kind, nodes)
    before = step.sync.catalog.replace(step.shop.name, kind, after)
    return _reaches_products(kind, before, after)


def _reaches_products(kind: str, before: Documents, after: Documents) -> bool:
    """Return whether products change with these records.

    Products lose records that are gone, and values of attributes that their type no longer has.
    They have these values again if their type gets the attribute back. Texts of numbers hold the
    unit of their attribute. Translations are in the languages that the deployment reads, which the
    document of the shop has.
    """
    if kind == kinds.SHOP:
        return any(
            before[number].get("languages") != after[number]["languages"] for number in before
        )
    if kind not in NAMING_KINDS:
        return False
    if before.keys() - after.keys():
        return True
    # No stored product is of a type that is new.
    types = {one for document in before.values() for name in _TYPES for one in _of(document, name)}
    return kind == kinds.ATTRIBUTES and any(
        _shown(before[number], types) != _shown(after[number], types) for number in before
    )


def _shown(document: Mapping[str, Any], types: set[int]) -> dict[str, Any]:
    """Return the facts of an attribute on which products of these types depend."""
    facts = {name: fact for name, fact in document.items() if name not in _NAMES}
    return facts | {name: types.intersection(_of(document, name)) for name in _TYPES}


def _of(document: Mapping[str, Any], name: str) -> Sequence[int]:
    # Documents of earlier versions name no types.
    found: Sequence[int] = document.get(name, ())
    return found


def _note(step: Step, **known: Any) -> None:
    change_state(step.sync, step.shop.name, DICTIONARIES, lambda state: replace(state, **known))


def _print_of(read: Mapping[str, tuple[Node, ...]]) -> str:
    """Return a short text that differs when any record does, or the form of its document."""
    versions = {kind: version_of(kind) for kind in read}
    text = json.dumps([versions, read], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:PRINT_CHARACTERS]


def _mark_everything(step: Step, now: datetime, since: datetime) -> None:
    """Mark all records, unless none is stored yet that could show an earlier name."""
    state = step.state
    if state.is_ready or (state.full is not None and state.full.done):
        step.sync.marks.add(
            [Mark(shop=step.shop.name, kind=step.kind, id=EVERYTHING, marked_at=now, since=since)]
        )


def _documents(kind: str, nodes: Iterable[Node]) -> Documents:
    found = {record.number: record.document for node in nodes for record in records_of(kind, node)}
    if kind != kinds.SHOP:
        return found
    languages = [code for node in nodes for code in node["languages"]]
    return {
        number: {**document, "is_synced": True, "languages": languages}
        for number, document in found.items()
    }
