"""A shop that lags, asks for pauses, loses deliveries or lacks a field is read all the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.global_id import number_of
from chalicelib.domain.shop_api import FailedDelivery
from chalicelib.domain.sync import EVERYTHING, SyncMessage, SyncStep
from chalicelib.errors import Throttled
from chalicelib.services.sync.check_installation import MAX_UNDELIVERED
from chalicelib.services.sync.fetch_records import IDS_PER_REQUEST
from chalicelib.services.sync.step import change_state
from chalicelib.services.sync.work_sync import work_sync
from local.demo_shop.webhooks import payload_of
from tests.fake_shop_api import FakeShopApi
from tests.sync_world import NAME, SyncWorld, make_fake_api, make_world


@pytest.fixture
def world() -> SyncWorld:
    made = make_world(api=make_fake_api(4))
    made.install()
    return made


def api(world: SyncWorld) -> FakeShopApi:
    assert isinstance(world.sync.api, FakeShopApi)
    return world.sync.api


def first_id(world: SyncWorld) -> str:
    return str(world.shop.all("products")[0]["id"])


def test_a_delivery_that_the_shop_gave_up_is_read_at_the_next_check(world: SyncWorld) -> None:
    world.shop.set_price(first_id(world), 4.5)
    (event,) = world.undelivered
    now = world.clock.now()
    api(world).failed.append(FailedDelivery(created_at=now, body=payload_of(event, now)))
    world.queue.send([SyncMessage(shop=NAME, step=SyncStep.CHECK)])
    work_sync(world.sync, world.queue.take()[0])
    assert [mark.kind for mark in world.marks.marks.values()] == ["products"]


def test_more_lost_deliveries_than_can_be_marked_are_read_as_a_change_of_everything(
    world: SyncWorld,
) -> None:
    world.shop.set_price(first_id(world), 4.5)
    (event,) = world.undelivered
    now = world.clock.now()
    lost = FailedDelivery(created_at=now, body=payload_of(event, now))
    api(world).failed += [lost] * MAX_UNDELIVERED
    world.queue.send([SyncMessage(shop=NAME, step=SyncStep.CHECK)])
    work_sync(world.sync, world.queue.take()[0])
    assert [mark.id for mark in world.marks.marks.values()] == [EVERYTHING]
    world.work()
    assert (world.marks.marks, world.documents()) == ({}, world.expected())


def test_a_shop_that_asks_for_a_long_pause_is_asked_again_after_it(
    world: SyncWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*given: Any) -> Any:
        raise Throttled("The shop asks for a pause.", retry_after_seconds=90)

    monkeypatch.setattr(api(world), "read_dictionaries", refuse)
    world.queue.clear()
    work_sync(world.sync, SyncMessage(shop=NAME, step=SyncStep.RECONCILE))
    message, delay = world.queue.take()
    assert (message.step, delay) == (SyncStep.RECONCILE, 91)


def test_a_product_that_is_too_large_keeps_no_other_from_being_read() -> None:
    world = make_world(api=make_fake_api(4))
    number = number_of(first_id(world))
    world.catalog.too_large.add(number)
    world.install()
    assert world.catalog.of(NAME, "products").keys() == world.expected().keys() - {number}
    assert world.sync.get_state(NAME, "products").broken == (first_id(world),)


def test_a_replica_that_lags_is_asked_again(world: SyncWorld) -> None:
    world.sync.shops.save(replace(world.installed, settings={"replica_lag_seconds": 8}))
    world.shop.set_price(first_id(world), 4.5)
    world.deliver()
    world.queue.clear()
    work_sync(world.sync, SyncMessage(shop=NAME, step=SyncStep.CHANGED))
    assert len(world.marks.marks) == 1
    assert world.queue.delays == [8]
    world.work()
    assert world.marks.marks == {}


def test_a_product_that_changes_all_the_time_keeps_no_other_waiting_for_a_replica() -> None:
    world = make_world(api=make_fake_api(IDS_PER_REQUEST + 20))
    world.install()
    world.sync.shops.save(replace(world.installed, settings={"replica_lag_seconds": 8}))
    for product in world.shop.all("products"):
        world.shop.set_price(product["id"], 4.5)
    world.deliver()
    world.pass_time(9)
    first = min(mark.id for mark in world.marks.marks.values())
    world.shop.set_price(first, 5.5)
    world.deliver()
    work_sync(world.sync, SyncMessage(shop=NAME, step=SyncStep.CHANGED))
    assert [mark.id for mark in world.marks.marks.values()] == [first]


def test_a_thousand_deliveries_do_not_wait_for_the_worker_that_drains_them(
    world: SyncWorld,
) -> None:
    world.shop.set_price(first_id(world), 4.5)
    world.deliver()
    until = world.clock.now() + timedelta(minutes=5)
    change_state(
        world.sync,
        NAME,
        "products",
        lambda state: replace(state, lease_owner="x", lease_until=until),
    )
    world.queue.clear()
    for step in (SyncStep.CHANGED, SyncStep.RECONCILE):
        work_sync(world.sync, SyncMessage(shop=NAME, step=step))
    assert [message.step for message in world.queue.sent] == [SyncStep.RECONCILE]


def test_a_page_that_was_asked_for_earlier_does_not_replace_a_later_one(world: SyncWorld) -> None:
    (number, document), *_ = world.documents().items()
    later = world.clock.now() + timedelta(seconds=9)
    newer = {**document, "name": "Newer"}
    world.catalog.store(NAME, "products", {number: newer}, later)
    world.catalog.store(NAME, "products", {number: document}, later - timedelta(seconds=1))
    assert world.documents()[number] == newer
