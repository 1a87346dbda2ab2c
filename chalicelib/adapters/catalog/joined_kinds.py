"""A `CatalogSource` that also reads several kinds as one: the codes of several vouchers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Final

from chalicelib.catalog.kinds import kinds_joined_in
from chalicelib.domain.block import Page
from chalicelib.domain.catalog_ports import CatalogSource
from chalicelib.domain.depth import Depth
from chalicelib.domain.segment import NUMBERS_PER_BUCKET, Bucket, BucketRange

# Each kind gets a range of bucket numbers of its own, so that a plan can name them all.
BUCKETS_PER_KIND: Final = 10**9
_NUMBERS_PER_KIND: Final = BUCKETS_PER_KIND * NUMBERS_PER_BUCKET


@dataclass(frozen=True, slots=True)
class JoinedKinds:
    """Reads the kinds that are joined in one, one after the other; single kinds as the source."""

    source: CatalogSource

    def find_buckets(
        self, shop: str, kind: str, within: BucketRange | None = None
    ) -> tuple[Bucket, ...]:
        """Return the directories of all kinds, moved into ranges of their own."""
        return _joined(
            kind, lambda one, place: self.source.find_buckets(shop, one, _own(within, place))
        )

    def cut_buckets(self, shop: str, kind: str, records: int) -> tuple[Bucket, ...]:
        """Return the buckets of all kinds for a plan."""
        return _joined(kind, lambda one, _: self.source.cut_buckets(shop, one, records))

    def read_buckets(
        self,
        shop: str,
        kind: str,
        buckets: Sequence[Bucket],
        *,
        depth: Depth = Depth.DOCUMENT,
        since: int = 0,
    ) -> Iterator[list[bytes]]:
        """Yield the documents of each kind's buckets."""
        joined = kinds_joined_in(kind)
        for place, run in groupby(buckets, key=_place_of):
            own = [_moved(bucket, -place) for bucket in run]
            yield from self.source.read_buckets(shop, joined[place], own, depth=depth, since=since)

    def read_blocks(
        self,
        shop: str,
        kind: str,
        buckets: Sequence[Bucket],
        groups: Collection[str],
        *,
        since: int = 0,
    ) -> Iterator[Page]:
        """Yield the blocks of a single kind."""
        return self.source.read_blocks(shop, kind, buckets, groups, since=since)

    def read_numbers(
        self,
        shop: str,
        kind: str,
        numbers: Sequence[int],
        *,
        depth: Depth = Depth.DOCUMENT,
        since: int = 0,
    ) -> Iterator[list[bytes]]:
        """Yield the documents of these numbers of a single kind."""
        return self.source.read_numbers(shop, kind, numbers, depth=depth, since=since)

    def find_dictionary(
        self, shop: str, kind: str, *, since: int = 0
    ) -> tuple[dict[str, Any], ...]:
        """Return the dictionary of the source."""
        return self.source.find_dictionary(shop, kind, since=since)


def _joined(kind: str, find: Callable[[str, int], Iterable[Bucket]]) -> tuple[Bucket, ...]:
    """Return the buckets of all kinds; `find` gets a kind and its place among them."""
    return tuple(
        _moved(bucket, place)
        for place, one in enumerate(kinds_joined_in(kind))
        for bucket in find(one, place)
    )


def _own(within: BucketRange | None, place: int) -> BucketRange | None:
    """Return the part of a range that belongs to the kind at this place, in its own numbers.

    It ends before it begins if there is none.
    """
    if within is None:
        return None
    first, last = (number - place * BUCKETS_PER_KIND for number in within)
    return max(first, 0), min(last, BUCKETS_PER_KIND - 1)


def _place_of(bucket: Bucket) -> int:
    return bucket.number // BUCKETS_PER_KIND


def _moved(bucket: Bucket, kinds: int) -> Bucket:
    """Return a bucket, moved by the ranges of so many kinds."""
    numbers = kinds * _NUMBERS_PER_KIND
    return replace(
        bucket,
        number=bucket.number + kinds * BUCKETS_PER_KIND,
        first=None if bucket.first is None else bucket.first + numbers,
        last=None if bucket.last is None else bucket.last + numbers,
    )
