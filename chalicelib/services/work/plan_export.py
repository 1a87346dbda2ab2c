"""Cut an export into segments that each take minutes at most.

The size of a range is its weight, in usual records: the largest of its records, its rows and its
bytes, each in proportion to a usual record.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from chalicelib.domain.catalog_ports import CatalogSource
from chalicelib.domain.segment import Bucket, Segment, SegmentPlan, bucket_of
from chalicelib.rendering.exporter import Exporter

# S3 composes a file of 10,000 parts at most; a large segment may take two.
MAX_SEGMENTS: Final = 2_000
# Most catalogues stay below both: three rows and 0.8 KB per product in the demo shop.
ROWS_PER_RECORD: Final = 5
BYTES_PER_RECORD: Final = 5_000


def plan_export(
    source: CatalogSource, shop: str, exporter: Exporter, segment_records: int
) -> SegmentPlan:
    """Return the plan: runs of buckets or of record numbers that weigh about `segment_records`.

    An export without records has no segments.
    """
    if exporter.numbers is None:
        buckets = source.cut_buckets(shop, exporter.kind, segment_records)
        plan = plan_buckets(buckets, segment_records)
        return replace(plan, rows=exporter.count_rows(buckets), buckets=buckets)
    buckets = source.find_buckets(shop, exporter.kind)
    return plan_numbers(exporter.numbers, buckets, segment_records)


def plan_numbers(
    numbers: Sequence[int], buckets: Iterable[Bucket], segment_records: int
) -> SegmentPlan:
    """Return runs of positions in the record numbers. A record weighs the average of its bucket."""
    weights, records = Counter[int](), Counter[int]()
    for bucket in buckets:
        weights[bucket.number] += _weight_of(bucket)
        records[bucket.number] += bucket.records
    averages = {number: -(-weights[number] // records[number]) for number in weights}
    of_numbers = [averages.get(bucket_of(number), 1) for number in numbers]
    return SegmentPlan(
        tuple(
            Segment(place, first, after - 1, after - first)
            for place, (first, after) in enumerate(_runs(of_numbers, segment_records))
        )
    )


def plan_buckets(buckets: Sequence[Bucket], segment_records: int) -> SegmentPlan:
    """Return runs of buckets, and of slices of large buckets.

    A bucket of a connected shop is a segment of its own: its bounds are those of one list.
    """
    if any(bucket.bounds for bucket in buckets):
        return SegmentPlan(tuple(_segment(place, [one]) for place, one in enumerate(buckets)))
    weights = list(map(_weight_of, buckets))
    return SegmentPlan(
        tuple(
            _segment(place, buckets[first:after])
            for place, (first, after) in enumerate(_runs(weights, segment_records))
        )
    )


def buckets_of(buckets: Iterable[Bucket], segment: Segment) -> list[Bucket]:
    """Return the buckets of a stored segment, with the counts that the directory has now."""
    first, last = segment.numbers
    return [
        bucket.cut(first, last)
        for bucket in buckets
        if first <= bucket.last_number and bucket.first_number <= last
    ]


def _weight_of(bucket: Bucket) -> int:
    """Return the weight of a bucket. In a directory of an older version it is the records."""
    return max(
        bucket.records,
        -(-bucket.rows // ROWS_PER_RECORD),
        -(-bucket.size_bytes // BYTES_PER_RECORD),
    )


def _segment(place: int, run: Sequence[Bucket]) -> Segment:
    first, last = run[0], run[-1]
    records = sum(bucket.records for bucket in run)
    numbers = first.first, last.last
    return Segment(place, first.number, last.number, records, *numbers, first.bounds)


def _runs(weights: Sequence[int], segment_records: int) -> Iterator[tuple[int, int]]:
    """Yield the bounds of runs that weigh `segment_records` at most, or are one item."""
    # Neighbouring runs together pass the size, so twice the size is enough for MAX_SEGMENTS.
    size = max(segment_records, -(-2 * sum(weights) // MAX_SEGMENTS))
    bounds, weight = [0], 0
    for place, of_item in enumerate(weights):
        if place > bounds[-1] and weight + of_item > size:
            bounds.append(place)
            weight = 0
        weight += of_item
    return pairwise([*bounds, len(weights)]) if weights else iter(())
