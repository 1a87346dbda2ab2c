from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from chalicelib.adapters.aws.clients import client
from chalicelib.adapters.catalog.source import DynamoCatalogSource
from chalicelib.adapters.catalog.synced import DynamoSyncedCatalog
from chalicelib.errors import RecordsTooLarge
from tests.integration.ports.test_synced_catalog import NOW, SHOP, make_document, store
from tests.wrapped_calls import Call, wrap_calls

pytestmark = pytest.mark.usefixtures("dynamodb")


@pytest.fixture
def written() -> list[Any]:
    """The items that are put from now on."""
    found: list[Any] = []

    def note(call: Call, operation: str, params: Any) -> Any:
        if operation == "BatchWriteItem":
            requests = params["RequestItems"]["Catalog"]
            found.extend(one["PutRequest"]["Item"] for one in requests if "PutRequest" in one)
        if operation == "PutItem":
            found.append(params["Item"])
        return call(operation, params)

    wrap_calls(client("dynamodb"), note)
    return found


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


def test_a_print_alone_is_no_difference_of_a_record(dynamodb: Any) -> None:
    catalog, later = DynamoSyncedCatalog("Catalog"), datetime(2026, 11, 25, tzinfo=UTC)
    store(catalog, 1)
    catalog.store(SHOP, "products", {1: make_document(1)}, later, {1: "print"})
    assert stamps_of(dynamodb) == ("2026-11-24", "2026-11-25")
    catalog.store(SHOP, "products", {1: make_document(1, "Mate")}, later, {1: "print"})
    assert stamps_of(dynamodb) == ("2026-11-25", "2026-11-25")


def stamps_of(dynamodb: Any) -> tuple[str, str]:
    """The days on which the one record changed and was read."""
    items = dynamodb.scan(TableName="Catalog")["Items"]
    (item,) = [item for item in items if "changed_at" in item]
    return item["changed_at"]["S"][:10], item["read_at"]["S"][:10]


def test_a_removed_record_leaves_a_tombstone_for_a_month(dynamodb: Any) -> None:
    catalog = DynamoSyncedCatalog("Catalog")
    store(catalog, 1)
    catalog.remove(SHOP, "products", [1], NOW)
    items = dynamodb.scan(TableName="Catalog")["Items"]
    until = NOW + timedelta(days=30)
    tombstone = {
        "partition": {"S": f"{SHOP}#products#removed"},
        "number": {"N": "1"},
        "read_at": {"S": NOW.isoformat(timespec="microseconds")},
        "forget_at_epoch": {"N": str(int(until.timestamp()))},
    }
    assert tombstone in items


def test_all_records_are_removed_with_their_buckets(dynamodb: Any) -> None:
    catalog = DynamoSyncedCatalog("Catalog")
    store(catalog, 1, 700)
    catalog.remove_all(SHOP, "products")
    assert dynamodb.scan(TableName="Catalog")["Items"] == []


def test_a_bucket_is_in_the_directory_before_its_first_record(written: list[Any]) -> None:
    store(DynamoSyncedCatalog("Catalog"), 1)
    partitions = [item["partition"]["S"] for item in written]
    assert partitions[:2] == [f"{SHOP}#products#directory", f"{SHOP}#products#0"]


def test_a_preset_is_stored_before_the_first_record_that_refers_to_it(written: list[Any]) -> None:
    store(DynamoSyncedCatalog("Catalog"), *range(10))
    assert written[0]["partition"]["S"] == f"{SHOP}#products#preset"


def records_in(written: list[Any]) -> list[str]:
    """The numbers of the records, without entries and blocks."""
    return [one["number"]["N"] for one in written if one["partition"]["S"].endswith("#0")]


def test_only_records_that_differ_are_written_again(written: list[Any]) -> None:
    catalog = DynamoSyncedCatalog("Catalog")
    documents = {number: {"id": str(number), "name": "A"} for number in (7, 8, 9)}
    catalog.replace(SHOP, "categories", documents)
    store(catalog, 7, 8, 9)
    written.clear()
    catalog.replace(SHOP, "categories", {**documents, 8: {"id": "8", "name": "B"}})
    assert records_in(written) == ["8"]
    products = {7: make_document(7), 8: make_document(8), 9: make_document(9, "Ten")}
    catalog.store(SHOP, "products", products, NOW)
    assert records_in(written) == ["8", "9"]


def test_a_record_that_fits_into_no_item_is_refused_by_its_number_before_any_is_stored() -> None:
    catalog = DynamoSyncedCatalog("Catalog")
    large = make_document(2, name=Random(1).randbytes(500_000).hex())
    with pytest.raises(RecordsTooLarge) as refused:
        catalog.store(SHOP, "products", {1: make_document(1), 2: large}, NOW)
    assert refused.value.numbers == {2}
    assert catalog.find_times(SHOP, "products") == {}
