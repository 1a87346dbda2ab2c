"""A `CatalogSource` that reads each kind where it is: in the stored catalogue or in the shop."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.catalog.kinds import family_of
from chalicelib.domain.block import Page
from chalicelib.domain.catalog_ports import CatalogSource
from chalicelib.domain.depth import Depth
from chalicelib.domain.segment import Bucket, BucketRange


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogByShop:
    """Reads the kinds in `live_kinds` from the shop itself, if it is connected."""

    stored: CatalogSource
    live: CatalogSource
    live_kinds: frozenset[str]
    is_connected: Callable[[str], bool]

    def find_buckets(
        self, shop: str, kind: str, within: BucketRange | None = None
    ) -> tuple[Bucket, ...]:
        """Return the directory of the kind's source."""
        return self._source(shop, kind).find_buckets(shop, kind, within)

    def cut_buckets(self, shop: str, kind: str, records: int) -> tuple[Bucket, ...]:
        """Return the buckets for a plan of the kind's source."""
        return self._source(shop, kind).cut_buckets(shop, kind, records)

    def read_buckets(
        self,
        shop: str,
        kind: str,
        buckets: Sequence[Bucket],
        *,
        depth: Depth = Depth.DOCUMENT,
        since: int = 0,
    ) -> Iterator[list[bytes]]:
        """Yield the documents that the kind's source has."""
        source = self._source(shop, kind)
        return source.read_buckets(shop, kind, buckets, depth=depth, since=since)

    def read_blocks(
        self,
        shop: str,
        kind: str,
        buckets: Sequence[Bucket],
        groups: Collection[str],
        *,
        since: int = 0,
    ) -> Iterator[Page]:
        """Yield the blocks or documents that the kind's source has."""
        return self._source(shop, kind).read_blocks(shop, kind, buckets, groups, since=since)

    def read_numbers(
        self,
        shop: str,
        kind: str,
        numbers: Sequence[int],
        *,
        depth: Depth = Depth.DOCUMENT,
        since: int = 0,
    ) -> Iterator[list[bytes]]:
        """Yield the documents of these numbers that the kind's source has."""
        source = self._source(shop, kind)
        return source.read_numbers(shop, kind, numbers, depth=depth, since=since)

    def find_dictionary(
        self, shop: str, kind: str, *, since: int = 0
    ) -> tuple[dict[str, Any], ...]:
        """Return the dictionary of the kind's source."""
        return self._source(shop, kind).find_dictionary(shop, kind, since=since)

    def _source(self, shop: str, kind: str) -> CatalogSource:
        # A token may name any shop, so only an installation decides.
        is_live = family_of(kind) in self.live_kinds and self.is_connected(shop)
        return self.live if is_live else self.stored
