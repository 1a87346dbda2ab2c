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
    """A shop's dictionaries. Each kind is read once, when asked."""

    source: CatalogSource
    shop: str
    _read: dict[str, Documents] = field(default_factory=dict)

    def all(self, kind: str) -> Documents:
        if kind not in self._read:
            self._read[kind] = self.source.find_dictionary(self.shop, kind)
        return self._read[kind]

    def collect(
        self, kind: str, found: Callable[[dict[str, Any]], Iterable[Found]]
    ) -> frozenset[Found]:
        """What `found` yields over all documents of a large kind, whole ones; reads all of it, a page at a time."""
        pages = self.source.read_buckets(
            self.shop, kind, self.source.find_buckets(self.shop, kind), whole=True
        )
        return frozenset(
            item for page in pages for raw in page for item in found(msgspec.json.decode(raw))
        )

    def chosen(self, kind: str, global_ids: Any) -> Documents:
        """The documents of these ids, each once, sorted by slug; unknown ids are ignored."""
        wanted = set(global_ids or ())
        if not wanted:
            return ()
        return tuple(
            sorted((d for d in self.all(kind) if d["id"] in wanted), key=lambda d: d["slug"])
        )
