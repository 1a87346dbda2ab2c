"""Writes of the catalogue table, in an order that never promises a record that is not there.

A bucket is replaced in this order: its records are put, its directory entry is set to the new
counts, then stale records are deleted. Before the first record of a new bucket, an entry with 0
records is put, which exports skip. So an interrupted load leaves nothing behind that the next one
would not find.

Blocks of a bucket (`block_index`) hold what its records hold. If these change, its entry names no
blocks from before the first write until the new ones are stored and no stale record is left.

Unchanged items are not rewritten: loading the same catalogue twice costs reads only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from chalicelib.adapters.catalog.block_writer import CHANGE, BlockWriter
from chalicelib.adapters.catalog.bucket_change import BucketChange
from chalicelib.adapters.catalog.directory import announced_entry, directory_of, make_entry
from chalicelib.adapters.catalog.item import (
    FACTS,
    Item,
    key_of,
    number_of,
    partition_of,
    records_of,
)
from chalicelib.adapters.catalog.pack import numbers_in
from chalicelib.adapters.catalog.presets import preset_item, preset_of, presets_of
from chalicelib.catalog.kinds import has_blocks, has_preset, is_packed

Entries = dict[int, Item]


@dataclass(frozen=True, slots=True)
class Change:
    """Counts of the records that a replacement wrote, kept and deleted.

    All records of a pack are written if one of them differs.
    """

    written: int = 0
    kept: int = 0
    deleted: int = 0

    def __add__(self, other: Change) -> Change:
        return Change(
            self.written + other.written, self.kept + other.kept, self.deleted + other.deleted
        )


class CatalogWriter(BlockWriter):
    """Replaces buckets of the catalogue table."""

    def find_directory(self, shop: str, kind: str) -> Entries:
        """Return the directory entries by bucket."""
        return {int(item["number"]["N"]): item for item in self.read(directory_of(shop, kind))}

    def find_entry(self, shop: str, kind: str, bucket: int) -> Item | None:
        """Return the directory entry of a bucket."""
        return self.find_item(directory_of(shop, kind), bucket)

    def find_items(self, shop: str, kind: str) -> Iterator[list[Item]]:
        """Yield the stored items of a kind bucket by bucket, whatever counts the directory has."""
        for bucket in sorted(self.find_directory(shop, kind)):
            yield self.read(partition_of(shop, kind, bucket))

    def find_bucket(self, shop: str, kind: str, bucket: int) -> list[Item]:
        """Return the stored items of a bucket, by number."""
        return self.read(partition_of(shop, kind, bucket))

    def find_times(self, shop: str, kind: str, bucket: int) -> list[Item]:
        """Return number and times of the stored items of a bucket, without their documents."""
        return self.read(partition_of(shop, kind, bucket), ("number", "touched_at", "updated_at"))

    def find_prints(self, shop: str, kind: str, bucket: int) -> list[Item]:
        """Return number and stock print of the stored items of a bucket."""
        return self.read(partition_of(shop, kind, bucket), ("number", "stock_print"))

    def find_facts(
        self, shop: str, kind: str, bucket: int, numbers: tuple[int, int] | None
    ) -> list[Item]:
        """Return number and facts of the stored items of a bucket, or of those between two."""
        return self.read(partition_of(shop, kind, bucket), ("number", FACTS), numbers)

    def find_removed(self, shop: str, kind: str, first: int, last: int) -> list[Item]:
        """Return the tombstones of records with numbers between two, both included."""
        return self.read(partition_of(shop, kind, "removed"), numbers=(first, last))

    def find_preset(self, shop: str, kind: str) -> bytes:
        """Return the preset of a kind, nothing without one. A damaged one counts as missing."""
        return next(filter(None, self.find_presets(shop, kind).values()), b"")

    def find_presets(self, shop: str, kind: str) -> dict[int, bytes]:
        """Return the presets of a kind by number, nothing in the place of a damaged one."""
        items = self.read(presets_of(shop, kind)) if has_preset(kind) else []
        return {number_of(item): preset_of(item) for item in items}

    def put_preset(self, shop: str, kind: str, preset: bytes) -> None:
        """Store a preset, before the first record that refers to it."""
        self.put([preset_item(shop, kind, preset)])

    def delete_presets(self, shop: str, kind: str) -> None:
        """Delete the presets of a kind, once no record refers to them."""
        if has_preset(kind):
            self.delete(map(key_of, self.read(presets_of(shop, kind))))

    def announce(self, shop: str, kind: str, buckets: Iterable[int]) -> None:
        """Put new buckets into the directory, before their records are put."""
        # An interrupted load leaves records only where the directory names their bucket, so that
        # the next load finds and removes them.
        # A bucket with blocks is announced when its first record is put (`withdraw_blocks`).
        if not has_blocks(kind):
            self.put(announced_entry(shop, kind, bucket) for bucket in buckets)

    def compare_bucket(
        self, shop: str, kind: str, bucket: int, items: Iterable[Item], entry: Item | None
    ) -> BucketChange:
        """Return what has to change for the bucket to hold these items and no others.

        `entry` is the directory entry of the bucket. Without an entry there are no stored items.
        """
        if entry is None:
            return BucketChange(kind, bucket, 0, None, (), None)
        found = self.read(partition_of(shop, kind, bucket))
        stored = {item["number"]["N"]: item for item in found}
        wanted = {item["number"]["N"]: item for item in items}
        # A write unit costs five times as much as a read unit, so unchanged items are not written.
        changed = frozenset(n for n, item in wanted.items() if stored.get(n) != item)
        stale = tuple(key_of(item) for n, item in stored.items() if n not in wanted)
        before = numbers_in(found)
        dropped = len(before - numbers_in(wanted.values()))
        return BucketChange(kind, bucket, len(before), changed, stale, entry, dropped)

    def change_bucket(self, shop: str, items: Sequence[Item], change: BucketChange) -> Change:
        """Write the items that differ, the directory entry, and delete stale items."""
        kind, changed = change.kind, _items_to_put(items, change)
        counts = make_entry(shop, kind, change.bucket, items)
        known = self.find_index(shop, change)
        blocks = self.make_blocks(shop, items, change, counts, known)
        entry = counts | blocks.attribute
        stored = self.withdraw_blocks(shop, change, entry)
        # Records come before the entry that counts them: an export must not find fewer than
        # promised.
        self._put_records(kind, changed)
        if change.stale:
            # Until the entry has the new counts, exports expect these records.
            stored = self.put_entry(kind, counts, stored)
            self.delete(change.stale)
        self.replace_blocks(shop, change, blocks, known)
        if not _is_same(entry, stored):
            stored = self.put_entry(kind, entry, stored)
        elif stored and (changed or change.stale):
            self.check_entry(kind, stored)
        if not items:
            self.delete_entry(stored or entry)
        written, held = sum(map(records_of, changed)), sum(map(records_of, items))
        return Change(written, held - written, change.dropped)

    def _put_records(self, kind: str, items: Sequence[Item]) -> None:
        if is_packed(kind):
            # The order in which readers see no gap; one batch has no order.
            for pack in reversed(items):
                self.put([pack])
        else:
            self.put(items)

    def replace_bucket(
        self, shop: str, kind: str, bucket: int, items: Sequence[Item], entry: Item | None = None
    ) -> Change:
        """Make the bucket hold these items, sorted by number, and no others."""
        change = self.compare_bucket(shop, kind, bucket, items, entry)
        return self.change_bucket(shop, items, change)


def _items_to_put(items: Sequence[Item], change: BucketChange) -> Sequence[Item]:
    if change.changed is None:
        return items
    return [item for item in items if item["number"]["N"] in change.changed]


def _is_same(entry: Item, stored: Item | None) -> bool:
    """Return whether an entry differs from the stored one in its change at most."""
    return stored is not None and entry | {CHANGE: None} == stored | {CHANGE: None}
