"""Cut an export into segments that each take minutes at most."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from chalicelib.domain.ports import CatalogSource
from chalicelib.domain.segment import Bucket, Segment, SegmentPlan
from chalicelib.rendering.exporter import Exporter

# S3 composes a file of 10,000 parts at most; a large segment may take two.
MAX_SEGMENTS: Final = 2_000


def plan_export(
    source: CatalogSource, shop: str, exporter: Exporter, segment_records: int
) -> SegmentPlan:
    """Return the plan: runs of buckets or of record numbers, of about `segment_records` each.

    An export without records has no segments.
    """
    if exporter.numbers is not None:
        return plan_numbers(len(exporter.numbers), segment_records)
    return plan_buckets(source.find_buckets(shop, exporter.kind), segment_records)


def plan_numbers(count: int, segment_records: int) -> SegmentPlan:
    """Return runs of positions in a list of `count` record numbers."""
    size = max(segment_records, -(-count // MAX_SEGMENTS))
    bounds = [*range(0, count, size), count]
    return SegmentPlan(
        tuple(
            Segment(number, first, after - 1, after - first)
            for number, (first, after) in enumerate(pairwise(bounds))
        )
    )


def plan_buckets(buckets: Sequence[Bucket], segment_records: int) -> SegmentPlan:
    """Return runs of buckets that hold `segment_records` at most, or one bucket."""
    total = sum(bucket.records for bucket in buckets)
    # Neighbouring runs together pass the size, so twice the size is enough for MAX_SEGMENTS.
    size = max(segment_records, -(-2 * total // MAX_SEGMENTS))
    return SegmentPlan(
        tuple(
            Segment(number, run[0].number, run[-1].number, sum(bucket.records for bucket in run))
            for number, run in enumerate(_runs(buckets, size))
        )
    )


def buckets_of(buckets: Iterable[Bucket], segment: Segment) -> list[Bucket]:
    """Return the buckets of a segment, with the counts that the directory has now."""
    return [bucket for bucket in buckets if segment.first <= bucket.number <= segment.last]


def _runs(buckets: Iterable[Bucket], size: int) -> Iterator[list[Bucket]]:
    run: list[Bucket] = []
    records = 0
    for bucket in buckets:
        if run and records + bucket.records > size:
            yield run
            run, records = [], 0
        run.append(bucket)
        records += bucket.records
    if run:
        yield run
