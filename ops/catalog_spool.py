"""Items that wait to be written, on disk. Only their positions and numbers are in memory.

Files may have any order, and the table is written bucket by bucket, so that all items have to wait.
"""

from __future__ import annotations

import marshal
import os
import tempfile
from array import array
from collections import defaultdict
from typing import Self, TypeAlias

from chalicelib.adapters.catalog.item import (
    WRITE_UNIT_BYTES,
    Item,
    number_of,
    size_of,
    write_units_of,
)
from chalicelib.catalog.kinds import has_blocks, is_packed, numbers_per_bucket
from chalicelib.domain.segment import NUMBERS_PER_BUCKET, bucket_of

# Start and size of each item, one after the other.
Places: TypeAlias = "array[int]"


class CatalogSpool:
    """Items by kind and bucket. Several threads may read once everything was added.

    `records` and `size_bytes` count the items. The end of the context frees the
    disk.
    """

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the spool
        self._end = 0
        self._places: dict[str, dict[int, Places]] = defaultdict(lambda: defaultdict(_no_places))
        # A bit for each number of a bucket: 200,000 numbers take 100 kB.
        self._numbers: dict[tuple[str, int], int] = defaultdict(int)
        self.records = 0
        self._write_units = 0
        # Of records that share items: packs and blocks.
        self._shared_bytes = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()

    @property
    def size_bytes(self) -> int:
        """Return the size of the spool's file."""
        return self._end

    @property
    def write_units(self) -> int:
        """Return the write units that storing everything takes at most."""
        return self._write_units - -self._shared_bytes // WRITE_UNIT_BYTES

    def add(self, kind: str, number: int, item: Item) -> bool:
        """Add an item. Return False and do nothing if the spool has one of this kind and number."""
        if not self.claim(kind, number):
            return False
        places = self._places[kind][number // numbers_per_bucket(kind)]
        places.extend((self._end, self._append(marshal.dumps(item))))
        self.records += 1
        if is_packed(kind):
            self._shared_bytes += size_of(item)
        else:
            self._write_units += write_units_of(item)
        if has_blocks(kind):
            # Blocks repeat what the document holds, in fewer bytes.
            self._shared_bytes += len(item["document"]["B"])
        return True

    def claim(self, kind: str, number: int) -> bool:
        """Note a number of a kind. Return False if it was noted before."""
        if self.holds(kind, number):
            return False
        self._numbers[kind, bucket_of(number)] |= 1 << number % NUMBERS_PER_BUCKET
        return True

    def holds(self, kind: str, number: int) -> bool:
        """Return whether a number of this kind was noted."""
        bits = self._numbers.get((kind, bucket_of(number)), 0)
        return bool(bits >> number % NUMBERS_PER_BUCKET & 1)

    def kinds(self) -> tuple[str, ...]:
        """Return the kinds of the items, in the order of their first items."""
        return tuple(self._places)

    def buckets(self, kind: str) -> tuple[int, ...]:
        """Return the buckets that hold items of a kind."""
        return tuple(sorted(self._places.get(kind, ())))

    def items(self, kind: str, bucket: int) -> list[Item]:
        """Return the items of a bucket, by number. A bucket that was not added is empty."""
        places = self._places.get(kind, {}).get(bucket, _no_places())
        return sorted(self._read(places), key=number_of)

    def flush(self) -> None:
        """Make everything that was added readable."""
        self._file.flush()

    def _append(self, raw: bytes) -> int:
        self._file.write(raw)
        self._end += len(raw)
        return len(raw)

    def _read(self, places: Places) -> list[Item]:
        pairs = zip(places[::2], places[1::2], strict=True)
        # The file has no name, so that only this process can have written it.
        return [marshal.loads(os.pread(self._file.fileno(), size, start)) for start, size in pairs]  # noqa: S302


def _no_places() -> Places:
    return array("Q")
