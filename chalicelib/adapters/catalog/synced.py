"""`SyncedCatalog` over the catalogue table: single records of a bucket change, the rest stays.

Beside what `item` writes, an item has `changed_at` (when its content last differed),
`read_at` (when the shop was asked for this content) and `stock_print`. A removed record leaves a
tombstone for a month in the partition `shop#kind#removed`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, Final

from chalicelib.adapters.aws.item_attributes import write_time
from chalicelib.adapters.catalog.bucket_change import BucketChange
from chalicelib.adapters.catalog.document_codec import decode_document, find_preset_number
from chalicelib.adapters.catalog.item import (
    FACTS,
    MAX_ITEM_BYTES,
    Item,
    key_of,
    make_item,
    number_of,
    partition_of,
    size_of,
)
from chalicelib.adapters.catalog.pack import stored_records
from chalicelib.adapters.catalog.presets import make_preset
from chalicelib.adapters.catalog.writer import CatalogWriter
from chalicelib.catalog.kinds import has_blocks, has_preset
from chalicelib.domain.segment import bucket_of
from chalicelib.errors import RecordsTooLarge

TOMBSTONE_SECONDS: Final = 30 * 24 * 60 * 60

Documents = Mapping[int, Mapping[str, Any]]


class DynamoSyncedCatalog:
    """The catalogues of connected shops. The caller holds the kind: one worker writes it."""

    def __init__(self, table_name: str) -> None:
        self._writer = CatalogWriter(table_name)

    def find_times(
        self, shop: str, kind: str, numbers: Sequence[int] | None = None
    ) -> Mapping[int, datetime | None]:
        """Return the shop's times of stored records by number: of these numbers, or of all."""
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

    def find_prints(self, shop: str, kind: str, numbers: Sequence[int]) -> Mapping[int, str]:
        """Return the prints of stored stocks, by number."""
        wanted = frozenset(numbers)
        return {
            number_of(item): item["stock_print"]["S"]
            for bucket in sorted(set(map(bucket_of, numbers)))
            for item in self._writer.find_prints(shop, kind, bucket)
            if number_of(item) in wanted and "stock_print" in item
        }

    def find_facts(
        self, shop: str, kind: str, numbers: Sequence[int] | None = None
    ) -> Iterator[tuple[int, Mapping[str, Any]]]:
        """Yield number and facts of each stored record; with `numbers`, only of those.

        Facts that are damaged are left out: the record is written anew when it is read again.
        """
        presets, ranges = self._writer.find_presets(shop, kind), self._ranges(shop, kind, numbers)
        wanted = None if numbers is None else frozenset(numbers)
        for bucket, bounds in ranges.items():
            for item in self._writer.find_facts(shop, kind, bucket, bounds):
                is_wanted = wanted is None or number_of(item) in wanted
                if is_wanted and (facts := _facts_of(item, presets)):
                    yield number_of(item), facts

    def _ranges(
        self, shop: str, kind: str, numbers: Sequence[int] | None
    ) -> dict[int, tuple[int, int] | None]:
        """Return buckets, each with the first and the last wanted number; None for all of it."""
        if numbers is None:
            return dict.fromkeys(self._writer.find_directory(shop, kind))
        return {bucket: (group[0], group[-1]) for bucket, group in _by_bucket(numbers)}

    def store(
        self,
        shop: str,
        kind: str,
        documents: Documents,
        read_at: datetime,
        prints: Mapping[int, str] | None = None,
    ) -> int:
        """Store the documents that differ and are not older; return how many. RecordsTooLarge."""
        known, preset = prints or {}, self._preset(shop, kind, documents)
        items = {
            number: make_item(shop, kind, number, document, preset) | _printed(known.get(number))
            for number, document in documents.items()
        }
        _check_sizes(items)
        return sum(
            self._store(shop, kind, bucket, [items[n] for n in numbers], read_at)
            for bucket, numbers in _by_bucket(items)
        )

    def _preset(self, shop: str, kind: str, documents: Documents) -> bytes:
        """Return the preset of a kind; nothing if it has none, or none yet."""
        # From the leader each time: the preset that a container remembers may be deleted by now.
        preset = self._writer.find_preset(shop, kind)
        if not preset and has_preset(kind):
            preset = make_preset(documents[number] for number in sorted(documents))
            if preset:
                self._writer.put_preset(shop, kind, preset)
        return preset

    def _store(
        self,
        shop: str,
        kind: str,
        bucket: int,
        items: Sequence[Item],
        read_at: datetime,
    ) -> int:
        """Store items of one bucket; return how many differ."""
        entry = self._writer.find_entry(shop, kind, bucket)
        if entry is None:
            self._writer.announce(shop, kind, [bucket])
        stored = self._stored(shop, kind, bucket)
        removed = self._removed(shop, kind, [n for n in map(number_of, items) if n not in stored])
        fresh = {
            number_of(item): _stamped(item, stored, read_at)
            for item in items
            if not _is_older(read_at, stored.get(number_of(item)) or removed.get(number_of(item)))
        }
        differing = frozenset(n for n, item in fresh.items() if item != stored.get(n))
        # A writer that was stopped leaves records without blocks, or without an entry.
        if differing or entry is None or has_blocks(kind):
            whole = {**stored, **fresh}
            self._change(shop, kind, bucket, whole, differing, (), entry)
        return len(differing)

    def remove(self, shop: str, kind: str, numbers: Sequence[int], read_at: datetime) -> int:
        """Remove records, leave a tombstone for each, and return how many were stored."""
        return sum(
            self._remove(shop, kind, group, entry, read_at)
            for bucket, group in _by_bucket(numbers)
            if (entry := self._writer.find_entry(shop, kind, bucket))
        )

    def _remove(
        self, shop: str, kind: str, numbers: Sequence[int], entry: Item, read_at: datetime
    ) -> int:
        """Remove records of one bucket; return how many were there."""
        bucket = bucket_of(numbers[0])
        stored = self._stored(shop, kind, bucket)
        stale = [
            stored.pop(number)
            for number in numbers
            if number in stored and not _is_older(read_at, stored[number])
        ]
        # A writer that was stopped leaves records without blocks.
        if stale or has_blocks(kind):
            self._writer.put(_tombstone(shop, kind, number_of(item), read_at) for item in stale)
            self._change(shop, kind, bucket, stored, frozenset(), tuple(stale), entry)
        return len(stale)

    def _removed(self, shop: str, kind: str, numbers: Sequence[int]) -> dict[int, Item]:
        """Return the tombstones of these records that are not stored."""
        if not numbers:
            return {}
        found = self._writer.find_removed(shop, kind, min(numbers), max(numbers))
        return {number_of(item): item for item in found}

    def replace(self, shop: str, kind: str, documents: Documents) -> Documents:
        """Make the kind hold these documents and no others; return those that it held before."""
        directory = self._writer.find_directory(shop, kind)
        buckets = {bucket: list(numbers) for bucket, numbers in _by_bucket(documents)}
        self._writer.announce(shop, kind, buckets.keys() - directory.keys())
        before: dict[int, Mapping[str, Any]] = {}
        for bucket in sorted(buckets.keys() | directory.keys()):
            stored = self._stored(shop, kind, bucket) if bucket in directory else {}
            before |= {
                number: json.loads(document)
                for item in stored.values()
                for number, document in stored_records(item)
            }
            items = {n: make_item(shop, kind, n, documents[n]) for n in buckets.get(bucket, ())}
            differing = frozenset(n for n, item in items.items() if item != stored.get(n))
            stale = tuple(item for n, item in stored.items() if n not in items)
            if differing or stale:
                entry = directory.get(bucket)
                self._change(shop, kind, bucket, items, differing, stale, entry)
        return before

    def remove_all(self, shop: str, kind: str) -> None:
        """Remove the records of a kind, bucket by bucket. They leave no tombstones."""
        for bucket, entry in self._writer.find_directory(shop, kind).items():
            self._writer.replace_bucket(shop, kind, bucket, (), entry)
        self._writer.delete_presets(shop, kind)

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


def _check_sizes(items: Mapping[int, Item]) -> None:
    # DynamoDB would refuse the whole batch, again with every attempt.
    most = MAX_ITEM_BYTES - _STAMP_BYTES
    if too_large := frozenset(number for number, item in items.items() if size_of(item) > most):
        raise RecordsTooLarge(too_large)


def _by_bucket(numbers: Iterable[int]) -> Iterator[tuple[int, list[int]]]:
    for bucket, group in groupby(sorted(numbers), key=bucket_of):
        yield bucket, list(group)


_STAMPS: Final = frozenset({"changed_at", "read_at"})
_STAMP_BYTES: Final = 100


def _stamped(item: Item, stored: Mapping[int, Item], read_at: datetime) -> Item:
    """Return the item as it is stored, if nothing but its stamps differs; else with new stamps.

    `changed_at` is when the content was first read as it is. An item that only gets a print keeps
    the moment of its content.
    """
    before = stored.get(number_of(item), {})
    same = {name: value for name, value in before.items() if name not in _STAMPS}
    if same == item:
        return before
    now = {"S": write_time(read_at)}
    is_known = "changed_at" in before and same == _without_print(item)
    return item | {"changed_at": before["changed_at"] if is_known else now, "read_at": now}


def _without_print(item: Item) -> Item:
    return {name: value for name, value in item.items() if name != "stock_print"}


def _printed(print_: str | None) -> Item:
    return {} if print_ is None else {"stock_print": {"S": print_}}


def _is_older(read_at: datetime, stored: Item | None) -> bool:
    """Return whether what is stored, a record or its tombstone, was read later than this."""
    # Messages arrive out of order: an answer that was read earlier must not overwrite a later one.
    text = (stored or {}).get("read_at")
    return text is not None and write_time(read_at) < text["S"]


def _tombstone(shop: str, kind: str, number: int, read_at: datetime) -> Item:
    until = read_at + timedelta(seconds=TOMBSTONE_SECONDS)
    return {
        "partition": {"S": partition_of(shop, kind, "removed")},
        "number": {"N": str(number)},
        "read_at": {"S": write_time(read_at)},
        "forget_at_epoch": {"N": str(int(until.timestamp()))},
    }


def _facts_of(item: Item, presets: Mapping[int, bytes]) -> Mapping[str, Any]:
    stored = item[FACTS]["B"] if FACTS in item else b""
    try:
        preset = presets.get(find_preset_number(stored) or 0, b"")
        facts: Mapping[str, Any] = json.loads(decode_document(stored, preset))
    except ValueError:
        return {}
    return facts


def _changed_in_shop_at(item: Item) -> datetime | None:
    text = item.get("touched_at") or item.get("updated_at")
    return datetime.fromisoformat(text["S"]) if text else None
