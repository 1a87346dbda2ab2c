from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.adapters.aws import client
from chalicelib.adapters.catalog_dynamodb import DynamoCatalogSource, make_lean_client
from chalicelib.adapters.catalog_item import make_item
from chalicelib.adapters.catalog_writer import CatalogWriter
from chalicelib.domain.segment import Bucket
from chalicelib.errors import CatalogIncomplete, Unavailable

pytestmark = pytest.mark.usefixtures("dynamodb")


def load(kind: str, *numbers: int, shop: str = "default") -> None:
    writer = CatalogWriter("Catalog")
    by_bucket: dict[int, list[int]] = {}
    for number in numbers:
        by_bucket.setdefault(number // 500, []).append(number)
    for bucket, held in by_bucket.items():
        items = [
            make_item(shop, kind, n, {"id": str(n), "number": n, "name": "é" * 900}) for n in held
        ]
        writer.replace_bucket(shop, kind, bucket, items, None)


def numbers_of(pages: Any) -> list[int]:
    return [json.loads(document)["number"] for page in pages for document in page]


def test_buckets_are_read_in_the_order_of_numbers() -> None:
    load("products", *range(0, 2600, 3))
    source = DynamoCatalogSource("Catalog")
    buckets = source.find_buckets("default", "products")
    assert [bucket.number for bucket in buckets] == [0, 1, 2, 3, 4, 5]
    assert numbers_of(source.read_buckets("default", "products", buckets)) == list(
        range(0, 2600, 3)
    )


def test_a_bucket_that_holds_less_than_promised_fails_the_read() -> None:
    load("products", 1, 2, 3, 4)
    key = {"partition": {"S": "default#products#0"}, "number": {"N": "2"}}
    client("dynamodb").delete_item(TableName="Catalog", Key=key)
    source = DynamoCatalogSource("Catalog")
    with pytest.raises(CatalogIncomplete, match="3 of 4 records in bucket 0 of products"):
        list(source.read_buckets("default", "products", [Bucket(0, 4)]))


def test_records_deleted_while_an_export_runs_do_not_fail_it() -> None:
    load("products", 1, 2, 3)
    source = DynamoCatalogSource("Catalog")
    buckets = source.find_buckets("default", "products")
    items = [make_item("default", "products", n, {"id": str(n), "number": n}) for n in (1, 3)]
    CatalogWriter("Catalog").replace_bucket("default", "products", 0, items, buckets[0].records)
    assert numbers_of(source.read_buckets("default", "products", buckets)) == [1, 3]


@pytest.mark.parametrize("late", [[2], [1, 2, 3]])
def test_a_record_that_a_replica_lacks_is_asked_of_the_leader(late: list[int]) -> None:
    load("products", 1, 2, 3)

    def lag(params: dict[str, Any], **named: Any) -> None:
        body = json.loads(params["body"])
        asked = body["RequestItems"]["Catalog"]
        if not asked.get("ConsistentRead"):
            asked["Keys"] = [
                key for key in asked["Keys"] if int(key["number"]["N"]) not in late
            ] or [{"partition": {"S": "nothing"}, "number": {"N": "1"}}]
            params["body"] = json.dumps(body).encode()

    lagging = make_lean_client()
    lagging.meta.events.register("before-call.dynamodb.BatchGetItem", lag)
    source = DynamoCatalogSource("Catalog", lambda: lagging)
    assert numbers_of(source.read_numbers("default", "products", [1, 2, 3, 4])) == [1, 2, 3]


def test_numbers_are_read_by_key_in_the_order_given() -> None:
    load("products", *range(300))
    wanted = [*range(250, 0, -2), 9_999]
    found = DynamoCatalogSource("Catalog").read_numbers("default", "products", wanted)
    assert numbers_of(found) == wanted[:-1]


@pytest.mark.parametrize("whole", [True, False])
def test_facts_come_with_whole_documents_alone(whole: bool) -> None:
    document = {"id": "1", "name": "Tea", "facts": {"slug": "tea"}}
    CatalogWriter("Catalog").replace_bucket(
        "default", "products", 0, [make_item("default", "products", 1, document)], None
    )
    source = DynamoCatalogSource("Catalog")
    expected = document if whole else {"id": "1", "name": "Tea"}
    for pages in (
        source.read_buckets("default", "products", [Bucket(0, 1)], whole=whole),
        source.read_numbers("default", "products", [1], whole=whole),
    ):
        assert [json.loads(one) for page in pages for one in page] == [expected]


def test_shops_share_a_table_and_nothing_else() -> None:
    load("products", 1, 2)
    load("products", 2, 3, shop="other")
    source = DynamoCatalogSource("Catalog")
    assert numbers_of(
        source.read_buckets("other", "products", source.find_buckets("other", "products"))
    ) == [2, 3]
    assert numbers_of(source.read_numbers("default", "products", [1, 2, 3])) == [1, 2]


def test_an_unknown_kind_is_empty() -> None:
    source = DynamoCatalogSource("Catalog")
    assert source.find_buckets("default", "nothing") == ()
    assert source.find_dictionary("default", "nothing") == ()


def test_a_table_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        DynamoCatalogSource("Gone").find_buckets("default", "products")


def test_a_damaged_document_fails_the_read(dynamodb: Any) -> None:
    load("products", 1)
    key = {"partition": {"S": "default#products#0"}, "number": {"N": "1"}}
    dynamodb.put_item(TableName="Catalog", Item={**key, "document": {"B": b"\x1f\x8bbroken"}})
    with pytest.raises(CatalogIncomplete, match="cannot be read"):
        list(DynamoCatalogSource("Catalog").read_buckets("default", "products", [Bucket(0, 1)]))
