"""The small kinds that name things: attributes, warehouses, channels, categories and so on."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec

from chalicelib.domain.ports import CatalogSource

Documents = tuple[dict[str, Any], ...]
Found = TypeVar("Found", bound=Hashable)


@dataclass(slots=True)
class Dictionaries:
    """The dictionaries of a shop. Each kind is read once, when it is first needed."""

    source: CatalogSource
    shop: str
    _read: dict[tuple[str, int], Documents] = field(default_factory=dict)

    def all(self, kind: str, *, since: int = 0) -> Documents:
        """Return all documents of a kind; CatalogOutdated if one is of a version before `since`."""
        if (kind, since) not in self._read:
            self._read[kind, since] = self.source.find_dictionary(self.shop, kind, since=since)
        return self._read[kind, since]

    def chosen(self, kind: str, global_ids: Any, *, since: int = 0) -> Documents:
        """Return the documents of these ids, each once, sorted by slug. Unknown ids are ignored."""
        wanted = set(global_ids or ())
        if not wanted:
            return ()
        found = (document for document in self.all(kind, since=since) if document["id"] in wanted)
        return tuple(sorted(found, key=lambda document: document["slug"]))

    def collect(
        self, kind: str, find: Callable[[dict[str, Any]], Iterable[Found]]
    ) -> frozenset[Found]:
        """Return what `find` yields over all whole documents of a large kind, read page by page."""
        buckets = self.source.find_buckets(self.shop, kind)
        pages = self.source.read_buckets(self.shop, kind, buckets, whole=True)
        return frozenset(
            item for page in pages for raw in page for item in find(msgspec.json.decode(raw))
        )
