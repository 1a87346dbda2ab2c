"""What every `ShopStore` and `MarkStore` does, the tests' fakes and DynamoDB alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from chalicelib.adapters.mark_store import DynamoMarkStore
from chalicelib.adapters.shop_store import DynamoShopStore
from chalicelib.domain.number_set import write_numbers
from chalicelib.domain.shop import Shop, removed
from chalicelib.domain.shop_ports import MarkStore, ShopStore
from chalicelib.domain.sync import EVERYTHING, Mark, SyncState, Walk
from chalicelib.errors import Conflict
from tests.sync_fakes import FakeMarkStore, FakeShopStore

NOW: Final = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
NAME: Final = "demo.shop.example"
SHOP: Final = Shop(
    name=NAME,
    api_url=f"https://{NAME}/graphql/",
    app_id="QXBwOjE=",
    sealed_token=b"sealed",
    permissions=frozenset({"MANAGE_PRODUCTS"}),
    installed_at=NOW,
    updated_at=NOW,
    settings={"reconcile_seconds": 60},
    problems=frozenset({"waybill-mail"}),
)
WALK: Final = Walk(
    since=NOW, version=2, cursor="c", done=3, total=9, first_total=9, seen=write_numbers([1, 5])
)
STATE: Final = SyncState(
    shop=NAME,
    kind="products",
    as_of=NOW,
    version=1,
    asked_at=NOW + timedelta(seconds=1),
    refreshed_at=NOW + timedelta(seconds=2),
    checked_at=NOW + timedelta(seconds=3),
    wanted_at=NOW + timedelta(seconds=4),
    watermark=NOW - timedelta(days=1),
    full=WALK,
    refresh=replace(WALK, seen=b""),
    broken=("UHJvZHVjdDox", "UHJvZHVjdDoy"),
    message="No.",
    print="abc",
    lease_owner="one",
    lease_until=NOW,
)


@pytest.fixture(params=["fake", "dynamodb"])
def shops(request: pytest.FixtureRequest) -> ShopStore:
    if request.param == "fake":
        return FakeShopStore()
    request.getfixturevalue("dynamodb")
    return DynamoShopStore("Shops")


@pytest.fixture(params=["fake", "dynamodb"])
def marks(request: pytest.FixtureRequest) -> MarkStore:
    if request.param == "fake":
        return FakeMarkStore()
    request.getfixturevalue("dynamodb")
    return DynamoMarkStore("Marks")


def make_mark(id_: str, seconds: float = 0, kind: str = "products") -> Mark:
    moment = NOW + timedelta(seconds=seconds)
    return Mark(shop=NAME, kind=kind, id=id_, marked_at=moment, since=moment)


def ids(marks: MarkStore) -> list[str]:
    return [mark.id for mark in marks.find(NAME, "products", 100)]


def test_a_shop_comes_back_as_it_was_stored(shops: ShopStore) -> None:
    saved = shops.save(SHOP)
    assert shops.find(NAME) == saved == replace(SHOP, revision=1)
    assert shops.list_all() == (saved,)


def test_a_removed_shop_has_no_token(shops: ShopStore) -> None:
    saved = shops.save(SHOP)
    gone = shops.save(removed(saved, now=NOW, grace_seconds=60))
    assert shops.find(NAME) == gone
    assert gone.sealed_token is None


def test_a_state_comes_back_as_it_was_stored(shops: ShopStore) -> None:
    saved = shops.save_state(STATE)
    assert shops.find_state(NAME, "products") == saved == replace(STATE, revision=1)
    assert shops.find_state(NAME, "categories") is None
    assert shops.find_state("other.example", "products") is None


def test_a_state_without_walks_replaces_one_with_walks(shops: ShopStore) -> None:
    saved = shops.save_state(STATE)
    shops.save_state(replace(saved, full=None, refresh=None, broken=(), message=""))
    found = shops.find_state(NAME, "products")
    assert found is not None
    assert (found.full, found.refresh, found.broken, found.message) == (None, None, (), "")


def test_of_two_writers_one_is_refused(shops: ShopStore) -> None:
    shop, state = shops.save(SHOP), shops.save_state(STATE)
    shops.save(shop)
    shops.save_state(state)
    with pytest.raises(Conflict):
        shops.save(shop)
    with pytest.raises(Conflict):
        shops.save_state(state)


def test_a_removed_shop_leaves_nothing(shops: ShopStore) -> None:
    shops.save(SHOP)
    shops.save_state(STATE)
    shops.remove(NAME)
    assert (shops.find(NAME), shops.find_state(NAME, "products")) == (None, None)


def test_marking_twice_is_marking_once_since_the_first_time(marks: MarkStore) -> None:
    marks.add([make_mark("b"), make_mark("a")])
    marks.add([make_mark("b", 60)])
    found = {mark.id: mark for mark in marks.find(NAME, "products", 100)}
    assert ids(marks) == ["a", "b"]
    assert found["b"].since == NOW
    assert found["b"].marked_at == NOW + timedelta(seconds=60)


def test_a_mark_that_was_set_again_is_not_removed(marks: MarkStore) -> None:
    marks.add([make_mark("a"), make_mark("b")])
    read = marks.find(NAME, "products", 100)
    marks.add([make_mark("b", 60)])
    marks.remove(read)
    assert ids(marks) == ["b"]


def test_the_mark_of_everything_comes_first(marks: MarkStore) -> None:
    marks.add([make_mark("UHJvZHVjdDox"), make_mark(EVERYTHING)])
    assert [mark.id for mark in marks.find(NAME, "products", 1)] == [EVERYTHING]


def test_marks_that_are_older_than_an_export_are_found(marks: MarkStore) -> None:
    marks.add([make_mark("a", 10)])
    assert marks.has_older(NAME, "products", NOW + timedelta(seconds=10))
    assert not marks.has_older(NAME, "products", NOW + timedelta(seconds=9))
    assert not marks.has_older(NAME, "dictionaries", NOW + timedelta(days=1))
