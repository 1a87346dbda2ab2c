"""Packs: what is read, what is written, and what a reader sees while a load runs."""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import Any

import pytest

from chalicelib.adapters.catalog.lean_dynamodb import make_lean_client
from chalicelib.adapters.catalog.pack import MAX_PACK_BYTES, stored_records
from chalicelib.adapters.catalog.source import DynamoCatalogSource
from chalicelib.adapters.catalog.writer import CatalogWriter, Change
from chalicelib.catalog.versions import version_of
from chalicelib.domain.segment import Bucket
from chalicelib.errors import CatalogIncomplete, CatalogOutdated, Unavailable
from tests.flaky_dynamodb import FakeDyingDynamoDB
from tests.packs import KIND, SHOP, load, load_singly, numbers_in, packs_of, read_all, replace
from tests.wrapped_calls import note_calls

pytestmark = pytest.mark.usefixtures("dynamodb")
# Two of them fill a pack, so that boundaries move whenever one of them comes or goes.
LONG = "x" * (MAX_PACK_BYTES // 2 - 500)


class Asked:
    """A source, and how many items DynamoDB was asked for by each operation."""

    def __init__(self) -> None:
        client = make_lean_client()
        self._calls = note_calls(client)
        self.source = DynamoCatalogSource("Catalog", lambda: client)

    @property
    def operations(self) -> list[str]:
        return [operation for operation, _ in self._calls]


def test_five_thousand_cards_are_few_items_and_read_with_few_requests() -> None:
    load(range(5_000))
    asked = Asked()
    assert read_all(asked.source) == list(range(5_000))
    assert asked.operations == ["Query", "BatchGetItem"]


def test_a_bucket_of_cards_is_one_item(dynamodb: Any) -> None:
    load(range(500))
    items = dynamodb.scan(TableName="Catalog")["Items"]
    assert [item["records"]["N"] for item in items] == ["500", "500"]
    [pack] = (item for item in items if "pack" in item)
    assert [number for number, _ in stored_records(pack)] == list(range(500))


def test_ids_are_read_from_their_packs_alone_in_the_order_given() -> None:
    load(range(5_000))
    asked = Asked()
    wanted = [4_999, 3, 4_501, 9_999, 1]
    assert numbers_in(asked.source.read_numbers(SHOP, KIND, wanted)) == [4_999, 3, 4_501, 1]
    assert asked.operations == ["Query", "BatchGetItem"]


def test_large_records_share_a_bucket_in_several_packs() -> None:
    replace(range(7), LONG)
    source = DynamoCatalogSource("Catalog")
    buckets = source.find_buckets(SHOP, KIND)
    assert [(one.first, one.last, one.records) for one in buckets] == [
        (0, 1, 2),
        (2, 3, 2),
        (4, 5, 2),
        (6, 499, 1),
    ]
    assert read_all(source) == list(range(7))
    assert numbers_in(source.read_buckets(SHOP, KIND, [buckets[1].cut(3, 3)])) == [3]


def test_only_packs_that_differ_are_written() -> None:
    replace(range(6), LONG)
    assert replace(range(6), LONG) == Change(kept=6)
    assert replace(range(7), LONG) == Change(written=3, kept=4)
    assert replace(range(1, 5), LONG) == Change(written=4, deleted=3)
    assert read_all() == [1, 2, 3, 4]


def die_after(dynamodb: Any, batches: int, numbers: Iterable[int]) -> bool:
    """Replace the cards, and die after so many writes. Return whether it died."""
    dying = FakeDyingDynamoDB(dynamodb, batches)
    try:
        replace(numbers, LONG, CatalogWriter("Catalog", lambda: dying))
    except Unavailable:
        return True
    return False


@pytest.mark.parametrize("batches", [1, 2, 3, 4])
def test_a_reader_sees_each_record_once_wherever_a_load_stands(dynamodb: Any, batches: int) -> None:
    replace(range(5), LONG)
    assert die_after(dynamodb, batches, range(1, 8))
    found = read_all()
    assert found == sorted(set(found))
    assert set(found) >= {1, 2, 3, 4}


def test_packs_that_a_load_has_moved_are_found(dynamodb: Any) -> None:
    replace(range(6), LONG)
    source = DynamoCatalogSource("Catalog")
    planned = source.find_buckets(SHOP, KIND)
    replace(range(1, 6))
    assert numbers_in(source.read_buckets(SHOP, KIND, planned)) == [1, 2, 3, 4, 5]
    replace([])
    assert numbers_in(source.read_buckets(SHOP, KIND, planned)) == []


@pytest.mark.parametrize("lost", [0, 2, 4])
def test_a_lost_pack_fails_the_read(dynamodb: Any, lost: int) -> None:
    replace(range(6), LONG)
    key = {"partition": {"S": f"{SHOP}#{KIND}#0"}, "number": {"N": str(lost)}}
    dynamodb.delete_item(TableName="Catalog", Key=key)
    with pytest.raises(CatalogIncomplete, match="4 of 6 records in bucket 0 of gift_cards"):
        read_all()
    with pytest.raises(CatalogIncomplete):
        list(DynamoCatalogSource("Catalog").read_numbers(SHOP, KIND, [lost]))


def test_packs_of_an_older_version_are_refused_where_newer_facts_are_needed() -> None:
    load([1])
    source, buckets = DynamoCatalogSource("Catalog"), [Bucket(0, 1)]
    now, later = version_of(KIND), version_of(KIND) + 1
    assert numbers_in(source.read_buckets(SHOP, KIND, buckets, since=now)) == [1]
    assert numbers_in(source.read_numbers(SHOP, KIND, [1], since=now)) == [1]
    with pytest.raises(CatalogOutdated):
        list(source.read_buckets(SHOP, KIND, buckets, since=later))
    with pytest.raises(CatalogOutdated):
        list(source.read_numbers(SHOP, KIND, [1], since=later))


@pytest.mark.parametrize("numbers", [range(5), [*range(400, 500), *range(990, 1_200)]])
def test_single_items_of_an_earlier_version_are_read(numbers: Any) -> None:
    load_singly(list(numbers))
    assert read_all() == list(numbers)
    source = DynamoCatalogSource("Catalog")
    wanted = [numbers[2], 499_999, numbers[0]]
    assert numbers_in(source.read_numbers(SHOP, KIND, wanted)) == [numbers[2], numbers[0]]


def test_a_missing_single_item_fails_the_read(dynamodb: Any) -> None:
    load_singly(range(5))
    key = {"partition": {"S": f"{SHOP}#{KIND}#0"}, "number": {"N": "3"}}
    dynamodb.delete_item(TableName="Catalog", Key=key)
    with pytest.raises(CatalogIncomplete):
        read_all()


@pytest.mark.parametrize("batches", [1, 3, 4, 6])
def test_a_load_over_single_items_is_seen_as_old_or_new(dynamodb: Any, batches: int) -> None:
    load_singly(range(9))
    if die_after(dynamodb, batches, range(2, 11)):
        found = read_all()
        assert found == sorted(set(found))
        assert set(found) >= set(range(2, 9))
    replace(range(2, 11), LONG)
    assert read_all() == list(range(2, 11))
    assert (
        dynamodb.scan(TableName="Catalog", FilterExpression="attribute_exists(document)")["Items"]
        == []
    )


def test_a_pack_of_any_records_fits_into_an_item() -> None:
    chance = random.Random(1)
    texts = ["".join(chr(chance.randrange(32, 0x2FFF)) for _ in range(3_000)) for _ in range(10)]
    packs = [pack for text in texts for pack in packs_of(range(100), text)]
    assert max(len(pack["pack"]["B"]) + len(pack["numbers"]["B"]) for pack in packs) < 320_000


def test_numbers_of_many_packs_are_read_a_few_packs_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    load(range(2_000))
    monkeypatch.setattr("chalicelib.adapters.catalog.pack_reader.PACKS_PER_RUN", 2)
    wanted = [1_999, 1_501, 3, 1_000, 501, 4]
    pages = list(DynamoCatalogSource("Catalog").read_numbers(SHOP, KIND, wanted))
    assert [numbers_in([page]) for page in pages] == [[1_999, 1_501, 3], [1_000, 501], [4]]


def test_no_request_asks_for_more_bytes_than_a_batch_has(monkeypatch: pytest.MonkeyPatch) -> None:
    load(range(2_000))
    asked = Asked()
    buckets = asked.source.find_buckets(SHOP, KIND)
    sizes = [bucket.size_bytes for bucket in buckets]
    most = max(sizes[0] + sizes[1], sizes[2] + sizes[3])
    monkeypatch.setattr("chalicelib.adapters.catalog.pack_reader.MAX_BATCH_BYTES", most)
    assert numbers_in(asked.source.read_buckets(SHOP, KIND, buckets)) == list(range(2_000))
    assert asked.operations == ["Query", "BatchGetItem", "BatchGetItem"]
