"""A sync asks a shop with one request, and with more as long as the shop has slots for them."""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock

import pytest

from chalicelib.domain.slots import MAX_IN_FLIGHT, SHARED_SLOTS, ShopSlots, Slot
from chalicelib.errors import Unavailable
from chalicelib.services.slots import take_slot
from chalicelib.services.sync.pace import Pace
from local.demo_shop.data import DemoShop
from tests.fakes import START
from tests.sync_world import NAME, SyncWorld, make_fake_api, make_world


@dataclass
class Counter:
    """Counts the requests that are in flight at a shop."""

    shop: DemoShop
    now: int = 0
    most: int = 0
    lock: Lock = field(default_factory=Lock)

    def answer(self) -> DemoShop:
        self.count(1)
        time.sleep(0.001)
        self.count(-1)
        return self.shop

    def count(self, more: int) -> None:
        with self.lock:
            self.now += more
            self.most = max(self.most, self.now)


def make_counted_world() -> tuple[SyncWorld, Counter]:
    api = make_fake_api(30)
    counter = Counter(api.shop)
    api.find_shop = counter.answer
    return make_world(api=api), counter


def make_pace(slots: list[Slot]) -> Pace:
    """Return a pace that takes its slots out of a list."""
    return Pace(lambda: slots.pop() if slots else None, slots.append)


@pytest.mark.parametrize("exports", range(SHARED_SLOTS + 1))
def test_a_sync_and_exports_pass_no_bound_together(exports: int) -> None:
    world, counter = make_counted_world()
    for number in range(exports):
        assert take_slot(world.sync.shops, NAME, f"export-{number}", world.clock.now())
    world.install()
    assert 1 <= counter.most <= MAX_IN_FLIGHT - exports
    assert world.documents() == world.expected()


def test_a_sync_gives_its_slots_back() -> None:
    world, counter = make_counted_world()
    world.install()
    assert counter.most > 1
    assert world.sync.shops.find_slots(NAME).taken == ()


def test_a_table_without_an_answer_slows_a_sync_down(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(shop: str) -> ShopSlots:
        raise Unavailable("The table is throttled.")

    world, counter = make_counted_world()
    monkeypatch.setattr(world.sync.shops, "find_slots", refuse)
    world.install()
    assert counter.most == 1
    assert world.documents() == world.expected()


def test_a_slower_pace_gives_a_slot_back_when_its_request_has_ended() -> None:
    slots = [Slot(token=one, holder="sync", until=START + timedelta(1)) for one in "abc"]
    pace = make_pace(slots)
    with ExitStack() as flying:
        for _ in range(2):
            flying.enter_context(pace.slot())
        pace.slow_down()
        assert len(slots) == 2
    assert len(slots) == 3
