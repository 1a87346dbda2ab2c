"""Make the blocks of a bucket from its items."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from chalicelib.adapters.catalog.block_index import (
    COLUMNS,
    TOO_LARGE,
    BlockIndex,
    BlockRef,
    RangeRef,
    block_items,
    digest_of,
    index_item,
)
from chalicelib.adapters.catalog.document_codec import decode_document, find_preset_number
from chalicelib.adapters.catalog.item import MAX_ITEM_BYTES, Item, number_of, size_of
from chalicelib.catalog.halves import in_halves
from chalicelib.catalog.versions import version_of
from chalicelib.domain.segment import Bucket

# A change of one product writes the changed groups of its block: more records, more to write.
# Fewer records take longer to read.
NUMBERS_PER_RANGE: Final = 250
# Of the JSON of all documents in a block. A record above it is a block of its own.
MAX_BLOCK_BYTES: Final = 1 << 19
# Each export reads it. Records so large gain little from blocks.
MAX_INDEX_BYTES: Final = 16_384

# Returns the preset of a number; KeyError if there is none.
FindPreset = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class Blocks:
    """The blocks of a bucket: the attribute of its entry, and the numbers of all their items.

    `items` are those that may be new.
    """

    attribute: Item
    numbers: frozenset[str] = frozenset()
    items: tuple[Item, ...] = ()


# Without blocks, documents are read.
NO_BLOCKS: Final = Blocks({})


@dataclass(frozen=True, slots=True)
class BlockMaker:
    """Makes the blocks of one bucket. `known` are those that it has, None without any."""

    shop: str
    kind: str
    bucket: int
    known: BlockIndex | None
    find_preset: FindPreset

    def make(self, items: Sequence[Item], slices: Sequence[Bucket]) -> Blocks:
        """Return the blocks of these items, sorted by number, which are read in these slices.

        Those that are known and made of the same documents stay as they are. NO_BLOCKS if a
        document cannot be read.
        """
        if any(item["version"]["N"] != str(version_of(self.kind)) for item in items):
            return NO_BLOCKS
        known = self.known.ranges if self.known else ()
        kept = {(one.first, one.last, one.digest): one.blocks for one in known}
        # Two blocks may share an item: its number is made of its content.
        made: dict[str, Item] = {}
        ranges: list[RangeRef] = []
        try:
            for (first, last), held in _in_ranges(items, slices):
                key = first, last, digest_of(held)
                ranges.append(RangeRef(*key, kept.get(key) or self._made(held, made)))
        except (KeyError, ValueError):
            return NO_BLOCKS
        index = index_item(self.shop, self.kind, self.bucket, ranges)
        largest = max(map(size_of, made.values()), default=0)
        if size_of(index) > MAX_INDEX_BYTES or largest > MAX_ITEM_BYTES:
            return Blocks({COLUMNS: {"N": TOO_LARGE}})
        numbers = BlockIndex(index["number"]["N"], version_of(self.kind), ranges).numbers()
        return Blocks({COLUMNS: index["number"]}, numbers, (*made.values(), index))

    def _made(self, items: Sequence[Item], made: dict[str, Item]) -> list[BlockRef]:
        """Return the blocks of a range, and add their items to `made`."""
        refs = []
        for documents in in_halves([self._document(item) for item in items], MAX_BLOCK_BYTES):
            ref, of_block = block_items(
                self.shop, self.kind, self.bucket, list(map(json.loads, documents))
            )
            refs.append(ref)
            made.update((item["number"]["N"], item) for item in of_block)
        return refs

    def _document(self, item: Item) -> bytes:
        stored = item["document"]["B"]
        number = find_preset_number(stored)
        return decode_document(stored, b"" if number is None else self.find_preset(number))


def _in_ranges(
    items: Sequence[Item], slices: Sequence[Bucket]
) -> Iterator[tuple[tuple[int, int], list[Item]]]:
    """Yield first and last number of each range that has records, and its items.

    A range lies in one slice, which a segment may begin or end with.
    """

    def range_of(item: Item) -> tuple[int, int]:
        number = number_of(item)
        [own] = (one for one in slices if one.first_number <= number <= one.last_number)
        start = number - number % NUMBERS_PER_RANGE
        end = start + NUMBERS_PER_RANGE - 1
        return max(start, own.first_number), min(end, own.last_number)

    return ((bounds, list(held)) for bounds, held in groupby(items, key=range_of))
