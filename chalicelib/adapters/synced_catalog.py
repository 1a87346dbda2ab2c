"""`SyncedCatalog` over the catalogue table: single records of a bucket change, the rest stays.

Beside the attributes of `catalog_item`, an item has `changed_at`: when its content last differed.
A removed record leaves a tombstone for a month in the partition `shop#kind#removed`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, Final

from chalicelib.adapters.catalog_item import Item, key_of, make_item, number_of, partition_of
from chalicelib.adapters.catalog_writer import BucketChange, CatalogWriter
from chalicelib.adapters.item_attributes import write_time
from chalicelib.domain.segment import bucket_of

TOMBSTONE_SECONDS: Final = 30 * 24 * 60 * 60

Documents = Mapping[int, Mapping[str, Any]]


class DynamoSyncedCatalog:
    """The catalogues of connected shops. The caller holds the kind: one worker writes it."""

    def __init__(self, table_name: str) -> None:
        self._writer = CatalogWriter(table_name)

    def find_times(
        self, shop: str, kind: str, numbers: Sequence[int] | None = None
    ) -> Mapping[int, datetime | None]:
        if numbers is None:
            buckets: Iterable[int] = self._writer.find_directory(shop, kind)
        else:
            buckets = sorted(set(map(bucket_of, numbers)))
        wanted = None if numbers is None else frozenset(numbers)
        return {
            number_of(item): _changed_in_shop_at(item)
            for bucket in buckets
            for item in self._writer.find_times(shop, kind, bucket)
            if wanted is None or number_of(item) in wanted
        }

    def store(self, shop: str, kind: str, documents: Documents, now: datetime) -> int:
        directory = self._writer.find_directory(shop, kind)
        changed = 0
        for bucket, numbers in _by_bucket(documents):
            if bucket not in directory:
                self._writer.announce(shop, kind, [bucket])
            stored = self._stored(shop, kind, bucket)
            fresh = {
                number: _stamped(make_item(shop, kind, number, documents[number]), stored, now)
                for number in numbers
            }
            differing = frozenset(n for n, item in fresh.items() if item != stored.get(n))
            if differing or bucket not in directory:
                entry = directory.get(bucket)
                self._change(shop, kind, bucket, {**stored, **fresh}, differing, (), entry)
            changed += len(differing)
        return changed

    def remove(self, shop: str, kind: str, numbers: Sequence[int], now: datetime) -> int:
        directory = self._writer.find_directory(shop, kind)
        removed = 0
        for bucket, group in _by_bucket(numbers):
            stored = self._stored(shop, kind, bucket) if bucket in directory else {}
            stale = [stored.pop(number) for number in group if number in stored]
            if stale:
                self._writer.put(_tombstone(shop, kind, number_of(item), now) for item in stale)
                self._change(
                    shop, kind, bucket, stored, frozenset(), tuple(stale), directory[bucket]
                )
            removed += len(stale)
        return removed

    def replace(self, shop: str, kind: str, documents: Documents, now: datetime) -> bool:
        directory = self._writer.find_directory(shop, kind)
        buckets = {bucket: list(numbers) for bucket, numbers in _by_bucket(documents)}
        self._writer.announce(shop, kind, buckets.keys() - directory.keys())
        changed = False
        for bucket in sorted(buckets.keys() | directory.keys()):
            items = [make_item(shop, kind, n, documents[n]) for n in buckets.get(bucket, ())]
            change = self._writer.replace_bucket(shop, kind, bucket, items, directory.get(bucket))
            changed = changed or bool(change.written or change.deleted)
        return changed

    def _stored(self, shop: str, kind: str, bucket: int) -> dict[int, Item]:
        return {number_of(item): item for item in self._writer.find_bucket(shop, kind, bucket)}

    def _change(
        self,
        shop: str,
        kind: str,
        bucket: int,
        items: Mapping[int, Item],
        changed: frozenset[int],
        stale: tuple[Item, ...],
        entry: Item | None,
    ) -> None:
        ordered = [items[number] for number in sorted(items)]
        numbers = frozenset(map(str, changed))
        keys = tuple(map(key_of, stale))
        change = BucketChange(kind, bucket, len(items), numbers, keys, entry)
        self._writer.change_bucket(shop, ordered, change)


def _by_bucket(numbers: Iterable[int]) -> Iterator[tuple[int, list[int]]]:
    for bucket, group in groupby(sorted(numbers), key=bucket_of):
        yield bucket, list(group)


def _stamped(item: Item, stored: Mapping[int, Item], now: datetime) -> Item:
    """Return the item as it is stored, if nothing but its stamp differs; else with a new stamp."""
    before = stored.get(number_of(item), {})
    same = {name: value for name, value in before.items() if name != "changed_at"} == item
    return before if same else item | {"changed_at": {"S": write_time(now)}}


def _tombstone(shop: str, kind: str, number: int, now: datetime) -> Item:
    until = now + timedelta(seconds=TOMBSTONE_SECONDS)
    return {
        "partition": {"S": partition_of(shop, kind, "removed")},
        "number": {"N": str(number)},
        "removed_at": {"S": write_time(now)},
        "forget_at_epoch": {"N": str(int(until.timestamp()))},
    }


def _changed_in_shop_at(item: Item) -> datetime | None:
    text = item.get("touched_at") or item.get("updated_at")
    return datetime.fromisoformat(text["S"]) if text else None
