from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.adapters.aws.clients import client
from chalicelib.adapters.catalog.item import make_item
from chalicelib.adapters.catalog.lean_dynamodb import make_lean_client
from chalicelib.adapters.catalog.source import DynamoCatalogSource
from chalicelib.adapters.catalog.writer import CatalogWriter
from chalicelib.catalog.versions import version_of
from chalicelib.domain.depth import Depth
from chalicelib.domain.segment import Bucket
from chalicelib.errors import CatalogIncomplete, CatalogOutdated, Unavailable
from tests.wrapped_calls import Call, wrap_calls

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
    writer = CatalogWriter("Catalog")
    entry = writer.find_directory("default", "products")[0]
    writer.replace_bucket("default", "products", 0, items, entry)
    assert numbers_of(source.read_buckets("default", "products", buckets)) == [1, 3]


@pytest.mark.parametrize("late", [[2], [1, 2, 3]])
def test_a_record_that_a_replica_lacks_is_asked_of_the_leader(late: list[int]) -> None:
    load("products", 1, 2, 3)

    def lag(call: Call, operation: str, params: Any) -> Any:
        asked = params["RequestItems"]["Catalog"]
        if not asked["ConsistentRead"]:
            keys = [key for key in asked["Keys"] if int(key["number"]["N"]) not in late]
            keys = keys or [{"partition": {"S": "nothing"}, "number": {"N": "1"}}]
            params = {"RequestItems": {"Catalog": {**asked, "Keys": keys}}}
        return call(operation, params)

    lagging = wrap_calls(make_lean_client(), lag)
    source = DynamoCatalogSource("Catalog", lambda: lagging)
    assert numbers_of(source.read_numbers("default", "products", [1, 2, 3, 4])) == [1, 2, 3]


def test_numbers_are_read_by_key_in_the_order_given() -> None:
    load("products", *range(300))
    wanted = [*range(250, 0, -2), 9_999]
    found = DynamoCatalogSource("Catalog").read_numbers("default", "products", wanted)
    assert numbers_of(found) == wanted[:-1]


@pytest.mark.parametrize("depth", [Depth.WHOLE, Depth.DOCUMENT])
def test_facts_come_with_whole_documents_alone(depth: Depth) -> None:
    document = {"id": "1", "name": "Tea", "facts": {"slug": "tea"}}
    CatalogWriter("Catalog").replace_bucket(
        "default", "products", 0, [make_item("default", "products", 1, document)], None
    )
    source = DynamoCatalogSource("Catalog")
    expected = document if depth is Depth.WHOLE else {"id": "1", "name": "Tea"}
    for pages in (
        source.read_buckets("default", "products", [Bucket(0, 1)], depth=depth),
        source.read_numbers("default", "products", [1], depth=depth),
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


def load_large(*numbers: int) -> None:
    """Records of 4,000 rows each, so that two of them are a slice."""
    items = [
        make_item("default", "products", n, {"number": n, "variants": [{}] * 4_000})
        for n in numbers
    ]
    CatalogWriter("Catalog").replace_bucket("default", "products", 0, items)


def test_a_large_bucket_is_read_in_slices() -> None:
    load_large(*range(10))
    source = DynamoCatalogSource("Catalog")
    buckets = source.find_buckets("default", "products")
    assert [(bucket.first, bucket.last) for bucket in buckets] == [
        *((0, 1), (2, 3), (4, 5), (6, 7), (8, 499))
    ]
    assert numbers_of(source.read_buckets("default", "products", buckets)) == list(range(10))
    assert numbers_of(source.read_buckets("default", "products", buckets[1:3])) == [2, 3, 4, 5]


def test_a_hole_in_a_slice_fails_the_read() -> None:
    load_large(*range(10))
    key = {"partition": {"S": "default#products#0"}, "number": {"N": "5"}}
    client("dynamodb").delete_item(TableName="Catalog", Key=key)
    source = DynamoCatalogSource("Catalog")
    buckets = source.find_buckets("default", "products")
    with pytest.raises(CatalogIncomplete, match="1 of 2 records in bucket 0 of products"):
        list(source.read_buckets("default", "products", buckets))


def test_slices_that_a_load_has_moved_hold_the_same_records() -> None:
    load_large(*range(10))
    source = DynamoCatalogSource("Catalog")
    before = source.find_buckets("default", "products")
    entry = CatalogWriter("Catalog").find_directory("default", "products")[0]
    items = [make_item("default", "products", n, {"number": n}) for n in (1, 3, 4, 400)]
    CatalogWriter("Catalog").replace_bucket("default", "products", 0, items, entry)
    assert numbers_of(source.read_buckets("default", "products", before)) == [1, 3, 4, 400]
    [now] = source.find_buckets("default", "products")
    parts = [now.cut(0, 3), now.cut(4, 499)]
    assert numbers_of(source.read_buckets("default", "products", parts)) == [1, 3, 4, 400]


def test_dynamodb_is_never_asked_for_a_range_that_ends_before_it_begins() -> None:
    load("products", 1)
    backwards = Bucket(0, 0, first=5, last=4)
    source = DynamoCatalogSource("Catalog", lambda: pytest.fail("DynamoDB was asked"))
    assert list(source.read_buckets("default", "products", [backwards])) == []


def test_a_page_is_bounded_by_the_size_of_its_documents() -> None:
    texts = [{"number": n, "text": "x" * 1_500_000} for n in range(7)]
    items = [make_item("default", "products", n, text) for n, text in enumerate(texts)]
    CatalogWriter("Catalog").replace_bucket("default", "products", 0, items)
    source = DynamoCatalogSource("Catalog")
    pages = source.read_buckets("default", "products", [Bucket(0, 7)])
    assert [len(page) for page in pages] == [1] * 7


def load_version_0(*numbers: int) -> None:
    """Store records and directory as versions before 0.2 did."""
    writer = CatalogWriter("Catalog")
    items = [make_item("default", "products", n, {"number": n}) for n in numbers]
    writer.put([{k: v for k, v in item.items() if k != "version"} for item in items])
    key = {"partition": {"S": "default#products#directory"}, "number": {"N": "0"}}
    writer.put([key | {"records": {"N": str(len(numbers))}}])


def test_a_catalogue_of_an_older_version_is_read_until_it_is_loaded_again() -> None:
    load_version_0(1, 2)
    source = DynamoCatalogSource("Catalog")
    buckets = source.find_buckets("default", "products")
    assert buckets == (Bucket(0, 2),)
    assert numbers_of(source.read_buckets("default", "products", buckets)) == [1, 2]
    assert numbers_of(source.read_numbers("default", "products", [2])) == [2]


def reads_of(source: DynamoCatalogSource, since: int) -> list[Any]:
    return [
        lambda: list(source.read_buckets("default", "products", [Bucket(0, 2)], since=since)),
        lambda: list(source.read_numbers("default", "products", [2], since=since)),
        lambda: source.find_dictionary("default", "products", since=since),
    ]


@pytest.mark.parametrize("read", range(3))
def test_documents_that_are_older_than_what_is_wanted_fail_the_read(read: int) -> None:
    load_version_0(1, 2)
    source = DynamoCatalogSource("Catalog")
    with pytest.raises(CatalogOutdated, match=r"Load the products again, then export again\.$"):
        reads_of(source, since=1)[read]()
    load("products", 1, 2)
    reads_of(source, since=1)[read]()
    with pytest.raises(CatalogOutdated):
        reads_of(source, since=version_of("products") + 1)[read]()
