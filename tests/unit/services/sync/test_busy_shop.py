"""A shop that changes all the time keeps no export waiting."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from heapq import heappop, heappush
from itertools import count, islice
from typing import Any

import pytest

from chalicelib.domain.global_id import number_of
from chalicelib.domain.sync import Mark, SyncMessage, SyncState, SyncStep
from chalicelib.services.sync.ensure_current import SyncCurrency
from chalicelib.services.sync.register_shop import Registration, register_shop
from chalicelib.services.sync.step import STEP_SECONDS, change_state
from chalicelib.services.sync.work_sync import work_sync
from chalicelib.services.work.await_catalog import SECONDS_BETWEEN_LOOKS
from tests.sync_world import API_URL, NAME, SyncWorld, make_fake_api, make_world


def make_busy_world() -> SyncWorld:
    """Return a shop in which another product changes with each read of products.

    The read takes a second, and the event about the change arrives at once.
    """
    world = make_world(api=make_fake_api(5))
    world.install()
    products, prices = [str(one["id"]) for one in world.shop.all("products")], count(10)
    fetch = world.sync.api.fetch

    def fetch_and_change(connection: Any, kind: str, ids: Sequence[str]) -> Any:
        found = fetch(connection, kind, ids)
        change(world, next(one for one in products if one not in ids), next(prices))
        return found

    world.sync.api.fetch = fetch_and_change  # type: ignore[method-assign]
    change(world, products[0], next(prices))
    return world


def change(world: SyncWorld, product: str, price: float) -> None:
    world.pass_time(1)
    world.shop.set_price(product, price)
    world.deliver()


def keep_changing(world: SyncWorld, *places: int) -> None:
    """Change these products while each answer of the shop is on its way."""
    products, prices = [str(one["id"]) for one in world.shop.all("products")], count(10)
    fetch = world.sync.api.fetch

    def fetch_and_change(connection: Any, kind: str, ids: Sequence[str]) -> Any:
        found = fetch(connection, kind, ids)
        for place in places:
            change(world, products[place], next(prices))
        return found

    world.sync.api.fetch = fetch_and_change  # type: ignore[method-assign]
    change(world, products[places[0]], next(prices))


def seconds_to_wait(world: SyncWorld, *, late: float = 0, messages: int = 30) -> float:
    """Return how long an export waits while workers do so many messages; an hour if it still does.

    It is asked for `late` seconds from now, and looks again when a worker looks for marks.
    """
    currency, find = SyncCurrency(world.sync), world.sync.marks.find
    asked_at, looked = world.clock.now() + timedelta(seconds=late), list[float]()
    waited: list[float] = []

    def look() -> None:
        since = (world.clock.now() - asked_at).total_seconds()
        if waited or since < (looked[-1] + SECONDS_BETWEEN_LOOKS if looked else 0):
            return
        looked.append(since)
        if not currency.ensure(NAME, "products", asked_at).is_waiting:
            waited.append(since)

    def look_and_find(shop: str, kind: str, limit: int) -> tuple[Mark, ...]:
        look()
        return find(shop, kind, limit)

    world.sync.marks.find = look_and_find  # type: ignore[method-assign]
    for message in islice(in_time(world), messages):
        work_sync(world.sync, message)
        look()
    return min(waited, default=3_600.0)


def in_time(world: SyncWorld) -> Iterator[SyncMessage]:
    """Yield messages when they are due: the delays of several pass together."""
    due: list[tuple[float, int, SyncMessage]] = []
    numbers = count()
    while True:
        while world.queue.sent:
            message, delay = world.queue.take()
            heappush(due, (world.clock.now().timestamp() + delay, next(numbers), message))
        at, _, message = heappop(due)
        world.pass_time(max(0, at - world.clock.now().timestamp()))
        yield message


@pytest.mark.parametrize("lag", [0, 2])
def test_a_first_sync_ends_although_the_shop_changes_all_the_time(lag: int) -> None:
    world = make_world(api=make_fake_api(5), replica_lag_seconds=lag)
    register_shop(world.sync, Registration(api_url=API_URL, token="secret"))
    keep_changing(world, 0, 3)
    assert seconds_to_wait(world) < 60


@pytest.mark.parametrize("lag", [0, 2])
def test_a_product_that_changes_all_the_time_keeps_no_export_waiting(lag: int) -> None:
    world = make_world(api=make_fake_api(5), replica_lag_seconds=lag)
    world.install()
    keep_changing(world, 2)
    assert seconds_to_wait(world) < 60


def test_a_sync_of_a_busy_shop_ends_after_products_that_were_deleted_before_are_gone() -> None:
    world = make_world(api=make_fake_api(5))
    world.install()
    *_, deleted = world.shop.all("products")
    del world.shop.records["products"][deleted["id"]]
    register_shop(world.sync, Registration(api_url=API_URL, token="secret"))
    keep_changing(world, 0)
    assert seconds_to_wait(world) < 60
    assert number_of(deleted["id"]) not in world.documents()


def test_a_worker_that_leaves_marks_asks_for_changes_if_an_export_waits() -> None:
    world = make_world(api=make_fake_api(5), replica_lag_seconds=8)
    world.install()
    world.pass_time(60)
    assert SyncCurrency(world.sync).ensure(NAME, "products", world.clock.now()).is_waiting
    asked_at = world.clock.now()
    # The message of the export is behind many others.
    world.queue.sent.clear()
    change(world, str(world.shop.all("products")[0]["id"]), 9)
    world.pass_time(10)
    change(world, str(world.shop.all("products")[1]["id"]), 9)
    work_sync(world.sync, SyncMessage(shop=NAME, step=SyncStep.DRAIN))
    state = world.sync.get_state(NAME, "products")
    assert world.marks.marks
    assert state.asked_at
    assert state.asked_at >= asked_at


def never_read(state: SyncState) -> SyncState:
    return replace(state, as_of=None, asked_at=None, refreshed_at=None)


def slow_down(world: SyncWorld) -> None:
    """Let each answer of the shop take as long as a worker has."""
    fetch = world.sync.api.fetch

    def fetch_slowly(connection: Any, kind: str, ids: Sequence[str]) -> Any:
        world.pass_time(STEP_SECONDS)
        return fetch(connection, kind, ids)

    world.sync.api.fetch = fetch_slowly  # type: ignore[method-assign]


def test_a_first_sync_that_lasts_ends_after_products_of_before_are_gone() -> None:
    world = make_world(api=make_fake_api(250))
    world.install()
    for product in world.shop.all("products")[10:]:
        del world.shop.records["products"][product["id"]]
    change_state(world.sync, NAME, "products", never_read)
    slow_down(world)
    asked_at = world.clock.now()
    while SyncCurrency(world.sync).ensure(NAME, "products", asked_at).is_waiting:
        message, _ = world.queue.take()
        work_sync(world.sync, message)
    assert world.documents() == world.expected()


def test_an_export_waits_for_the_changes_of_before_only() -> None:
    world = make_busy_world()
    world.queue.send([SyncMessage(shop=NAME, step=SyncStep.DRAIN)])
    assert seconds_to_wait(world, late=5) < 20
