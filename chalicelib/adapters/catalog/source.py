"""The `CatalogSource` over DynamoDB.

The partition key of the table is `shop#kind#bucket`, the sort key the record's number.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from typing import Any, Final

import msgspec

from chalicelib.adapters.catalog.block_reader import BlockReader
from chalicelib.adapters.catalog.directory import directory_of, read_entry
from chalicelib.adapters.catalog.item import make_key, partition_of
from chalicelib.adapters.catalog.lean_dynamodb import LeanItem, make_lean_client
from chalicelib.adapters.catalog.pack_reader import PackReader
from chalicelib.adapters.catalog.presets import PresetReader
from chalicelib.adapters.catalog.read_ahead import read_ahead
from chalicelib.adapters.catalog.reading import CatalogReading, int_of
from chalicelib.adapters.catalog.stored_document import READERS, Decode, Read
from chalicelib.adapters.catalog.table import KEYS_PER_BATCH, CatalogTable
from chalicelib.catalog.kinds import is_packed
from chalicelib.domain.block import Page
from chalicelib.domain.depth import Depth
from chalicelib.domain.segment import Bucket, BucketRange

# A document inflates to ten times its size and more.
MAX_PAGE_BYTES: Final = 1_000_000
_DIRECTORY_NAMES: Final = ("number", "records", "rows", "bytes", "slices", "columns")


class DynamoCatalogSource:
    """A catalogue in DynamoDB. A few pages are read ahead while one is worked on."""

    def __init__(self, table_name: str, make_client: Callable[[], Any] = make_lean_client) -> None:
        self._table = CatalogTable(table_name, make_client)
        self._packs = PackReader(self._table, self.find_buckets)
        self._presets = PresetReader(self._table)

    def find_buckets(
        self, shop: str, kind: str, within: BucketRange | None = None
    ) -> tuple[Bucket, ...]:
        """Return the buckets that hold records, and the slices of large ones, by number."""
        entries = self._table.read_range(
            directory_of(shop, kind), _DIRECTORY_NAMES, within, consistent=True
        )
        return tuple(bucket for entry in entries for bucket in _buckets(entry))

    def cut_buckets(self, shop: str, kind: str, records: int) -> tuple[Bucket, ...]:
        """Return the buckets, as they are stored."""
        return self.find_buckets(shop, kind)

    def read_buckets(
        self,
        shop: str,
        kind: str,
        buckets: Sequence[Bucket],
        *,
        depth: Depth = Depth.DOCUMENT,
        since: int = 0,
    ) -> Iterator[list[bytes]]:
        """Yield pages of documents in the order of record numbers."""
        reading = CatalogReading(shop, kind, depth, since)
        if is_packed(kind):
            return self._packs.read_buckets(reading, buckets)
        decode = partial(_decoded, READERS[depth], self._presets.decoder(shop, kind))
        return read_ahead(lambda bucket: self._read_bucket(reading, bucket), buckets, decode)

    def read_blocks(
        self,
        shop: str,
        kind: str,
        buckets: Sequence[Bucket],
        groups: Collection[str],
        *,
        since: int = 0,
    ) -> Iterator[Page]:
        """Yield blocks with these groups, and documents of buckets without blocks."""
        reading = CatalogReading(shop, kind, Depth.DOCUMENT, since)
        decode = partial(_decoded, READERS[Depth.DOCUMENT], self._presets.decoder(shop, kind))
        blocks = BlockReader(self._table, self._read_bucket, reading, groups, decode)
        return blocks.read_buckets(buckets)

    def read_numbers(
        self,
        shop: str,
        kind: str,
        numbers: Sequence[int],
        *,
        depth: Depth = Depth.DOCUMENT,
        since: int = 0,
    ) -> Iterator[list[bytes]]:
        """Yield pages of the documents of these numbers in the order given.

        Unknown numbers are left out.
        """
        reading = CatalogReading(shop, kind, depth, since)
        if is_packed(kind):
            return self._packs.read_numbers(reading, numbers)
        batches = [
            numbers[start : start + KEYS_PER_BATCH]
            for start in range(0, len(numbers), KEYS_PER_BATCH)
        ]
        decode = partial(_decoded, READERS[depth], self._presets.decoder(shop, kind))
        return read_ahead(lambda batch: self._read_batch(reading, batch), batches, decode)

    def find_dictionary(
        self, shop: str, kind: str, *, since: int = 0
    ) -> tuple[dict[str, Any], ...]:
        """Return all documents of a small kind, decoded."""
        pages = self.read_buckets(shop, kind, self.find_buckets(shop, kind), since=since)
        return tuple(msgspec.json.decode(document) for page in pages for document in page)

    def _read_bucket(self, reading: CatalogReading, bucket: Bucket) -> list[LeanItem]:
        """Return all records of a bucket; CatalogIncomplete if there are fewer than promised."""
        # Without a count nothing shows that a replica lags, so the leader is read.
        items = self._query(reading, bucket, consistent=not bucket.records)
        # Eventually consistent reads cost half; a replica that lags shows in the count.
        if len(items) < bucket.records:
            items = self._query(reading, bucket, consistent=True)
        if len(items) < bucket.records and len(items) < self._promised(reading, bucket):
            raise reading.incomplete(bucket, len(items), bucket.records)
        return reading.check(items)

    def _query(
        self, reading: CatalogReading, bucket: Bucket, *, consistent: bool
    ) -> list[LeanItem]:
        partition = partition_of(reading.shop, reading.kind, bucket.number)
        bounds = (bucket.first_number, bucket.last_number) if bucket.is_slice else None
        return self._table.read_range(partition, reading.names, bounds, consistent=consistent)

    def _promised(self, reading: CatalogReading, bucket: Bucket) -> int:
        """Return the records that the directory promises of a bucket now.

        Records may have been removed since the export read the directory.
        """
        bounds = bucket.first_number, bucket.last_number
        now = self.find_buckets(reading.shop, reading.kind)
        return sum(other.records for other in now if other.lies_within(*bounds))

    def _read_batch(self, reading: CatalogReading, numbers: Sequence[int]) -> list[LeanItem]:
        """Return the records that exist. A replica may lack a record that the leader has."""
        found = self._get(reading, numbers, consistent=False)
        missing = [number for number in numbers if number not in found]
        if missing:
            found |= self._get(reading, missing, consistent=True)
        return reading.check([found[number] for number in numbers if number in found])

    def _get(
        self, reading: CatalogReading, numbers: Sequence[int], *, consistent: bool
    ) -> dict[int, LeanItem]:
        keys = [make_key(reading.shop, reading.kind, number) for number in numbers]
        return self._table.read_keys(keys, reading.names, consistent=consistent)


def _buckets(entry: LeanItem) -> Iterator[Bucket]:
    return read_entry(
        int(entry.number.N),
        records=int_of(entry.records),
        rows=int_of(entry.rows),
        size_bytes=int_of(entry.bytes),
        slices=entry.slices.S if entry.slices else None,
        blocks=entry.columns.N if entry.columns else "",
    )


def _decoded(read: Read, decode: Decode, items: list[LeanItem]) -> Iterator[list[bytes]]:
    """Yield the documents in pages that are not much larger than MAX_PAGE_BYTES."""
    page: list[bytes] = []
    size = 0
    for item in items:
        document = read(item, decode)
        if document:
            page.append(document)
            size += len(document)
        if size > MAX_PAGE_BYTES:
            yield page
            page, size = [], 0
    if page:
        yield page
