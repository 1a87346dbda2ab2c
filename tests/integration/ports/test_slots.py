"""What every store of slots promises: a shop is never asked by more holders than it has slots."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.domain.shop_ports import ShopStore
from chalicelib.domain.slots import MAX_SLOTS_PER_HOLDER, SHARED_SLOTS, SLOT_SECONDS, Slot
from chalicelib.errors import Conflict
from chalicelib.services.slots import give_back_slot, take_slot
from tests.fakes import START

SHOP = "north.shop.example"


def take(shops: ShopStore, holder: str, seconds: float = 0, shop: str = SHOP) -> Slot | None:
    return take_slot(shops, shop, holder, START + timedelta(seconds=seconds))


def test_a_shop_has_so_many_slots_and_no_more(shops: ShopStore) -> None:
    taken = [take(shops, holder) is not None for holder in "abcd"]
    assert taken == [True] * SHARED_SLOTS + [False]


def test_the_last_free_slot_is_for_a_holder_that_has_none(shops: ShopStore) -> None:
    taken = [take(shops, "a") is not None for _ in range(SHARED_SLOTS)]
    assert taken.count(True) == MAX_SLOTS_PER_HOLDER
    assert take(shops, "b")


def test_a_slot_that_was_given_back_is_free(shops: ShopStore) -> None:
    slots = [take(shops, holder) for holder in "abc"]
    assert slots[1]
    give_back_slot(shops, SHOP, slots[1])
    assert take(shops, "d")
    assert take(shops, "e") is None


def test_the_slot_of_a_worker_that_died_ends_by_itself(shops: ShopStore) -> None:
    assert all(take(shops, holder) for holder in "abc")
    assert take(shops, "d", SLOT_SECONDS - 1) is None
    assert take(shops, "d", SLOT_SECONDS)


def test_a_slot_that_has_ended_is_not_taken_from_its_next_holder(shops: ShopStore) -> None:
    late = take(shops, "a")
    assert late
    assert all(take(shops, holder, SLOT_SECONDS) for holder in "bcd")
    give_back_slot(shops, SHOP, late)
    assert take(shops, "e", SLOT_SECONDS) is None


def test_slots_of_other_shops_are_apart(shops: ShopStore) -> None:
    assert all(take(shops, holder) for holder in "abc")
    assert take(shops, "d", shop="south.shop.example")


def test_of_two_writers_one_is_refused(shops: ShopStore) -> None:
    seen = shops.find_slots(SHOP)
    shops.save_slots(seen)
    with pytest.raises(Conflict):
        shops.save_slots(seen)


def test_a_removed_shop_has_no_slots_left(shops: ShopStore) -> None:
    assert take(shops, "a")
    shops.remove(SHOP)
    assert shops.find_slots(SHOP).taken == ()
