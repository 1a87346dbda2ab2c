"""What every `SyncedCatalog` does, the tests' fake and DynamoDB alike."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import pytest

from chalicelib.adapters.catalog_dynamodb import DynamoCatalogSource
from chalicelib.adapters.synced_catalog import DynamoSyncedCatalog
from chalicelib.domain.shop_ports import SyncedCatalog
from tests.sync_fakes import FakeSyncedCatalog

pytestmark = pytest.mark.usefixtures("dynamodb")
NOW: Final = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
SHOP: Final = "demo.shop.example"


@pytest.fixture(params=["fake", "dynamodb"])
def catalog(request: pytest.FixtureRequest) -> SyncedCatalog:
    if request.param == "fake":
        return FakeSyncedCatalog()
    return DynamoSyncedCatalog("Catalog")


def make_document(number: int, name: str = "Tea", **facts: Any) -> dict[str, Any]:
    updated_at = "2026-11-01 08:00:00+00:00"
    return {"name": name, "facts": {"number": number, "updated_at": updated_at, **facts}}


def store(catalog: SyncedCatalog, *numbers: int, name: str = "Tea") -> int:
    documents = {number: make_document(number, name) for number in numbers}
    return catalog.store(SHOP, "products", documents, NOW)


def stored(catalog: SyncedCatalog) -> list[int]:
    return sorted(catalog.find_times(SHOP, "products"))


def test_stored_records_are_found_in_all_buckets(catalog: SyncedCatalog) -> None:
    assert store(catalog, 1, 499, 500, 7_001) == 4
    assert stored(catalog) == [1, 499, 500, 7_001]


def test_records_beside_the_stored_ones_stay(catalog: SyncedCatalog) -> None:
    store(catalog, 1, 2)
    store(catalog, 2, 3, name="Coffee")
    assert stored(catalog) == [1, 2, 3]


def test_only_what_differs_counts_as_changed(catalog: SyncedCatalog) -> None:
    store(catalog, 1, 2)
    assert store(catalog, 1, 2) == 0
    assert store(catalog, 2, 3, name="Coffee") == 2


def test_times_are_those_of_the_latest_part(catalog: SyncedCatalog) -> None:
    touched = make_document(1, touched_at="2026-11-02 08:00:00+00:00")
    catalog.store(SHOP, "products", {1: touched, 2: make_document(2)}, NOW)
    times = catalog.find_times(SHOP, "products", [1, 2, 3])
    assert times == {
        1: datetime(2026, 11, 2, 8, tzinfo=UTC),
        2: datetime(2026, 11, 1, 8, tzinfo=UTC),
    }


def test_removed_records_are_gone_and_counted_once(catalog: SyncedCatalog) -> None:
    store(catalog, 1, 2, 700)
    assert catalog.remove(SHOP, "products", [2, 3, 700], NOW) == 2
    assert catalog.remove(SHOP, "products", [2, 700], NOW) == 0
    assert stored(catalog) == [1]


def test_a_dictionary_is_replaced_whole(catalog: SyncedCatalog) -> None:
    one, two = {"id": "a", "name": "A"}, {"id": "b", "name": "B"}
    assert catalog.replace(SHOP, "categories", {1: one, 9_000: two}, NOW)
    assert not catalog.replace(SHOP, "categories", {1: one, 9_000: two}, NOW)
    assert catalog.replace(SHOP, "categories", {1: one}, NOW)
    assert sorted(catalog.find_times(SHOP, "categories")) == [1]


def test_another_shop_has_another_catalogue(catalog: SyncedCatalog) -> None:
    store(catalog, 1)
    assert catalog.find_times("other.example", "products") == {}


def test_exports_read_what_was_synced() -> None:
    catalog, source = DynamoSyncedCatalog("Catalog"), DynamoCatalogSource("Catalog")
    store(catalog, 1, 2, 501)
    catalog.remove(SHOP, "products", [2], NOW)
    buckets = source.find_buckets(SHOP, "products")
    assert [(bucket.number, bucket.records) for bucket in buckets] == [(0, 1), (1, 1)]
    pages = source.read_buckets(SHOP, "products", buckets)
    assert [len(page) for page in pages] == [1, 1]


def test_a_record_keeps_the_moment_of_its_last_difference(dynamodb: Any) -> None:
    catalog = DynamoSyncedCatalog("Catalog")
    store(catalog, 1)
    later = datetime(2026, 11, 25, tzinfo=UTC)
    catalog.store(SHOP, "products", {1: make_document(1)}, later)
    items = dynamodb.scan(TableName="Catalog")["Items"]
    (changed_at,) = [item["changed_at"]["S"] for item in items if "changed_at" in item]
    assert changed_at.startswith("2026-11-24")


def test_a_removed_record_leaves_a_tombstone(dynamodb: Any) -> None:
    catalog = DynamoSyncedCatalog("Catalog")
    store(catalog, 1)
    catalog.remove(SHOP, "products", [1], NOW)
    items = dynamodb.scan(TableName="Catalog")["Items"]
    (tombstone,) = [item for item in items if "removed_at" in item]
    assert tombstone["partition"]["S"] == f"{SHOP}#products#removed"
