"""ExportType: everything that makes one kind of export differ from another, as data."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from chalicelib.domain.ports import CatalogSource
from chalicelib.domain.request import ExportRequest
from chalicelib.exports.columns import Column

Documents = tuple[dict[str, Any], ...]
Predicate = Callable[[dict[str, Any]], bool]
SortKey = Callable[[dict[str, Any]], Any]


@dataclass(slots=True)
class Reference:
    """The shop's reference data: attributes, warehouses, channels, categories… Each kind is read once, when asked."""

    source: CatalogSource
    shop: str
    _read: dict[str, Documents] = field(default_factory=dict)

    def all(self, kind: str) -> Documents:
        if kind not in self._read:
            self._read[kind] = self.source.find_reference(self.shop, kind)
        return self._read[kind]

    def collect(self, kind: str, found: Callable[[dict[str, Any]], Iterable[str]]) -> frozenset[str]:
        """What `found` yields over all documents of a large kind, whole ones; reads all of it, a page at a time."""
        pages = self.source.read_buckets(self.shop, kind, self.source.find_buckets(self.shop, kind), whole=True)
        return frozenset(text for page in pages for raw in page for text in found(msgspec.json.decode(raw)))

    def chosen(self, kind: str, global_ids: Any) -> Documents:
        """The documents of these ids, each once, sorted by slug; unknown ids are ignored."""
        wanted = set(global_ids or ())
        if not wanted:
            return ()
        return tuple(sorted((d for d in self.all(kind) if d["id"] in wanted), key=lambda d: d["slug"]))


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportType:
    """One kind of export.

    `kind` names where the records are, `number` reads the record number from a global id of type `id_type`, `columns`
    makes the columns of a request, `rows_key` names the list with one row an item, `predicate` admits records (None:
    all), and `sort_key` orders records within batches of 1,000 (None: by record number). `leaves_out` says that some
    records are in no export, whatever the scope.
    """

    name: str
    label: str
    permission: str
    file_prefix: str
    id_type: str
    kind: Callable[[ExportRequest], str]
    number: Callable[[str], int]
    columns: Callable[[ExportRequest, Reference], list[Column]]
    rows_key: str | None = None
    predicate: Callable[[ExportRequest, Reference, datetime], Predicate | None] = lambda request, reference, now: None
    sort_key: SortKey | None = None
    leaves_out: bool = False
