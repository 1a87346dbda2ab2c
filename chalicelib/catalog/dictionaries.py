"""The small kinds that name things: attributes, warehouses, channels, categories and so on."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec

from chalicelib.catalog import kinds
from chalicelib.domain.catalog_ports import CatalogSource
from chalicelib.domain.depth import Depth
from chalicelib.errors import CatalogIncomplete
from chalicelib.words.text import say

Documents = tuple[dict[str, Any], ...]
Fact = TypeVar("Fact")
Found = TypeVar("Found", bound=Hashable)


class _Known(dict[Any, Fact]):
    """A fact of each record of a kind. Looking one up is a single step in C."""

    def __init__(
        self, facts: Mapping[Any, Fact], absent: Fact, kind: str, dictionaries: Dictionaries
    ) -> None:
        super().__init__(facts)
        self._absent = absent
        self._kind = kind
        self._dictionaries = dictionaries

    def __missing__(self, key: Any) -> Fact:
        """Return `absent` for a record that the shop has deleted; else raise CatalogIncomplete."""
        if self._dictionaries.is_synced:
            return self._absent
        raise CatalogIncomplete(
            say(
                "The catalogue has a product whose {records} are not loaded. "
                "Load the {records}, then export again.",
                records=say(self._kind.replace("_", " ")),
            )
        )


@dataclass(slots=True)
class Dictionaries:
    """The dictionaries of a shop. Each kind is read once, when it is first needed."""

    source: CatalogSource
    shop: str
    _read: dict[tuple[str, int], Documents] = field(default_factory=dict)
    _indexes: dict[Hashable, Mapping[Any, Any]] = field(default_factory=dict)

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

    def names(self, kind: str, field: str) -> Mapping[Any, str]:
        """Return this field of all records by number. An absent number has an empty name."""

        def make() -> Mapping[Any, str]:
            named = {document["number"]: document[field] for document in self.all(kind)}
            return self.known(kind, {"": "", **named}, absent="")

        return self.index((kind, field), make)

    def known(self, kind: str, facts: Mapping[Any, Fact], *, absent: Fact) -> Mapping[Any, Fact]:
        """Return these facts of all records of a kind as the facts of whatever products name.

        A record that a shop has deleted since has the fact `absent`. Where one is not loaded from
        files, looking it up raises CatalogIncomplete: a file must not lack records in silence.
        """
        return _Known(facts, absent, kind, self)

    def index(self, key: Hashable, make: Callable[[], Mapping[Any, Any]]) -> Mapping[Any, Any]:
        """Return the index with this key, which `make` makes when it is first needed.

        A list of templates looks up tens of thousands of columns. Going through a dictionary for
        each of them took minutes.
        """
        if key not in self._indexes:
            self._indexes[key] = make()
        return self._indexes[key]

    @property
    def is_synced(self) -> bool:
        """Whether a shop keeps this catalogue current, rather than loads of files."""
        return any(document.get("is_synced") for document in self.all(kinds.SHOP))

    def collect(
        self, kind: str, find: Callable[[dict[str, Any]], Iterable[Found]]
    ) -> frozenset[Found]:
        """Return what `find` yields over all whole documents of a large kind, read page by page."""
        buckets = self.source.find_buckets(self.shop, kind)
        pages = self.source.read_buckets(self.shop, kind, buckets, depth=Depth.WHOLE)
        return frozenset(
            item for page in pages for raw in page for item in find(msgspec.json.decode(raw))
        )
