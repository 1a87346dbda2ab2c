"""Writes of the blocks of a bucket, in an order in which no reader takes an old one for a new one.

The entry of the bucket is put without its blocks, then come the records, the blocks, and the entry
that names them. Whoever is interrupted leaves an entry without blocks: documents are read, and the
next write of the bucket makes the blocks and deletes those that nothing names.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from typing import Any

from chalicelib.adapters.aws.batch_writer import BatchWriter
from chalicelib.adapters.catalog.block_index import (
    COLUMNS,
    INDEX,
    TOO_LARGE,
    BlockIndex,
    block_key,
    columns_of,
    read_index,
)
from chalicelib.adapters.catalog.block_maker import NO_BLOCKS, BlockMaker, Blocks
from chalicelib.adapters.catalog.bucket_change import BucketChange
from chalicelib.adapters.catalog.directory import buckets_of
from chalicelib.adapters.catalog.item import Item
from chalicelib.adapters.catalog.presets import PRESETS_KEPT, preset_of, presets_of
from chalicelib.adapters.catalog.table import range_request
from chalicelib.catalog.kinds import has_blocks
from chalicelib.errors import DatabaseUnavailable


class BlockWriter(BatchWriter):
    """Reads the catalogue table from the leader, and writes the blocks of buckets."""

    def __init__(self, table_name: str, *options: Callable[..., Any]) -> None:
        super().__init__(table_name, *options)
        self._find_preset = lru_cache(PRESETS_KEPT)(self._read_preset)

    def read(
        self, partition: str, names: Sequence[str] = (), numbers: tuple[int, int] | None = None
    ) -> list[Item]:
        """Return every item of a partition, from the leader.

        Only these attributes if any are named, and only items between two numbers if given.
        """
        request = range_request(self._table_name, partition, names, numbers, consistent=True)
        items: list[Item] = []
        while True:
            page = self._ask("query", **request)
            items += page["Items"]
            if "LastEvaluatedKey" not in page:
                return items
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def find_index(self, shop: str, change: BucketChange) -> BlockIndex | None:
        """Return the index that the stored entry of a bucket names, None without one."""
        number = int((change.entry or {}).get(COLUMNS, {"N": TOO_LARGE})["N"])
        partition = columns_of(shop, change.kind, change.bucket)
        for item in self.read(partition, numbers=(number, number)) if number else ():
            return read_index(item["number"]["N"], item[INDEX]["S"])
        return None

    def make_blocks(
        self,
        shop: str,
        items: Sequence[Item],
        change: BucketChange,
        entry: Item,
        known: BlockIndex | None,
    ) -> Blocks:
        """Return the blocks of a bucket that holds these items and gets this entry.

        `known` lists those that it has now.
        """
        kind, bucket = change.kind, change.bucket
        if not has_blocks(kind) or not items:
            return NO_BLOCKS
        find_preset = partial(self._find_preset, shop, kind)
        maker = BlockMaker(shop, kind, bucket, known, find_preset)
        return maker.make(items, list(buckets_of(entry)))

    def withdraw_blocks(self, change: BucketChange, entry: Item) -> Item | None:
        """Return the stored entry, which names no blocks now unless the new entry has the same.

        DatabaseUnavailable if another writer has changed the bucket.
        """
        stored = change.entry
        if stored is None or COLUMNS not in stored or stored[COLUMNS] == entry.get(COLUMNS):
            return stored
        withdrawn = {name: value for name, value in stored.items() if name != COLUMNS}
        self.put_entry(change.kind, withdrawn, stored)
        return withdrawn

    def put_entry(self, kind: str, entry: Item, stored: Item | None) -> None:
        """Put the entry of a bucket in the place of the stored one.

        DatabaseUnavailable if that names other blocks by now: they may lack what this writer has
        written, and this one has not read what they hold.
        """
        if not has_blocks(kind):
            self.put([entry])
            return
        accepted = [one[COLUMNS] for one in (entry, stored or {}) if COLUMNS in one]
        if not self.put_if(entry, COLUMNS, accepted):
            raise DatabaseUnavailable(
                "Another writer has changed the catalogue at the same time. Try again."
            )

    def replace_blocks(
        self, shop: str, change: BucketChange, blocks: Blocks, known: BlockIndex | None
    ) -> None:
        """Store the blocks that are new, and delete those that the bucket has no more.

        The stored entry names none of them, or all that stay.
        """
        if not has_blocks(change.kind):
            return
        kind, bucket = change.kind, change.bucket
        stored = known.numbers() if known else self._stored_blocks(shop, change)
        stale = sorted(stored - blocks.numbers)
        self.delete(block_key(shop, kind, bucket, number) for number in stale)
        self.put(item for item in blocks.items if item["number"]["N"] not in stored)

    def _stored_blocks(self, shop: str, change: BucketChange) -> frozenset[str]:
        """Return the numbers of the items that are stored for the blocks of a bucket."""
        # Of a new bucket there are none.
        if change.entry is None:
            return frozenset()
        items = self.read(columns_of(shop, change.kind, change.bucket), ("number",))
        return frozenset(item["number"]["N"] for item in items)

    def _read_preset(self, shop: str, kind: str, number: int) -> bytes:
        """Return a preset, nothing if it is damaged; KeyError if there is none."""
        for item in self.read(presets_of(shop, kind), numbers=(number, number)):
            return preset_of(item)
        raise KeyError(number)
