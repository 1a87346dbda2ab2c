from __future__ import annotations

import random
from contextlib import nullcontext
from typing import Any

import pytest

from chalicelib.adapters.catalog.item import Item, make_item
from chalicelib.adapters.catalog.source import DynamoCatalogSource
from chalicelib.adapters.catalog.writer import CatalogWriter, Change
from chalicelib.domain.segment import Bucket
from chalicelib.errors import Unavailable
from tests.flaky_dynamodb import (
    FakeBusyDynamoDB,
    FakeDyingDynamoDB,
    FakeShortDynamoDB,
    FakeThrottledDynamoDB,
)

pytestmark = pytest.mark.usefixtures("dynamodb")


def make_items(*numbers: int, name: str = "Tea") -> list[Item]:
    return [
        make_item("default", "products", number, {"number": number, "name": name})
        for number in numbers
    ]


def replace(writer: CatalogWriter, items: list[Item]) -> Change:
    entry = writer.find_directory("default", "products").get(0)
    return writer.replace_bucket("default", "products", 0, items, entry)


def counts_of(writer: CatalogWriter) -> dict[int, int]:
    """The records that the directory promises, by bucket."""
    entries = writer.find_directory("default", "products")
    return {bucket: int(entry["records"]["N"]) for bucket, entry in entries.items()}


def test_what_dynamodb_leaves_unprocessed_is_sent_again(dynamodb: Any) -> None:
    busy, pauses = FakeBusyDynamoDB(dynamodb, taken=10), list[float]()
    replace(CatalogWriter("Catalog", lambda: busy, pauses.append), make_items(*range(25)))
    # 25 records, the rest of them twice, then their block and its index. The entry is no batch.
    assert busy.batches == [25, 15, 5, 2]
    assert len(pauses) == 2
    assert (
        len(
            next(
                DynamoCatalogSource("Catalog").read_buckets("default", "products", [Bucket(0, 25)])
            )
        )
        == 25
    )


def test_a_table_that_takes_nothing_is_given_up_after_growing_pauses(
    dynamodb: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(random, "uniform", lambda least, most: most - least)
    pauses: list[float] = []
    writer = CatalogWriter("Catalog", lambda: FakeBusyDynamoDB(dynamodb, taken=0), pauses.append)
    with pytest.raises(Unavailable, match="throttled"):
        writer.put(make_items(1))
    assert pauses[:4] == [0.2, 0.4, 0.8, 1.6]
    assert pauses[6:] == [10] * 14


@pytest.mark.parametrize(
    "code",
    ["ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded"],
)
def test_a_batch_that_is_throttled_as_a_whole_is_sent_again(dynamodb: Any, code: str) -> None:
    throttled = FakeThrottledDynamoDB(dynamodb, times=3, code=code)
    pauses: list[float] = []
    CatalogWriter("Catalog", lambda: throttled, pauses.append).put(make_items(1, 2))
    assert (len(pauses), dynamodb.scan(TableName="Catalog")["Count"]) == (3, 2)


@pytest.mark.parametrize(("times", "is_stored"), [(3, True), (100, False)])
def test_an_item_is_put_under_its_condition_once_the_table_is_not_throttled(
    dynamodb: Any, times: int, is_stored: bool
) -> None:
    throttled = FakeThrottledDynamoDB(dynamodb, times, "ThrottlingException")
    writer = CatalogWriter("Catalog", lambda: throttled, lambda seconds: None)
    [item] = make_items(1)
    with nullcontext() if is_stored else pytest.raises(Unavailable, match="throttled"):
        assert writer.put_if(item, "version", None)
        assert not writer.put_if(item | {"version": {"N": "9"}}, "version", {"N": "8"})
    assert dynamodb.scan(TableName="Catalog")["Items"] == ([item] if is_stored else [])


def test_a_missing_table_is_named() -> None:
    with pytest.raises(Unavailable, match="The table Nowhere cannot be used"):
        CatalogWriter("Nowhere").put(make_items(1))


def test_every_page_of_a_bucket_is_read(dynamodb: Any) -> None:
    replace(CatalogWriter("Catalog"), make_items(*range(7)))
    writer = CatalogWriter("Catalog", lambda: FakeShortDynamoDB(dynamodb, items=2))
    assert writer.find_bucket("default", "products", 0) == make_items(*range(7))


def test_only_what_differs_is_written() -> None:
    writer = CatalogWriter("Catalog")
    replace(writer, make_items(1, 2, 3))
    change = replace(writer, [*make_items(1), *make_items(2, name="Coffee")])
    assert change == Change(written=1, kept=1, deleted=1)
    assert counts_of(writer) == {0: 2}


def test_a_bucket_without_items_goes_with_its_entry(dynamodb: Any) -> None:
    writer = CatalogWriter("Catalog")
    replace(writer, make_items(1, 2))
    assert replace(writer, []) == Change(deleted=2)
    assert dynamodb.scan(TableName="Catalog")["Items"] == []


def test_an_announced_bucket_holds_nothing_yet_for_readers() -> None:
    CatalogWriter("Catalog").announce("default", "vouchers", [0, 4])
    assert sorted(CatalogWriter("Catalog").find_directory("default", "vouchers")) == [0, 4]
    assert DynamoCatalogSource("Catalog").find_buckets("default", "vouchers") == ()


@pytest.mark.parametrize("batches", range(6))
def test_no_promise_is_broken_wherever_a_replacement_dies(dynamodb: Any, batches: int) -> None:
    """60 records become 40 others: 2 batches of puts, 1 of the entry, 3 of deletes."""
    replace(CatalogWriter("Catalog"), make_items(*range(60)))
    dying = FakeDyingDynamoDB(dynamodb, batches)
    with pytest.raises(Unavailable):
        replace(CatalogWriter("Catalog", lambda: dying), make_items(*range(60, 100)))
    source = DynamoCatalogSource("Catalog")
    [bucket] = source.find_buckets("default", "products")
    assert sum(map(len, source.read_buckets("default", "products", [bucket]))) >= bucket.records
