from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.adapters.catalog.directory import (
    MAX_SLICE_BYTES,
    MAX_SLICE_ROWS,
    announced_entry,
    make_entry,
    read_entry,
)
from chalicelib.adapters.catalog.item import Item
from chalicelib.domain.segment import Bucket


def make_item(number: int, rows: int = 1, size: int = 100) -> Item:
    return {
        "partition": {"S": "shop#products#1"},
        "number": {"N": str(number)},
        "document": {"B": bytes(size)},
        "rows": {"N": str(rows)},
    }


def buckets_of(entry: Item) -> list[Bucket]:
    """The buckets of an entry, as a reader gets them."""
    given: dict[str, Any] = {
        name: int(entry[key]["N"])
        for name, key in (("records", "records"), ("rows", "rows"), ("size_bytes", "bytes"))
        if key in entry
    }
    slices = entry.get("slices", {}).get("S")
    return list(read_entry(int(entry["number"]["N"]), slices=slices, **given))


def test_a_bucket_is_listed_with_its_records_rows_and_bytes() -> None:
    [bucket] = buckets_of(make_entry("shop", "products", 1, [make_item(500, 3), make_item(501)]))
    assert (bucket.number, bucket.records, bucket.rows, bucket.is_slice) == (1, 2, 4, False)
    assert 200 < bucket.size_bytes < 400


def test_a_bucket_that_is_announced_has_no_records_for_readers() -> None:
    assert buckets_of(announced_entry("shop", "products", 1)) == []


def test_an_entry_of_an_older_version_is_a_bucket_without_sizes() -> None:
    entry = {"number": {"N": "7"}, "records": {"N": "500"}}
    assert buckets_of(entry) == [Bucket(7, 500)]


def test_a_bucket_of_too_many_rows_is_listed_in_slices() -> None:
    items = [make_item(number, rows=2_000) for number in range(500, 1_000)]
    buckets = buckets_of(make_entry("shop", "products", 1, items))
    assert len(buckets) == 100
    assert {bucket.rows for bucket in buckets} == {MAX_SLICE_ROWS}


SIZES = st.lists(st.tuples(st.integers(1, 3_000), st.integers(1, 400_000)), max_size=40)


@given(SIZES)
def test_slices_fit_into_a_read_and_cover_the_bucket(sizes: list[tuple[int, int]]) -> None:
    items = [make_item(500 + place, *size) for place, size in enumerate(sizes)]
    buckets = buckets_of(make_entry("shop", "products", 1, items))
    assert sum(bucket.records for bucket in buckets) == len(items)
    for bucket in buckets:
        fits = bucket.rows <= MAX_SLICE_ROWS and bucket.size_bytes <= MAX_SLICE_BYTES
        assert fits or bucket.records == 1
    bounds = [bound for b in buckets for bound in (b.first_number, b.last_number + 1)]
    assert bounds[1:-1:2] == bounds[2::2]
    assert not bounds or (bounds[0], bounds[-1]) == (500, 1_000)
