from __future__ import annotations

import tracemalloc
from typing import Any

import pytest

from chalicelib.adapters.catalog.directory import make_entry
from chalicelib.adapters.catalog.item import Item, make_item, number_of
from chalicelib.adapters.catalog.lean_dynamodb import (
    LeanBinary,
    LeanItem,
    LeanNumber,
    LeanText,
    QueryPage,
)
from chalicelib.adapters.catalog.source import DynamoCatalogSource

PRODUCTS = 500
VARIANTS = [{"sku": f"SKU-{number}", "weight": "100 g"} for number in range(2_000)]


class FakeLeanDynamoDB:
    """A table with one bucket of products, and its directory."""

    def __init__(self, items: list[Item]) -> None:
        self._items = {number_of(item): LeanBinary(item["document"]["B"]) for item in items}
        self._entry = make_entry("default", "products", 0, items)

    def query(self, ExpressionAttributeValues: Any, **_: Any) -> dict[str, QueryPage]:  # noqa: N803
        values = ExpressionAttributeValues
        if values[":partition"]["S"].endswith("directory"):
            return {"Page": QueryPage([self._lean_entry()])}
        first, last = (int(values[name]["N"]) for name in (":first", ":last"))
        found = [n for n in self._items if first <= n <= last]
        return {"Page": QueryPage([LeanItem(LeanNumber(str(n)), self._items[n]) for n in found])}

    def _lean_entry(self) -> LeanItem:
        slices = LeanText(self._entry["slices"]["S"])
        records = LeanNumber(self._entry["records"]["N"])
        return LeanItem(LeanNumber("0"), records=records, slices=slices)


@pytest.fixture(scope="module")
def source() -> DynamoCatalogSource:
    item = make_item("default", "products", 0, {"variants": VARIANTS})
    items = [item | {"number": {"N": str(number)}} for number in range(PRODUCTS)]
    return DynamoCatalogSource("Catalog", lambda: FakeLeanDynamoDB(items))


@pytest.mark.parametrize("products", [50, PRODUCTS])
def test_reading_takes_the_same_memory_whatever_the_number_of_variants(
    source: DynamoCatalogSource, products: int
) -> None:
    buckets = source.find_buckets("default", "products")[: products // 5]
    tracemalloc.start()
    pages = source.read_buckets("default", "products", buckets)
    documents = sum(len(page) for page in pages)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert documents == products
    assert peak < 5_000_000
