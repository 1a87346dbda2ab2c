"""Writes of the blocks of a bucket, in an order in which no reader takes an old one for a new one.

The entry of the bucket is put without its blocks, then come the records, the blocks, and the entry
that names them. Whoever is interrupted leaves an entry without blocks: documents are read, and the
next write of the bucket makes the blocks and deletes those that nothing names.

Each put of an entry gives it another `change`, and succeeds only if the stored entry has the one
that this writer has read or put. So of two writers at once, the later one fails. It lets the entry
name no blocks, since neither writer has read all that the other has written.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from typing import Any, Final
from uuid import uuid4

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
from chalicelib.adapters.catalog.directory import announced_entry, buckets_of
from chalicelib.adapters.catalog.item import Item, key_of, number_of
from chalicelib.adapters.catalog.presets import PRESETS_KEPT, preset_of, presets_of
from chalicelib.adapters.catalog.table import range_request
from chalicelib.catalog.kinds import has_blocks
from chalicelib.errors import DatabaseUnavailable

CHANGE: Final = "change"


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

    def find_item(self, partition: str, number: int) -> Item | None:
        """Return the item of this number, from the leader."""
        found = self.read(partition, numbers=(number, number))
        return found[0] if found else None

    def find_index(self, shop: str, change: BucketChange) -> BlockIndex | None:
        """Return the index that the stored entry of a bucket names, None without one."""
        number = (change.entry or {}).get(COLUMNS, {"N": TOO_LARGE})["N"]
        if number == TOO_LARGE:
            return None
        item = self.find_item(columns_of(shop, change.kind, change.bucket), int(number))
        return read_index(number, item[INDEX]["S"]) if item else None

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

    def withdraw_blocks(self, shop: str, change: BucketChange, entry: Item) -> Item | None:
        """Return the stored entry, which names no blocks now unless the new entry has the same.

        A new bucket is announced. DatabaseUnavailable if another writer has changed the bucket.
        """
        stored = change.entry
        if not has_blocks(change.kind) or (stored and stored.get(COLUMNS) == entry.get(COLUMNS)):
            return stored
        withdrawn = _without_blocks(stored or announced_entry(shop, change.kind, change.bucket))
        if not self.put_if(withdrawn, CHANGE, (stored or {}).get(CHANGE)):
            raise _overtaken()
        return withdrawn

    def put_entry(self, kind: str, entry: Item, stored: Item | None) -> Item:
        """Put the entry of a bucket in the place of the stored one, and return it.

        DatabaseUnavailable if another writer has changed the bucket.
        """
        if not has_blocks(kind):
            self.put([entry])
            return entry
        put = entry | _new_change()
        if not self.put_if(put, CHANGE, (stored or {}).get(CHANGE)):
            self._give_up(entry)
        return put

    def check_entry(self, kind: str, stored: Item) -> None:
        """Raise DatabaseUnavailable if another writer has changed the bucket of this entry."""
        if has_blocks(kind):
            now = self._find_again(stored)
            if now is None or now.get(CHANGE) != stored.get(CHANGE):
                self._give_up(stored)

    def delete_entry(self, stored: Item) -> None:
        """Delete the entry of an empty bucket.

        DatabaseUnavailable if another writer has changed the bucket.
        """
        if CHANGE not in stored:
            self.delete([key_of(stored)])
        elif not self.delete_if(key_of(stored), CHANGE, stored[CHANGE]):
            self._give_up(stored)

    def _give_up(self, entry: Item) -> None:
        """Let the stored entry name no blocks, and raise DatabaseUnavailable."""
        while stored := self._find_again(entry):
            if self.put_if(_without_blocks(stored), CHANGE, stored.get(CHANGE)):
                break
        raise _overtaken()

    def _find_again(self, entry: Item) -> Item | None:
        return self.find_item(entry["partition"]["S"], number_of(entry))

    def replace_blocks(
        self, shop: str, change: BucketChange, blocks: Blocks, known: BlockIndex | None
    ) -> None:
        """Store the blocks that are new, and delete those that the bucket has no more.

        The stored entry names none of them, or all that stay.
        """
        if not has_blocks(change.kind):
            return
        kind, bucket = change.kind, change.bucket
        held = known.numbers() if known else frozenset[str]()
        # Those that nothing names are found by a read alone.
        stored = held if known and blocks.numbers else self._stored_blocks(shop, change)
        stale = sorted(stored - blocks.numbers)
        self.delete(block_key(shop, kind, bucket, number) for number in stale)
        self.put(item for item in blocks.items if item["number"]["N"] not in held)

    def _stored_blocks(self, shop: str, change: BucketChange) -> frozenset[str]:
        """Return the numbers of the items that are stored for the blocks of a bucket."""
        items = self.read(columns_of(shop, change.kind, change.bucket), ("number",))
        return frozenset(item["number"]["N"] for item in items)

    def _read_preset(self, shop: str, kind: str, number: int) -> bytes:
        """Return a preset, nothing if it is damaged; KeyError if there is none."""
        item = self.find_item(presets_of(shop, kind), number)
        if item is None:
            raise KeyError(number)
        return preset_of(item)


def _without_blocks(entry: Item) -> Item:
    """Return an entry that names no blocks, as of a new change."""
    return {name: value for name, value in entry.items() if name != COLUMNS} | _new_change()


def _new_change() -> Item:
    return {CHANGE: {"S": uuid4().hex}}


def _overtaken() -> DatabaseUnavailable:
    return DatabaseUnavailable(
        "Another writer has changed the catalogue at the same time. Try again."
    )
