"""Which blocks a bucket consists of: its index.

A block is stored as an item for each of its groups, in the partition `shop#kind#columns-bucket`,
and so is the index that lists them. The number of such an item is made of its content, so it never
changes. The attribute `columns` of the bucket's directory entry is the number of the index whose
blocks hold what the records hold. There is none while the records change, so nobody reads a block
that is older than its records (ADR 48). It is 0 if the records are too large for blocks.

    index: {"version": 3, "ranges": [[first number, last number, digest, [block, …]], …]}
    block: {"records": 250, "groups": {"core": ["8201…", bytes], …}}

The version is that of the documents that the blocks are made of.

Blocks of another form get another attribute: this one is all that tells a reader their form.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from chalicelib.adapters.catalog.document_codec import ZLIB_WINDOW, deflate, to_json
from chalicelib.adapters.catalog.item import Item, partition_of
from chalicelib.catalog.column_block import make_block
from chalicelib.catalog.versions import version_of

COLUMNS: Final = "columns"
INDEX: Final = "index"
# In the place of the number of an index.
TOO_LARGE: Final = "0"
_DIGEST_BYTES: Final = 12


class BlockRef(msgspec.Struct, frozen=True):
    """A stored block: its records, and number and bytes of the item of each group."""

    records: int
    groups: Mapping[str, tuple[str, int]]


class RangeRef(msgspec.Struct, frozen=True, array_like=True):
    """The blocks of the record numbers from `first` to `last`.

    `digest` tells of which documents they are made.
    """

    first: int
    last: int
    digest: str
    blocks: Sequence[BlockRef]


class BlockIndex(msgspec.Struct, frozen=True):
    """The blocks of a bucket by range, their version, and the number of their list."""

    number: str
    version: int
    ranges: Sequence[RangeRef]

    def numbers(self) -> frozenset[str]:
        """Return the numbers of all items: of the blocks, and of the index."""
        blocks = (block for one in self.ranges for block in one.blocks)
        return frozenset(n for block in blocks for n, _ in block.groups.values()) | {self.number}

    def within(self, first: int, last: int) -> list[BlockRef] | None:
        """Return the blocks of these record numbers; None if a block has others as well."""
        held = [one for one in self.ranges if one.first <= last and first <= one.last]
        if any(one.first < first or last < one.last for one in held):
            return None
        return [block for one in held for block in one.blocks]


class _Listing(msgspec.Struct):
    version: int
    ranges: Sequence[RangeRef]


def read_index(number: str, text: str) -> BlockIndex | None:
    """Return an index from its text; None for a damaged one."""
    try:
        listing = msgspec.json.decode(text, type=_Listing)
    except msgspec.MsgspecError:
        return None
    return BlockIndex(number, listing.version, listing.ranges)


def index_item(shop: str, kind: str, bucket: int, ranges: Sequence[RangeRef]) -> Item:
    """Return the item that lists the blocks of a bucket, which are of the version of today."""
    text = msgspec.json.encode(_Listing(version_of(kind), ranges))
    return block_key(shop, kind, bucket, _number_of(text)) | {INDEX: {"S": text.decode()}}


def columns_of(shop: str, kind: str, bucket: int) -> str:
    """Return the partition of the blocks of a bucket."""
    return partition_of(shop, kind, f"columns-{bucket}")


def block_key(shop: str, kind: str, bucket: int, number: str) -> Item:
    """Return the key of the item of a group."""
    return {"partition": {"S": columns_of(shop, kind, bucket)}, "number": {"N": number}}


def block_items(
    shop: str, kind: str, bucket: int, documents: Sequence[Mapping[str, Any]]
) -> tuple[BlockRef, list[Item]]:
    """Return a block of these documents, and its items."""
    items = {
        group: _group_item(shop, kind, bucket, group, to_json(columns))
        for group, columns in make_block(documents).items()
    }
    groups = {
        group: (item["number"]["N"], len(item["document"]["B"])) for group, item in items.items()
    }
    return BlockRef(len(documents), groups), list(items.values())


def _group_item(shop: str, kind: str, bucket: int, group: str, raw: bytes) -> Item:
    return block_key(shop, kind, bucket, _number_of(raw)) | {
        "document": {"B": deflate(raw, ZLIB_WINDOW, small_bytes=0)},
        # For people who look into the table.
        "group": {"S": group},
    }


def digest_of(items: Sequence[Item]) -> str:
    """Return a digest of numbers and documents of these items."""
    hashed = hashlib.sha256()
    for item in items:
        # The length keeps the end of one document apart from the number of the next.
        hashed.update(f"{item['number']['N']}:{len(item['document']['B'])}:".encode())
        hashed.update(item["document"]["B"])
    return hashed.hexdigest()[: 2 * _DIGEST_BYTES]


def _number_of(content: bytes) -> str:
    return str(int.from_bytes(hashlib.sha256(content).digest()[:_DIGEST_BYTES]))
