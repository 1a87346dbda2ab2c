"""Gift cards and codes in the catalogue table: as this version stores them, and as before."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from chalicelib.adapters.catalog.item import Item, make_item
from chalicelib.adapters.catalog.pack import make_member, make_packs
from chalicelib.adapters.catalog.source import DynamoCatalogSource
from chalicelib.adapters.catalog.writer import CatalogWriter, Change
from chalicelib.catalog.kinds import numbers_per_bucket

SHOP, KIND = "default", "gift_cards"


def document(number: int, text: str = "") -> dict[str, Any]:
    return {"number": number, "code": f"CODE-{number}", "text": text}


def packs_of(
    numbers: Iterable[int], text: str = "", kind: str = KIND, bucket: int = 0
) -> list[Item]:
    members = [make_member(number, document(number, text)) for number in numbers]
    return make_packs(SHOP, kind, bucket, members)


def replace(
    numbers: Iterable[int], text: str = "", writer: CatalogWriter | None = None, bucket: int = 0
) -> Change:
    """Make a bucket hold these cards and no others."""
    writing = writer or CatalogWriter("Catalog")
    entry = writing.find_directory(SHOP, KIND).get(bucket)
    packs = packs_of(numbers, text, bucket=bucket)
    return writing.replace_bucket(SHOP, KIND, bucket, packs, entry)


def load(numbers: Iterable[int], kind: str = KIND) -> None:
    """Store these records in packs."""
    for bucket, held in groupby(sorted(numbers), key=lambda n: n // numbers_per_bucket(kind)):
        packs = packs_of(held, kind=kind, bucket=bucket)
        CatalogWriter("Catalog").replace_bucket(SHOP, kind, bucket, packs)


def load_singly(numbers: Sequence[int]) -> None:
    """Store these cards as earlier versions did: each as an item, with an entry per bucket."""
    writer = CatalogWriter("Catalog")
    for bucket, held in groupby(sorted(numbers), key=lambda number: number // 500):
        items = [make_item(SHOP, KIND, number, document(number)) for number in held]
        writer.put(items)
        key = {"partition": {"S": f"{SHOP}#{KIND}#directory"}, "number": {"N": str(bucket)}}
        writer.put([key | {"records": {"N": str(len(items))}}])


def read_all(source: DynamoCatalogSource | None = None, kind: str = KIND) -> list[int]:
    """Return the numbers of all records, in the order of the file."""
    reading = source or DynamoCatalogSource("Catalog")
    pages = reading.read_buckets(SHOP, kind, reading.find_buckets(SHOP, kind))
    return numbers_in(pages)


def numbers_in(pages: Iterable[list[bytes]]) -> list[int]:
    return [json.loads(one)["number"] for page in pages for one in page]
