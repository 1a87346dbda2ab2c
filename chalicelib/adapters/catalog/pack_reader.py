"""Reads of the kinds that are stored in packs (`pack`)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from chalicelib.adapters.catalog.item import Item, make_key, partition_of
from chalicelib.adapters.catalog.lean_dynamodb import LeanItem
from chalicelib.adapters.catalog.pack import (
    documents_of,
    in_force,
    is_gapless,
    last_of,
    numbers_of,
)
from chalicelib.adapters.catalog.read_ahead import read_ahead
from chalicelib.adapters.catalog.reading import CatalogReading
from chalicelib.adapters.catalog.table import KEYS_PER_BATCH, CatalogTable
from chalicelib.catalog.kinds import VOUCHER_CODES_BY_ID, numbers_per_bucket
from chalicelib.domain.segment import Bucket

# A pack inflates to ten times its size, and a few batches are read ahead.
MAX_BATCH_BYTES: Final = 500_000
# The documents of a run of packs are in memory at once.
PACKS_PER_RUN: Final = 20
# A load can move packs while they are read. Each attempt sees a later state of it.
MAX_ATTEMPTS: Final = 3
# Items of single records, which earlier versions wrote, have a document.
_NAMES: Final = ("number", "last", "numbers", "pack", "document", "version")

FindBuckets = Callable[[str, str], tuple[Bucket, ...]]
# A bucket or slice, and its items.
Held = tuple[Bucket, Sequence[LeanItem]]


@dataclass(frozen=True, slots=True)
class PackReader:
    """Reads packs by key, many with one request."""

    table: CatalogTable
    find_buckets: FindBuckets

    def read_buckets(
        self, reading: CatalogReading, buckets: Sequence[Bucket]
    ) -> Iterator[list[bytes]]:
        """Yield a page of documents for each bucket or slice that has any."""
        batches = list(_batches(buckets))
        return read_ahead(lambda batch: self._read(reading, batch), batches, _pages)

    def read_numbers(
        self, reading: CatalogReading, numbers: Sequence[int]
    ) -> Iterator[list[bytes]]:
        """Yield the documents of these record numbers in their order, without unknown ones."""
        buckets = self.find_buckets(reading.shop, reading.kind)
        firsts = [bucket.first_number for bucket in buckets]
        place_after = partial(bisect_right, firsts)
        for run in _runs(numbers, place_after):
            places = {place_after(number) - 1 for number in run} - {-1}
            found = self._find(reading, [buckets[place] for place in sorted(places)], run)
            if page := [found[number] for number in run if number in found]:
                yield page

    def _find(
        self, reading: CatalogReading, buckets: Sequence[Bucket], numbers: Sequence[int]
    ) -> dict[int, bytes]:
        """Return the documents of these numbers."""
        wanted = frozenset(numbers)
        # A replica may lack a record that the leader has, and few packs are read.
        held = self._read(reading, buckets, consistent=True)
        found = {
            number: document
            for _, items in held
            for item in items
            for number, document in zip(numbers_of(item), documents_of(item), strict=True)
            if number in wanted
        }
        if reading.kind != VOUCHER_CODES_BY_ID or len(found) == len(wanted):
            return found
        return found | self._find_single(reading, sorted(wanted - found.keys()))

    def _find_single(self, reading: CatalogReading, numbers: Sequence[int]) -> dict[int, bytes]:
        """Return codes that an earlier version stored, each by its id and in no directory."""
        items: dict[int, LeanItem] = {}
        for start in range(0, len(numbers), KEYS_PER_BATCH):
            batch = numbers[start : start + KEYS_PER_BATCH]
            keys = [make_key(reading.shop, reading.kind, number) for number in batch]
            items |= self.table.read_keys(keys, _NAMES, consistent=True)
        checked = reading.check(list(items.values()))
        return {int(item.number.N): documents_of(item)[0] for item in checked}

    def _read(
        self, reading: CatalogReading, buckets: Sequence[Bucket], *, consistent: bool = False
    ) -> list[Held]:
        """Return the items of each bucket or slice."""
        keys = [_key_of(reading, bucket) for bucket in buckets]
        found = self.table.read_keys(keys, _NAMES, consistent=consistent) if keys else {}
        return [
            (bucket, reading.check(self._items(reading, bucket, found.get(bucket.first_number))))
            for bucket in buckets
        ]

    def _items(
        self, reading: CatalogReading, bucket: Bucket, found: LeanItem | None
    ) -> list[LeanItem]:
        # A load may have moved the pack since the directory was read.
        if found is not None and _is_pack_of(bucket, found):
            return [found]
        return self._search(reading, bucket)

    def _search(self, reading: CatalogReading, bucket: Bucket) -> list[LeanItem]:
        """Return the present items of a whole bucket; CatalogIncomplete if one is missing."""
        partition = partition_of(reading.shop, reading.kind, bucket.number)
        for _ in range(MAX_ATTEMPTS):
            found = self.table.read_range(partition, _NAMES, consistent=True)
            items = list(in_force(found))
            # A directory of single records counts them, so that a missing one is seen.
            promised = bucket.records
            if bucket.is_slice or len(items) < promised:
                promised = self._promised(reading, bucket)
            if _is_whole(items, reading.kind, bucket, promised):
                return items
        count = sum(len(numbers_of(item)) for item in items)
        raise reading.incomplete(bucket, count, promised)

    def _promised(self, reading: CatalogReading, bucket: Bucket) -> int:
        """Return the records that the directory promises of a whole bucket now."""
        now = self.find_buckets(reading.shop, reading.kind)
        return sum(other.records for other in now if other.number == bucket.number)


def _is_pack_of(bucket: Bucket, item: LeanItem) -> bool:
    covered = int(item.number.N), last_of(item)
    return item.pack is not None and covered == (bucket.first_number, bucket.last_number)


def _is_whole(items: Sequence[LeanItem], kind: str, bucket: Bucket, promised: int) -> bool:
    """Return whether the items are all of a bucket: by their packs, or else by their count."""
    if not any(item.pack for item in items):
        return len(items) >= promised
    first = bucket.number * numbers_per_bucket(kind)
    return is_gapless(items, first, first + numbers_per_bucket(kind) - 1)


def _key_of(reading: CatalogReading, bucket: Bucket) -> Item:
    partition = partition_of(reading.shop, reading.kind, bucket.number)
    return {"partition": {"S": partition}, "number": {"N": str(bucket.first_number)}}


def _batches(buckets: Sequence[Bucket]) -> Iterator[list[Bucket]]:
    """Yield neighbouring buckets that are read with one request."""
    batch: list[Bucket] = []
    size = 0
    for bucket in buckets:
        size += bucket.size_bytes
        if batch and (len(batch) == KEYS_PER_BATCH or size > MAX_BATCH_BYTES):
            yield batch
            batch, size = [], bucket.size_bytes
        batch.append(bucket)
    if batch:
        yield batch


def _runs(numbers: Sequence[int], place_of: Callable[[int], int]) -> Iterator[list[int]]:
    """Yield runs of numbers that lie in few packs."""
    run: list[int] = []
    places: set[int] = set()
    for number in numbers:
        places.add(place_of(number))
        if len(places) > PACKS_PER_RUN:
            yield run
            run, places = [], {place_of(number)}
        run.append(number)
    if run:
        yield run


def _pages(held: Sequence[Held]) -> Iterator[list[bytes]]:
    for bucket, items in held:
        if page := _page(bucket, items):
            yield page


def _page(bucket: Bucket, items: Sequence[LeanItem]) -> list[bytes]:
    """Return the documents of a bucket or slice."""
    if len(items) == 1 and _is_pack_of(bucket, items[0]):
        return documents_of(items[0])
    first, last = bucket.first_number, bucket.last_number
    return [
        document
        for item in items
        for number, document in zip(numbers_of(item), documents_of(item), strict=True)
        if first <= number <= last
    ]
