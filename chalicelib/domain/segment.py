"""A bounded range of the catalogue, and the plan that cuts an export into such ranges."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

# About 500 lean documents are 1 MB, the most that DynamoDB returns from one Query.
NUMBERS_PER_BUCKET: Final = 500


@dataclass(frozen=True, slots=True)
class CursorBounds:
    """The bounds of records in a list of a connected shop, which stay as they were planned.

    `after` is the cursor behind which they begin, "" at the front. `first` and `last` are the keys
    of the first and the last record: when it was created, and its number or code.
    """

    after: str
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket of records, or a slice of a large one: what is read at once.

    A slice has the record numbers from `first` to `last`. `rows` and `size_bytes` are 0 if the
    directory lacks them; `records` is 0 for a part of a bucket whose records are not counted.
    `blocks` is the name under which the source finds its blocks, "" without any.
    `bounds` are those of a planned bucket of a connected shop.
    """

    number: int
    records: int
    rows: int = 0
    size_bytes: int = 0
    first: int | None = None
    last: int | None = None
    bounds: CursorBounds | None = None
    blocks: str = ""

    @property
    def is_slice(self) -> bool:
        """Return whether this is a slice of a larger bucket."""
        return self.first is not None

    @property
    def first_number(self) -> int:
        """Return the lowest record number that the bucket can hold."""
        return self.number * NUMBERS_PER_BUCKET if self.first is None else self.first

    @property
    def last_number(self) -> int:
        """Return the highest record number that the bucket can hold."""
        return (self.number + 1) * NUMBERS_PER_BUCKET - 1 if self.last is None else self.last

    def lies_within(self, first: int, last: int) -> bool:
        """Return whether no record number is outside of these bounds."""
        return first <= self.first_number and self.last_number <= last

    def cut(self, first: int, last: int) -> Bucket:
        """Return the part within these bounds."""
        if self.lies_within(first, last):
            return self
        return Bucket(
            self.number,
            records=0,
            first=max(first, self.first_number),
            last=min(last, self.last_number),
            blocks=self.blocks,
        )


# The first and the last bucket number.
BucketRange = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Segment:
    """The range that one message asks for. Segments are numbered in file order.

    `first` and `last` (inclusive) are bucket numbers; for scope IDS they are positions in the
    sorted record numbers. `first_number` and `last_number` are record numbers within the first and
    the last bucket; None is the whole bucket. `bounds` are those of a bucket of a connected shop.
    """

    number: int
    first: int
    last: int
    records: int
    first_number: int | None = None
    last_number: int | None = None
    bounds: CursorBounds | None = None

    @property
    def numbers(self) -> tuple[int, int]:
        """Return the first and the last record number of a segment of buckets."""
        return (
            Bucket(self.first, 0, first=self.first_number).first_number,
            Bucket(self.last, 0, last=self.last_number).last_number,
        )


@dataclass(frozen=True, slots=True)
class SegmentPlan:
    """All segments of an export, in file order. A stored plan never changes.

    The segments form `chains`, as many as may be in flight at once: with 8 chains, the first has
    the segments 0, 8, 16, … Workers write the segments of a chain one after the other. `rows` is
    the number of rows of the file, None if only the export itself can count them. `buckets` are
    those that a new plan is made of, None in a stored plan.
    """

    segments: tuple[Segment, ...]
    rows: int | None = None
    buckets: tuple[Bucket, ...] | None = field(default=None, compare=False, repr=False)

    def first_missing(self, done: AbstractSet[int], chains: int) -> tuple[int, ...]:
        """Return the first missing segment of each chain."""
        # A redelivered message finds segments that are done and skips them.
        missing = (self._next(chain, done, chains) for chain in range(chains))
        return tuple(number for number in missing if number is not None)

    def next_missing(self, number: int, done: AbstractSet[int], chains: int) -> int | None:
        """Return the next missing segment of the same chain, None if there is none."""
        return self._next(number + chains, done, chains)

    def _next(self, number: int, done: AbstractSet[int], chains: int) -> int | None:
        rest = range(number, len(self.segments), chains)
        return next((candidate for candidate in rest if candidate not in done), None)


@dataclass(frozen=True, slots=True)
class SegmentClaim:
    """The latest claim of a segment: how many there were, and when it ends.

    `explained` counts the attempts whose cause is in the history.
    """

    attempts: int
    until: datetime
    explained: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentResult:
    """A written segment: its object, and the numbers that show that the object is complete.

    `size_bytes` and `crc32` belong to the stored object, `raw_bytes` and `raw_crc32` to the rows
    before the format packed them. `head_crc32` is the checksum of the header that the rows were
    written for. `format_version` is the version of the format that packed the rows. Results of
    earlier versions of Waybill lack the last four.
    """

    number: int
    file_key: str
    size_bytes: int
    row_count: int
    crc32: int
    head_crc32: int | None = None
    raw_bytes: int = 0
    raw_crc32: int = 0
    format_version: int = 1


def bucket_of(number: int) -> int:
    """Return the number of the bucket that holds the record of this number."""
    return number // NUMBERS_PER_BUCKET
