"""The `CatalogSource` over DynamoDB.

The partition key of the table is `shop#kind#bucket`, the sort key the record's number.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from chalicelib.adapters.catalog_directory import directory_of, read_entry
from chalicelib.adapters.catalog_item import FACTS, make_key, partition_of
from chalicelib.adapters.catalog_table import CatalogTable
from chalicelib.adapters.document_codec import decode_document
from chalicelib.adapters.lean_dynamodb import (
    PAGES_AHEAD,
    LeanBinary,
    LeanItem,
    LeanNumber,
    make_lean_client,
)
from chalicelib.catalog.kinds import family_of
from chalicelib.domain.segment import Bucket
from chalicelib.errors import CatalogIncomplete, CatalogOutdated

# DynamoDB takes 100 keys at most.
KEYS_PER_BATCH: Final = 100
# A document inflates to ten times its size and more.
MAX_PAGE_BYTES: Final = 1_000_000
_DIRECTORY_NAMES: Final = ("number", "records", "rows", "bytes", "slices")


@dataclass(frozen=True, slots=True)
class _Reading:
    """The attributes to read of a kind. `since` is the oldest version that is accepted."""

    shop: str
    kind: str
    whole: bool
    since: int

    @property
    def names(self) -> tuple[str, ...]:
        # The attributes for people are a fifth of a page, so only the others are read.
        facts = (FACTS,) if self.whole else ()
        return ("number", "document", *facts, *(("version",) if self.since else ()))

    def check(self, items: list[LeanItem]) -> list[LeanItem]:
        """Return the items; CatalogOutdated if one is older than `since`."""
        if self.since and any(_int(item.version) < self.since for item in items):
            kind = family_of(self.kind).replace("_", " ")
            raise CatalogOutdated(
                f"The {kind} in the catalogue were stored by an older version of Waybill and lack "
                f"facts that this export needs. Load the {kind} again, then export again."
            )
        return items


class DynamoCatalogSource:
    """A catalogue in DynamoDB. A few pages are read ahead while one is worked on."""

    def __init__(self, table_name: str, make_client: Callable[[], Any] = make_lean_client) -> None:
        self._table = CatalogTable(table_name, make_client)

    def find_buckets(self, shop: str, kind: str) -> tuple[Bucket, ...]:
        """Return the buckets that hold records, and the slices of large ones, by number."""
        entries = self._table.read_range(
            directory_of(shop, kind), _DIRECTORY_NAMES, consistent=True
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
        whole: bool = False,
        since: int = 0,
    ) -> Iterator[list[bytes]]:
        """Yield pages of documents in the order of record numbers."""
        reading = _Reading(shop, kind, whole, since)
        return _ahead(lambda bucket: self._read_bucket(reading, bucket), buckets)

    def read_numbers(
        self,
        shop: str,
        kind: str,
        numbers: Sequence[int],
        *,
        whole: bool = False,
        since: int = 0,
    ) -> Iterator[list[bytes]]:
        """Yield pages of the documents of these numbers in the order given.

        Unknown numbers are left out.
        """
        reading = _Reading(shop, kind, whole, since)
        batches = [
            numbers[start : start + KEYS_PER_BATCH]
            for start in range(0, len(numbers), KEYS_PER_BATCH)
        ]
        return _ahead(lambda batch: self._read_batch(reading, batch), batches)

    def find_dictionary(
        self, shop: str, kind: str, *, since: int = 0
    ) -> tuple[dict[str, Any], ...]:
        """Return all documents of a small kind, decoded."""
        pages = self.read_buckets(shop, kind, self.find_buckets(shop, kind), since=since)
        return tuple(msgspec.json.decode(document) for page in pages for document in page)

    def _read_bucket(self, reading: _Reading, bucket: Bucket) -> list[LeanItem]:
        """Return all records of a bucket; CatalogIncomplete if there are fewer than promised."""
        # Without a count nothing shows that a replica lags, so the leader is read.
        items = self._query(reading, bucket, consistent=not bucket.records)
        # Eventually consistent reads cost half; a replica that lags shows in the count.
        if len(items) < bucket.records:
            items = self._query(reading, bucket, consistent=True)
        if len(items) < bucket.records and len(items) < self._promised(reading, bucket):
            raise CatalogIncomplete(
                f"The catalogue holds {len(items)} of {bucket.records} records in bucket "
                f"{bucket.number} of {reading.kind}. Load the catalogue again, then export again."
            )
        return reading.check(items)

    def _query(self, reading: _Reading, bucket: Bucket, *, consistent: bool) -> list[LeanItem]:
        partition = partition_of(reading.shop, reading.kind, bucket.number)
        bounds = (bucket.first_number, bucket.last_number) if bucket.is_slice else None
        return self._table.read_range(partition, reading.names, bounds, consistent=consistent)

    def _promised(self, reading: _Reading, bucket: Bucket) -> int:
        """Return the records that the directory promises of a bucket now.

        Records may have been removed since the export read the directory.
        """
        bounds = bucket.first_number, bucket.last_number
        now = self.find_buckets(reading.shop, reading.kind)
        return sum(other.records for other in now if other.lies_within(*bounds))

    def _read_batch(self, reading: _Reading, numbers: Sequence[int]) -> list[LeanItem]:
        """Return the records that exist. A replica may lack a record that the leader has."""
        found = self._get(reading, numbers, consistent=False)
        missing = [number for number in numbers if number not in found]
        if missing:
            found |= self._get(reading, missing, consistent=True)
        return reading.check([found[number] for number in numbers if number in found])

    def _get(
        self, reading: _Reading, numbers: Sequence[int], *, consistent: bool
    ) -> dict[int, LeanItem]:
        keys = [make_key(reading.shop, reading.kind, number) for number in numbers]
        return self._table.read_keys(keys, reading.names, consistent=consistent)


def _buckets(entry: LeanItem) -> Iterator[Bucket]:
    return read_entry(
        int(entry.number.N),
        records=_int(entry.records),
        rows=_int(entry.rows),
        size_bytes=_int(entry.bytes),
        slices=entry.slices.S if entry.slices else None,
    )


def _int(number: LeanNumber | None) -> int:
    return int(number.N) if number else 0


def _ahead(read: Callable[[Any], list[LeanItem]], parts: Sequence[Any]) -> Iterator[list[bytes]]:
    """Yield the decoded pages of all parts in order, while the next parts are being read."""
    # Threads cost a small export more than they save.
    if len(parts) == 1:
        yield from _decoded(read(parts[0]))
        return
    under_way: deque[Future[list[LeanItem]]] = deque()
    with ThreadPoolExecutor(PAGES_AHEAD, thread_name_prefix="catalog") as threads:
        try:
            for part in parts:
                under_way.append(threads.submit(read, part))
                if len(under_way) == PAGES_AHEAD:
                    yield from _decoded(under_way.popleft().result())
            while under_way:
                yield from _decoded(under_way.popleft().result())
        finally:
            # A consumer that stops early must not wait for pages that nothing will read.
            threads.shutdown(wait=False, cancel_futures=True)


def _decoded(items: list[LeanItem]) -> Iterator[list[bytes]]:
    """Yield the documents in pages that are not much larger than MAX_PAGE_BYTES."""
    page: list[bytes] = []
    size = 0
    for item in items:
        if item.document:
            document = _document(item.document.B, item.facts)
            page.append(document)
            size += len(document)
        if size > MAX_PAGE_BYTES:
            yield page
            page, size = [], 0
    if page:
        yield page


def _document(stored: bytes, facts: LeanBinary | None) -> bytes:
    try:
        document = decode_document(stored)
        if facts is None:
            return document
        return b'%s,"%s":%s}' % (document[:-1], FACTS.encode(), decode_document(facts.B))
    except ValueError as error:
        raise CatalogIncomplete(
            f"A record of the catalogue cannot be read: {error}. Load the catalogue again."
        ) from error
