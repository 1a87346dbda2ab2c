"""The products of the benchmarks' shop as blocks of the catalogue table."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from benchmarks.shop import index_number
from chalicelib.adapters.catalog.block_index import INDEX, BlockIndex, index_item, read_index
from chalicelib.adapters.catalog.block_maker import BlockMaker, Blocks
from chalicelib.adapters.catalog.item import Item, make_item
from chalicelib.domain.segment import NUMBERS_PER_BUCKET, Bucket

KIND: Final = "products"
Key = tuple[str, str]


class Blocked:
    """Indexes and blocks of products by key. Buckets beyond the recording repeat it."""

    def __init__(self, shop: str, documents: Sequence[dict[str, Any]], preset: bytes) -> None:
        self._shop = shop
        self._indexes: list[BlockIndex] = []
        self._items: list[dict[str, Item]] = []
        for first in range(0, len(documents), NUMBERS_PER_BUCKET):
            self._add(documents[first : first + NUMBERS_PER_BUCKET], preset)

    def _add(self, documents: Sequence[dict[str, Any]], preset: bytes) -> None:
        *of_blocks, listing = make_blocks(self._shop, documents, preset).items
        index = read_index("", listing[INDEX]["S"])
        assert index is not None
        self._indexes.append(index)
        self._items.append({item["number"]["N"]: _travelling(item) for item in of_blocks})

    def find(self, key: Key) -> Item | None:
        """Return the item of an index or of a block."""
        partition, number = key
        bucket = partition.removeprefix(f"{self._shop}#{KIND}#columns-")
        if bucket == partition:
            return None
        if number == index_number(int(bucket)):
            return self._index(int(bucket))
        return self._items[int(bucket) % len(self._items)].get(number)

    def _index(self, bucket: int) -> Item:
        start = bucket * NUMBERS_PER_BUCKET
        ranges = [
            msgspec.structs.replace(one, first=start + one.first, last=start + one.last)
            for one in self._indexes[bucket % len(self._indexes)].ranges
        ]
        return index_item(self._shop, KIND, bucket, ranges) | {
            "number": {"N": index_number(bucket)}
        }


def make_blocks(shop: str, documents: Sequence[dict[str, Any]], preset: bytes) -> Blocks:
    """Return the blocks of a bucket that holds these documents; the last item is their index."""
    items = [make_item(shop, KIND, n, one, preset) for n, one in enumerate(documents)]
    maker = BlockMaker(shop, KIND, 0, None, lambda number: preset)
    return maker.make(items, [Bucket(0, len(items))])


def _travelling(item: Item) -> Item:
    """Return what a request for a block gets, with bytes in base64."""
    content = base64.b64encode(item["document"]["B"]).decode()
    return {"number": item["number"], "document": {"B": content}}
