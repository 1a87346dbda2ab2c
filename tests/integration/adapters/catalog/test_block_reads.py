"""Blocks are read where they hold what documents hold, and documents elsewhere (ADR 48)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.adapters.aws.clients import client
from chalicelib.adapters.catalog import block_maker, directory
from chalicelib.adapters.catalog.item import Item, key_of
from chalicelib.adapters.catalog.lean_dynamodb import make_lean_client
from chalicelib.adapters.catalog.synced import DynamoSyncedCatalog
from tests.stored_blocks import (
    NUMBERS,
    SHOP,
    are_blocks,
    block_items,
    check_whole,
    find_buckets,
    make_document,
    read,
    read_documents,
    read_pages,
    records_in,
    remove,
    store,
)
from tests.wrapped_calls import Call, wrap_calls

LATER = datetime(2026, 11, 25, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("dynamodb")


def groups_of(items: list[Item]) -> set[str]:
    return {item["group"]["S"] for item in items if "group" in item}


def put_anew(item: Item, **attributes: Any) -> None:
    client("dynamodb").put_item(TableName="Catalog", Item=item | attributes)


def delete(item: Item) -> None:
    client("dynamodb").delete_item(TableName="Catalog", Key=key_of(item))


DAMAGE: dict[str, Callable[[Item], None]] = {
    "missing": delete,
    "cut": lambda item: put_anew(item, document={"B": item["document"]["B"][:-6]}),
    "empty": lambda item: put_anew(item, document={"B": b""}),
    "without content": lambda item: put_anew(key_of(item)),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_documents_are_read_in_the_place_of_a_damaged_block(damage: str) -> None:
    store(*NUMBERS, 700)
    DAMAGE[damage](next(item for item in block_items() if "group" in item))
    pages = read_pages(find_buckets())
    assert records_in(pages) == read_documents()
    assert not are_blocks(pages)


def test_documents_are_read_without_an_index() -> None:
    store(*NUMBERS)
    for item in block_items():
        if "index" in item:
            put_anew(item, index={"S": '{"version": 3, "ranges": [['})
    assert not are_blocks(read_pages(find_buckets()))
    assert read() == read_documents()


def test_blocks_that_a_replica_lacks_are_asked_of_the_leader() -> None:
    store(*NUMBERS, 700)

    def lag(call: Call, operation: str, params: Any) -> Any:
        asked = params.get("RequestItems", {}).get("Catalog")
        if asked and not asked["ConsistentRead"]:
            nothing = [{"partition": {"S": "nothing"}, "number": {"N": "1"}}]
            params = {"RequestItems": {"Catalog": {**asked, "Keys": nothing}}}
        return call(operation, params)

    lagging = wrap_calls(make_lean_client(), lag)
    pages = read_pages(find_buckets(), lambda: lagging)
    assert are_blocks(pages)
    assert records_in(pages) == read_documents()


def test_a_reader_of_an_older_directory_reads_all_records() -> None:
    store(*NUMBERS)
    before, planned = read(), find_buckets()
    store(3, name="Mate")
    assert read(planned) == [(one, "Mate" if one == "3" else name) for one, name in before]
    remove(4, 279)
    assert read(planned) == read() == read_documents()


def test_a_change_of_facts_alone_leaves_the_blocks() -> None:
    store(*NUMBERS)
    before, planned = block_items(), [one.blocks for one in find_buckets()]
    catalog = DynamoSyncedCatalog("Catalog")
    document = make_document(3) | {"facts": {"updated_at": "2026-11-25T00:00:00+00:00"}}
    assert catalog.store(SHOP, "products", {3: document}, LATER) == 1
    assert (block_items(), [one.blocks for one in find_buckets()]) == (before, planned)


def test_a_change_writes_the_groups_that_differ_in_its_range_alone() -> None:
    catalog = DynamoSyncedCatalog("Catalog")
    documents = {n: make_document(n, description=f"Text {n}", media=f"m{n}") for n in NUMBERS}
    catalog.store(SHOP, "products", documents, LATER)
    before = block_items()
    catalog.store(SHOP, "products", {3: documents[3] | {"description": "Other"}}, LATER)
    new = [item for item in block_items() if item not in before]
    assert groups_of(new) == {"description"}
    assert len(new) == 2
    assert len(block_items()) == len(before)
    check_whole()


def test_slices_and_parts_of_a_bucket_are_read_as_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directory, "MAX_SLICE_ROWS", 70)
    store(*range(200))
    slices = find_buckets()
    assert [one.records for one in slices] == [70, 70, 60]
    for some in (slices, slices[1:2], slices[1:]):
        pages = read_pages(some)
        assert are_blocks(pages)
        assert records_in(pages) == read_documents(some)


def test_a_part_of_a_block_is_read_from_documents() -> None:
    store(*range(300))
    [bucket] = find_buckets()
    part = bucket.cut(100, 299)
    assert [one for one, _ in read([part, bucket])[:200]] == list(map(str, range(100, 300)))


@pytest.mark.parametrize("limit", ["MAX_INDEX_BYTES", "MAX_ITEM_BYTES"])
def test_records_that_are_too_large_for_blocks_are_read_as_documents(
    monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    store(*NUMBERS)
    monkeypatch.setattr(block_maker, limit, 100)
    store(3, name="Mate")
    assert [one.blocks for one in find_buckets()] == ["0"]
    assert not are_blocks(read_pages(find_buckets()))
    assert read() == read_documents()
    assert block_items() == []


def test_large_records_are_blocks_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(block_maker, "MAX_BLOCK_BYTES", 400)
    store(*range(60))
    pages = read_pages(find_buckets())
    assert list(map(len, pages)) == [15, 15, 15, 15]
    assert are_blocks(pages)
    assert records_in(pages) == read_documents()


def test_shops_have_blocks_of_their_own() -> None:
    store(*NUMBERS)
    store(*NUMBERS, name="Rum", shop="other")
    remove(3)
    pages = read_pages(find_buckets("other"), shop="other")
    assert are_blocks(pages)
    assert {name for _, name in records_in(pages)} == {"Rum"}
    assert len(records_in(pages)) == len(NUMBERS)
