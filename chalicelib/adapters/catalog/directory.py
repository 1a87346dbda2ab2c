"""The directory of a kind: an item per bucket with its counts of records, rows and bytes.

A bucket that is too large for one read is listed as slices: runs of record numbers that fit into a
read each. So is a bucket of several packs (`pack`), one slice per pack. Slices are JSON in
the attribute `slices`: a list of [first number, last number, records, rows, bytes]. Together they
cover the bucket's numbers. Entries of older versions have counts of records only.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from chalicelib.adapters.catalog.item import (
    Item,
    number_of,
    partition_of,
    records_of,
    rows_of,
    size_of,
)
from chalicelib.catalog.kinds import is_packed, numbers_per_bucket
from chalicelib.domain.segment import NUMBERS_PER_BUCKET, Bucket

# DynamoDB returns at most 1 MB from one Query, so that a slice is one page.
MAX_SLICE_BYTES: Final = 1_000_000
# Far below the rows of a segment, so that segments can be cut between slices.
MAX_SLICE_ROWS: Final = 10_000


def directory_of(shop: str, kind: str) -> str:
    """Return the partition of a kind's directory."""
    return partition_of(shop, kind, "directory")


def announced_entry(shop: str, kind: str, bucket: int) -> Item:
    """Return the entry of a bucket whose records are not stored yet. Exports skip it."""
    key = {"partition": {"S": directory_of(shop, kind)}, "number": {"N": str(bucket)}}
    return key | {"records": {"N": "0"}}


def make_entry(shop: str, kind: str, bucket: int, items: Sequence[Item]) -> Item:
    """Return the entry of a bucket that holds these items, which are sorted by number."""
    entry = announced_entry(shop, kind, bucket) | {
        "records": {"N": str(sum(map(records_of, items)))},
        "rows": {"N": str(sum(map(rows_of, items)))},
        "bytes": {"N": str(sum(map(size_of, items)))},
    }
    # A pack is read at once, so each is a slice.
    runs = [[item] for item in items] if is_packed(kind) else list(_runs(items))
    is_usual = len(runs) <= 1 and numbers_per_bucket(kind) == NUMBERS_PER_BUCKET
    return entry | ({} if is_usual else {"slices": {"S": _slices_text(kind, bucket, runs)}})


def read_entry(
    number: int,
    records: int,
    rows: int = 0,
    size_bytes: int = 0,
    slices: str | None = None,
    blocks: str = "",
) -> Iterator[Bucket]:
    """Yield the bucket of an entry, or its slices. A bucket without records is not yielded."""
    if slices:
        for first, last, held, of_rows, of_bytes in json.loads(slices):
            yield Bucket(number, held, of_rows, of_bytes, first, last, blocks=blocks)
    elif records:
        yield Bucket(number, records, rows, size_bytes, blocks=blocks)


def buckets_of(entry: Item) -> Iterator[Bucket]:
    """Yield the bucket of an entry as it is stored, or its slices."""
    records, rows, size_bytes = (
        int(entry.get(name, {"N": "0"})["N"]) for name in ("records", "rows", "bytes")
    )
    slices = entry.get("slices", {}).get("S")
    return read_entry(number_of(entry), records, rows, size_bytes, slices)


def _runs(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Yield runs of neighbouring items that fit into a slice."""
    run: list[Item] = []
    rows = size = 0
    for item in items:
        rows, size = rows + rows_of(item), size + size_of(item)
        if run and (rows > MAX_SLICE_ROWS or size > MAX_SLICE_BYTES):
            yield run
            run, rows, size = [], rows_of(item), size_of(item)
        run.append(item)
    if run:
        yield run


def _slices_text(kind: str, bucket: int, runs: Sequence[Sequence[Item]]) -> str:
    width = numbers_per_bucket(kind)
    start, end = bucket * width, (bucket + 1) * width
    firsts = [start, *(number_of(run[0]) for run in runs[1:]), end]
    slices = [
        [
            first,
            after - 1,
            sum(map(records_of, run)),
            sum(map(rows_of, run)),
            sum(map(size_of, run)),
        ]
        for first, after, run in zip(firsts, firsts[1:], runs, strict=False)
    ]
    return json.dumps(slices, separators=(",", ":"))
