"""A bounded range of the catalogue, and the plan that cuts an export into such ranges."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bucket:
    """A run of record numbers that is read as one page; `records` is how many it holds."""

    number: int
    records: int


@dataclass(frozen=True, slots=True)
class Segment:
    """What one message handles, in file order.

    `first` and `last` (inclusive) are bucket numbers, or, for scope IDS, positions in the sorted record numbers.
    """

    number: int
    first: int
    last: int
    records: int


@dataclass(frozen=True, slots=True)
class SegmentPlan:
    """All segments of an export, in file order; fixed once it is stored on the job."""

    segments: tuple[Segment, ...]

    @property
    def records_total(self) -> int:
        return sum(segment.records for segment in self.segments)


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentResult:
    """A segment that is written: where its bytes are, and how to know that they are all there.

    `head_crc32` is the checksum of the header that its rows belong to; None where that was not noted.
    """

    number: int
    file_key: str
    size_bytes: int
    row_count: int
    crc32: int
    head_crc32: int | None = None


# A bucket is meant to be one page of a read: about 500 lean documents are 1 MB.
NUMBERS_PER_BUCKET = 500


def bucket_of(number: int) -> int:
    """The bucket that holds the record of this number."""
    return number // NUMBERS_PER_BUCKET
