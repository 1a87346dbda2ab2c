from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.segment import NUMBERS_PER_BUCKET, Bucket, CursorBounds, Segment
from chalicelib.services.work.plan_export import (
    BYTES_PER_RECORD,
    MAX_SEGMENTS,
    ROWS_PER_RECORD,
    buckets_of,
    plan_buckets,
    plan_numbers,
)


def bounds_of(segments: tuple[Segment, ...]) -> list[tuple[int, int]]:
    return [(segment.first, segment.last) for segment in segments]


def make_slices(number: int, *records: int, rows: int = 0) -> list[Bucket]:
    """The slices of a bucket, of ten numbers each; the last one has the rest."""
    start, end = number * NUMBERS_PER_BUCKET, (number + 1) * NUMBERS_PER_BUCKET
    firsts = [*(start + 10 * place for place in range(len(records))), end]
    return [
        Bucket(number, held, rows, 0, first, after - 1)
        for held, first, after in zip(records, firsts, firsts[1:], strict=False)
    ]


def test_a_segment_is_a_run_of_buckets_up_to_its_records() -> None:
    plan = plan_buckets([Bucket(number, 400) for number in (0, 1, 5, 6, 7)], 1_000)
    assert bounds_of(plan.segments) == [(0, 1), (5, 6), (7, 7)]
    assert [segment.records for segment in plan.segments] == [800, 800, 400]


@pytest.mark.parametrize(
    "bucket",
    [
        Bucket(0, 10, rows=600 * ROWS_PER_RECORD),
        Bucket(0, 10, rows=10, size_bytes=600 * BYTES_PER_RECORD),
    ],
)
def test_a_segment_is_bounded_in_rows_and_in_bytes(bucket: Bucket) -> None:
    buckets = [Bucket(number, 10, bucket.rows, bucket.size_bytes) for number in range(3)]
    assert bounds_of(plan_buckets(buckets, 1_000).segments) == [(0, 0), (1, 1), (2, 2)]


def test_a_large_bucket_is_cut_between_its_slices() -> None:
    slices = make_slices(3, 10, 10, 10, rows=400 * ROWS_PER_RECORD)
    plan = plan_buckets([Bucket(2, 10), *slices, Bucket(4, 10)], 1_000)
    assert [segment.numbers for segment in plan.segments] == [(1000, 1519), (1520, 2499)]
    assert [segment.records for segment in plan.segments] == [30, 20]


def test_a_directory_without_rows_and_bytes_is_planned_by_its_records() -> None:
    plan = plan_buckets([Bucket(number, 500) for number in range(4)], 1_000)
    assert bounds_of(plan.segments) == [(0, 1), (2, 3)]


BUCKETS = st.lists(
    st.one_of(
        st.builds(lambda held, rows: [(held, rows)], st.integers(1, 500), st.integers(0, 9_000)),
        st.lists(st.tuples(st.integers(1, 50), st.integers(0, 9_000)), min_size=2, max_size=9),
    ),
    max_size=9,
)


def make_directory(shapes: list[list[tuple[int, int]]]) -> list[Bucket]:
    directory: list[Bucket] = []
    for number, shape in enumerate(shapes):
        if len(shape) == 1:
            directory.append(Bucket(number, *shape[0]))
        else:
            slices = make_slices(number, *(held for held, _ in shape))
            directory += [
                Bucket(number, s.records, rows, 0, s.first, s.last)
                for s, (_, rows) in zip(slices, shape, strict=True)
            ]
    return directory


@given(BUCKETS, st.integers(1, 2_000))
def test_every_bucket_is_in_exactly_one_segment(
    shapes: list[list[tuple[int, int]]], records: int
) -> None:
    directory = make_directory(shapes)
    segments = plan_buckets(directory, records).segments
    assert [bucket for segment in segments for bucket in buckets_of(directory, segment)] == (
        directory
    )
    assert sum(segment.records for segment in segments) == sum(b.records for b in directory)


def test_a_load_that_moves_slices_leaves_every_number_in_one_segment() -> None:
    before = make_slices(0, 10, 10, rows=900 * ROWS_PER_RECORD)
    first, second = plan_buckets(before, 1_000).segments
    now = [Bucket(0, 21, rows=21)]
    parts = [*buckets_of(now, first), *buckets_of(now, second)]
    assert [(part.first_number, part.last_number) for part in parts] == [(0, 9), (10, 499)]
    assert [part.records for part in parts] == [0, 0]


def test_there_are_never_more_segments_than_a_file_can_have_parts() -> None:
    slices = [Bucket(number, 1, rows=1_000_000) for number in range(9_000)]
    assert len(plan_buckets(slices, 100).segments) <= MAX_SEGMENTS


def test_records_by_number_weigh_as_their_bucket_does_on_average() -> None:
    heavy = Bucket(0, 10, rows=10 * 200 * ROWS_PER_RECORD)
    numbers = [1, 2, 3, 4, 5, 6, 1_000, 1_001]
    plan = plan_numbers(numbers, [heavy, Bucket(2, 500, rows=1_500)], 1_000)
    assert bounds_of(plan.segments) == [(0, 4), (5, 7)]


def test_the_average_weight_of_a_record_is_rounded_up() -> None:
    bucket = Bucket(0, 10, rows=11 * ROWS_PER_RECORD)
    assert bounds_of(plan_numbers(range(6), [bucket], 4).segments) == [(0, 1), (2, 3), (4, 5)]


def test_numbers_that_no_directory_lists_are_counted() -> None:
    assert bounds_of(plan_numbers(range(5), (), 2).segments) == [(0, 1), (2, 3), (4, 4)]
    assert plan_numbers((), (), 2).segments == ()


def test_each_list_of_a_connected_shop_is_a_segment_between_its_own_bounds() -> None:
    bounds = [CursorBounds("", "a", "c"), CursorBounds("cursor", "d", "f")]
    buckets = [Bucket(number, 3, bounds=bounds[number]) for number in range(2)]
    assert plan_buckets(buckets, 1_000).segments == (
        Segment(0, 0, 0, 3, bounds=bounds[0]),
        Segment(1, 1, 1, 3, bounds=bounds[1]),
    )
