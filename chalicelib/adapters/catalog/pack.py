"""Many small records as one item: a pack.

Its key is the bucket's partition and the first record number that it covers, `last` is the last
one. The packs of a bucket cover every number of the bucket, so a reader sees a missing pack. `pack`
has a document per line, `numbers` the record numbers as a list of gaps; both are JSON in gzip.

A bucket is rewritten from its last pack to its first, and stale items go afterwards. A pack
replaces all items of its numbers that come after it in the table. So a reader finds each record
once, in its old or its new form, at every moment of a load. Items of single records, which earlier
versions wrote, are replaced in the same way.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, dropwhile, pairwise
from typing import Any, Final

from chalicelib.adapters.catalog.document_codec import decode_document, deflate, to_json
from chalicelib.adapters.catalog.item import Item, number_of, partition_of
from chalicelib.adapters.catalog.lean_dynamodb import LeanItem
from chalicelib.catalog.kinds import numbers_per_bucket
from chalicelib.catalog.versions import version_of

MAX_RECORDS_PER_PACK: Final = 500
# Before compression, which adds a few bytes at worst: an item has at most 400 KB.
MAX_PACK_BYTES: Final = 300_000


def make_member(number: int, document: Mapping[str, Any]) -> Item:
    """Return a record that waits to be packed."""
    return {"number": {"N": str(number)}, "document": {"B": to_json(document)}}


def make_packs(shop: str, kind: str, bucket: int, members: Sequence[Item]) -> list[Item]:
    """Return the packs of a bucket that holds these records, which are sorted by number."""
    width, runs = numbers_per_bucket(kind), list(_runs(members))
    starts = [bucket * width, *(number_of(run[0]) for run in runs[1:]), (bucket + 1) * width]
    key = {"partition": {"S": partition_of(shop, kind, bucket)}}
    version = {"version": {"N": str(version_of(kind))}}
    return [
        key | version | _covering(first, after - 1) | _packed(run)
        for run, (first, after) in zip(runs, pairwise(starts), strict=False)
    ]


def _covering(first: int, last: int) -> Item:
    return {"number": {"N": str(first)}, "last": {"N": str(last)}}


def _packed(run: Sequence[Item]) -> Item:
    numbers = list(map(number_of, run))
    gaps = [after - before for before, after in pairwise([0, *numbers])]
    return {
        "records": {"N": str(len(run))},
        "pack": {"B": deflate(b"\n".join(member["document"]["B"] for member in run))},
        "numbers": {"B": deflate(json.dumps(gaps).encode())},
    }


def _runs(members: Iterable[Item]) -> Iterator[list[Item]]:
    """Yield runs of neighbouring records that fit into a pack."""
    run: list[Item] = []
    size = 0
    for member in members:
        size += len(member["document"]["B"]) + 1
        if run and (len(run) == MAX_RECORDS_PER_PACK or size > MAX_PACK_BYTES):
            yield run
            run, size = [], len(member["document"]["B"])
        run.append(member)
    if run:
        yield run


def stored_records(item: Item) -> list[tuple[int, bytes]]:
    """Return numbers and documents of a stored item, a pack or a single record."""
    if "pack" not in item:
        return [(number_of(item), decode_document(item["document"]["B"]))]
    documents = _lines(item["pack"]["B"])
    return list(zip(_numbers(item["numbers"]["B"]), documents, strict=True))


def numbers_in(items: Iterable[Item]) -> set[int]:
    """Return the record numbers in stored items."""
    return {
        number
        for item in items
        for number in (_numbers(item["numbers"]["B"]) if "pack" in item else [number_of(item)])
    }


def documents_of(item: LeanItem) -> list[bytes]:
    """Return the documents of an item, a pack or a single record."""
    if item.pack:
        return _lines(item.pack.B)
    return [decode_document(item.document.B)] if item.document else []


def numbers_of(item: LeanItem) -> list[int]:
    """Return the record numbers of an item, a pack or a single record."""
    return _numbers(item.numbers.B) if item.numbers else [int(item.number.N)]


def last_of(item: LeanItem) -> int:
    """Return the last record number that an item covers."""
    return int((item.last or item.number).N)


def in_force(items: Iterable[LeanItem]) -> Iterator[LeanItem]:
    """Yield the items, sorted by number, that no pack before them replaces."""
    covered = -1
    for item in items:
        if int(item.number.N) > covered:
            covered = last_of(item)
            yield item


def is_gapless(items: Sequence[LeanItem], first: int, last: int) -> bool:
    """Return whether packs cover all numbers between two (inclusive).

    While a load replaces single records, those that are left come before the packs. Then the packs
    need to cover the numbers from the first pack on.
    """
    packs = list(dropwhile(lambda item: item.pack is None, items))
    if not packs:
        return False
    starts = [int(item.number.N) for item in packs]
    begins = starts[0] if len(packs) < len(items) else first
    ends = [last_of(item) + 1 for item in packs]
    return all(item.pack for item in packs) and [*starts, last + 1] == [begins, *ends]


def _lines(stored: bytes) -> list[bytes]:
    return decode_document(stored).split(b"\n")


def _numbers(stored: bytes) -> list[int]:
    return list(accumulate(json.loads(decode_document(stored))))
