"""What every `ShopStore`, `MarkStore` and `TokenVault` promises."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.shop import Installation, Shop
from chalicelib.domain.shop_ports import MarkStore, ShopStore, TokenVault
from chalicelib.domain.sync import Delta, Mark, SyncState, Walk
from chalicelib.errors import Conflict, ShopRefused
from tests.fakes import START

LATER = START + timedelta(minutes=1)


def make_shop(name: str = "north.example", **given: Any) -> Shop:
    facts: dict[str, Any] = {
        "api_url": f"https://{name}/graphql/",
        "app_id": "QXBwOjE=",
        "sealed_token": b"\x00sealed\xff",
        "permissions": frozenset({"MANAGE_PRODUCTS", "MANAGE_GIFT_CARD"}),
        "installed_at": START,
        "updated_at": LATER,
    }
    return Shop(name=name, **{**facts, **given})


def make_state(**given: Any) -> SyncState:
    return SyncState(**{"shop": "north.example", "kind": "products", **given})


def make_mark(number: int = 1, *, at: datetime = START, **given: Any) -> Mark:
    facts = {"shop": "north", "kind": "products", "id": f"id-{number}"}
    return Mark(**{**facts, "marked_at": at, "since": at, **given})


SHOPS = [
    make_shop(),
    make_shop(
        status=Installation.REMOVED,
        sealed_token=None,
        permissions=frozenset(),
        saleor_version="3.23.1",
        webhook_id="V2ViaG9vazox",
        service_url="https://waybill.example",
        problems=frozenset({"slow", "off"}),
        dashboard_url="https://dashboard.example/dashboard/",
        forget_at=LATER,
        followed_at=START,
        probed_at=LATER,
        settings={"stock_seconds": 60},
    ),
]
STATES = [
    make_state(),
    make_state(
        as_of=START,
        version=3,
        asked_at=LATER,
        refreshed_at=START,
        out_at=START,
        checked_at=LATER,
        wanted_at=START,
        watermark=LATER,
        full=Walk(since=START, version=2, cursor="c", done=7, total=0, seen=b"\x00\xff"),
        refresh=Walk(since=LATER, first_total=9, is_whole=True),
        skeleton=Walk(since=LATER, cursor="d", seen=b"\x01"),
        delta=Delta(began_at=LATER, since=START, cursor="e"),
        broken=("a", "b"),
        message="Slow.",
        print="abc",
        lease_owner="one",
        lease_until=LATER,
    ),
]
Save = Callable[[ShopStore, Any], Any]


def save_shop(shops: ShopStore, shop: Any) -> Any:
    return shops.save(shop)


def save_state(shops: ShopStore, state: Any) -> Any:
    return shops.save_state(state)


@pytest.mark.parametrize("shop", SHOPS)
def test_a_shop_comes_back_as_it_was_stored(shops: ShopStore, shop: Shop) -> None:
    stored = shops.save(shop)
    assert stored == replace(shop, revision=1)
    assert shops.find(shop.name) == stored
    assert shops.find("other.example") is None


@pytest.mark.parametrize("state", STATES)
def test_a_state_comes_back_as_it_was_stored(shops: ShopStore, state: SyncState) -> None:
    stored = shops.save_state(state)
    assert stored == replace(state, revision=1)
    assert shops.find_state(state.shop, state.kind) == stored
    assert shops.find_state(state.shop, "gift_cards") is None


@pytest.mark.parametrize(("save", "one"), [(save_shop, SHOPS[0]), (save_state, STATES[0])])
def test_of_two_writers_the_second_is_refused(shops: ShopStore, save: Save, one: Any) -> None:
    first = save(shops, one)
    with pytest.raises(Conflict, match=r"^The shop was changed by another worker\.$"):
        save(shops, one)
    second = save(shops, first)
    with pytest.raises(Conflict):
        save(shops, first)
    with pytest.raises(Conflict):
        save(shops, replace(second, revision=second.revision + 1))
    assert save(shops, second).revision == 3


@pytest.mark.parametrize(("save", "one"), [(save_shop, SHOPS[0]), (save_state, STATES[0])])
def test_a_revision_of_a_thing_that_is_gone_is_refused(
    shops: ShopStore, save: Save, one: Any
) -> None:
    with pytest.raises(Conflict):
        save(shops, replace(one, revision=1))


def test_all_shops_are_listed_without_their_states(shops: ShopStore) -> None:
    stored = [shops.save(make_shop(name)) for name in ("a.example", "b.example")]
    shops.save_state(make_state(shop="a.example"))
    assert sorted(shops.list_all(), key=lambda shop: shop.name) == stored


def test_a_removed_shop_is_gone_with_its_states(shops: ShopStore) -> None:
    for name in ("a.example", "b.example"):
        shops.save(make_shop(name))
        shops.save_state(make_state(shop=name))
    shops.remove("a.example")
    shops.remove("a.example")
    assert [shop.name for shop in shops.list_all()] == ["b.example"]
    assert shops.find_state("a.example", "products") is None
    assert shops.find_state("b.example", "products") is not None


def test_marks_of_a_kind_are_found_up_to_a_limit(marks: MarkStore) -> None:
    marks.add([make_mark(3), make_mark(1), make_mark(2)])
    marks.add([make_mark(1, kind="gift_cards"), make_mark(1, shop="south")])
    assert marks.find("north", "products", 10) == (make_mark(1), make_mark(2), make_mark(3))
    assert marks.find("north", "products", 2) == (make_mark(1), make_mark(2))


def test_a_record_that_is_marked_again_keeps_its_earliest_moment(marks: MarkStore) -> None:
    marks.add([make_mark(at=START)])
    marks.add([make_mark(at=LATER)])
    assert marks.find("north", "products", 10) == (make_mark(marked_at=LATER, since=START),)


def test_a_mark_is_old_from_its_own_moment_on(marks: MarkStore) -> None:
    marks.add([make_mark(1, at=LATER), make_mark(2, at=LATER + timedelta(minutes=1))])
    assert not marks.has_older("north", "products", LATER - timedelta(microseconds=1))
    assert marks.has_older("north", "products", LATER)
    assert not marks.has_older("north", "gift_cards", LATER)


def test_a_mark_that_was_set_again_since_it_was_read_is_not_removed(marks: MarkStore) -> None:
    marks.add([make_mark(1), make_mark(2)])
    read = marks.find("north", "products", 10)
    marks.add([make_mark(1, at=LATER)])
    assert marks.remove(read) == [make_mark(1)]
    assert [mark.id for mark in marks.find("north", "products", 10)] == ["id-1"]


def test_the_moment_of_a_mark_moves_forward_only(marks: MarkStore) -> None:
    marks.add([make_mark(1, at=START), make_mark(2, at=LATER)])
    minute = timedelta(minutes=1)
    marks.advance([make_mark(1), make_mark(2), make_mark(3)], START + minute)
    found = marks.find("north", "products", 10)
    assert [mark.since for mark in found] == [START + minute, LATER]
    assert [mark.marked_at for mark in found] == [START, LATER]


def test_a_token_opens_for_its_own_shop_only(vault: TokenVault) -> None:
    sealed = vault.seal("north", "tökén")
    assert (vault.open("north", sealed), vault.open("north", sealed)) == ("tökén", "tökén")
    assert "tökén".encode() not in sealed
    with pytest.raises(ShopRefused):
        vault.open("south", sealed)
