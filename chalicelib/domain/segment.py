"""A bounded range of the catalogue, and the plan that cuts an export into such ranges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

# About 500 lean documents are 1 MB, the most that DynamoDB returns from one Query.
NUMBERS_PER_BUCKET: Final = 500


@dataclass(frozen=True, slots=True)
class Bucket:
    """A run of record numbers that is read as one page; `records` is how many it holds."""

    number: int
    records: int


@dataclass(frozen=True, slots=True)
class Segment:
    """The range that one message asks for. Segments are numbered in file order.

    `first` and `last` (inclusive) are bucket numbers; for scope IDS they are positions in the
    sorted record numbers.
    """

    number: int
    first: int
    last: int
    records: int


@dataclass(frozen=True, slots=True)
class SegmentPlan:
    """All segments of an export, in file order. A stored plan never changes."""

    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentResult:
    """A written segment: its object, and the numbers that show that the object is complete.

    `size_bytes` and `crc32` belong to the stored object, `raw_bytes` and `raw_crc32` to the rows before
    the format packed them. `head_crc32` is the checksum of the header that the rows were written for.
    `format_version` is the version of the format that packed the rows. Results of earlier versions of
    Waybill lack the last four.
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
