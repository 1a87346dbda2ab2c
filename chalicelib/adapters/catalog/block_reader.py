"""Reads of records that are stored in blocks (`block_index`).

A bucket whose entry names no blocks is read document by document, and so is one whose blocks cannot
be read: they may be replaced while they are read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from chalicelib.adapters.catalog.block_index import (
    INDEX,
    TOO_LARGE,
    BlockIndex,
    BlockRef,
    block_key,
    read_index,
)
from chalicelib.adapters.catalog.document_codec import decode_document
from chalicelib.adapters.catalog.item import Item
from chalicelib.adapters.catalog.lean_dynamodb import LeanItem
from chalicelib.adapters.catalog.read_ahead import read_ahead
from chalicelib.adapters.catalog.reading import CatalogReading
from chalicelib.adapters.catalog.table import KEYS_PER_BATCH, CatalogTable
from chalicelib.domain.block import Block, Page
from chalicelib.domain.segment import Bucket

# A block inflates to ten times its size, and a few batches are read ahead.
MAX_BATCH_BYTES: Final = 500_000
# The blocks of fewer records take longer to find than their documents to read.
MIN_RECORDS: Final = 50

ReadBucket = Callable[[CatalogReading, Bucket], list[LeanItem]]
Decode = Callable[[list[LeanItem]], Iterator[list[bytes]]]
# The stored form of groups, by the number of their item.
Stored = Mapping[int, LeanItem]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A bucket or slice, and its blocks; None if its documents are read."""

    bucket: Bucket
    blocks: Sequence[BlockRef] | None

    def groups(self, names: Collection[str]) -> list[tuple[str, int]]:
        """Return number and bytes of the items of these groups, each once."""
        found = (block.groups.get(name) for block in self.blocks or () for name in names)
        return list(dict.fromkeys(one for one in found if one))


# What one request asks for, and its answer: the items of blocks, or those of a bucket's records.
_Batch = Sequence[_Wanted]
_Answer = tuple[_Batch, Stored, list[LeanItem]]


@dataclass(frozen=True, slots=True)
class BlockReader:
    """Reads blocks by key, many with one request.

    `read_bucket` reads the items of records, and `decode` yields their documents.
    """

    table: CatalogTable
    read_bucket: ReadBucket
    reading: CatalogReading
    names: Collection[str]
    decode: Decode

    def read_buckets(self, buckets: Sequence[Bucket]) -> Iterator[Page]:
        """Yield blocks, or pages of documents, in the order of the buckets."""
        batches = list(_batches(self._find(buckets), self.names))
        return read_ahead(self._read, batches, self._pages)

    def _find(self, buckets: Sequence[Bucket]) -> list[_Wanted]:
        if sum(bucket.records for bucket in buckets) < MIN_RECORDS:
            return [_Wanted(bucket, None) for bucket in buckets]
        indexes = self._indexes(buckets)
        return [_Wanted(one, _blocks_in(one, indexes.get(one.blocks))) for one in buckets]

    def _indexes(self, buckets: Sequence[Bucket]) -> dict[str, BlockIndex]:
        """Return the indexes that these buckets name, without those that are gone or too old."""
        named = {one.blocks: one.number for one in buckets if one.blocks not in ("", TOO_LARGE)}
        keys = [self._key(number, blocks) for blocks, number in named.items()]
        found = self._ask(keys, ("number", INDEX))
        indexes = (
            read_index(str(number), item.index.S) for number, item in found.items() if item.index
        )
        # Older documents than the export needs are refused where they are read.
        since = self.reading.since
        return {one.number: one for one in indexes if one and one.version >= since}

    def _key(self, bucket: int, number: str) -> Item:
        return block_key(self.reading.shop, self.reading.kind, bucket, number)

    def _read(self, batch: _Batch) -> _Answer:
        if batch[0].blocks is None:
            return batch, {}, self.read_bucket(self.reading, batch[0].bucket)
        keys = {
            number: self._key(wanted.bucket.number, number)
            for wanted in batch
            for number, _ in wanted.groups(self.names)
        }
        return batch, self._ask(list(keys.values()), ("number", "document")), []

    def _ask(self, keys: Sequence[Item], names: Sequence[str]) -> dict[int, LeanItem]:
        """Return the items that exist. A replica may lack an item that the leader has."""
        found: dict[int, LeanItem] = {}
        for start in range(0, len(keys), KEYS_PER_BATCH):
            some = keys[start : start + KEYS_PER_BATCH]
            found |= self.table.read_keys(some, names, consistent=False)
            missing = [key for key in some if int(key["number"]["N"]) not in found]
            if missing:
                found |= self.table.read_keys(missing, names, consistent=True)
        return found

    def _pages(self, answer: _Answer) -> Iterator[Page]:
        batch, stored, items = answer
        if batch[0].blocks is None:
            yield from self.decode(items)
            return
        for wanted in batch:
            blocks = self._blocks(wanted, stored)
            if blocks is None:
                yield from self.decode(self.read_bucket(self.reading, wanted.bucket))
            else:
                yield from blocks

    def _blocks(self, wanted: _Wanted, stored: Stored) -> list[Block] | None:
        """Return the blocks of a bucket; None if one of them is missing or damaged."""
        try:
            return [
                Block(block.records, self._decoded(block, stored)) for block in wanted.blocks or ()
            ]
        except (KeyError, ValueError):
            return None

    def _decoded(self, block: BlockRef, stored: Stored) -> dict[str, bytes]:
        return {
            name: _decoded(stored[int(block.groups[name][0])])
            for name in self.names
            if name in block.groups
        }


def _decoded(item: LeanItem) -> bytes:
    return decode_document(item.document.B if item.document else b"")


def _blocks_in(bucket: Bucket, index: BlockIndex | None) -> list[BlockRef] | None:
    """Return the blocks of a bucket or slice; None if they do not have all of its records."""
    found = index.within(bucket.first_number, bucket.last_number) if index else None
    if found is None or sum(block.records for block in found) < bucket.records:
        return None
    return found


def _batches(wanted: Sequence[_Wanted], names: Collection[str]) -> Iterator[list[_Wanted]]:
    """Yield what is read with one request: the blocks of several buckets, or one bucket."""
    batch: list[_Wanted] = []
    size = keys = 0
    for one in wanted:
        groups = one.groups(names)
        size, keys = size + sum(size for _, size in groups), keys + len(groups)
        is_full = size > MAX_BATCH_BYTES or keys > KEYS_PER_BATCH
        if batch and (is_full or one.blocks is None or batch[0].blocks is None):
            yield batch
            batch, size, keys = [], sum(size for _, size in groups), len(groups)
        batch.append(one)
    if batch:
        yield batch
