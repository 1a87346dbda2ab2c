"""An app that was off, or removed and installed again, misses no change of its shop."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.sync import SyncMessage, SyncStep
from chalicelib.services.sync.ensure_current import SyncCurrency
from chalicelib.services.sync.receive_event import receive_event
from chalicelib.services.sync.register_shop import Registration, register_shop
from chalicelib.services.sync.schedule_syncs import schedule_syncs
from chalicelib.services.sync.work_sync import work_sync
from tests.sync_world import API_URL, NAME, SyncWorld, make_fake_api, make_world


@pytest.fixture
def world() -> SyncWorld:
    made = make_world(api=make_fake_api(4))
    made.install()
    return made


def follow(world: SyncWorld, type_: str, *, ago: float = 0, is_active: bool = False) -> None:
    issued_at = world.clock.now() - timedelta(seconds=ago)
    app = {"id": world.installed.app_id, "isActive": is_active}
    body: dict[str, Any] = {"__typename": type_, "issuedAt": issued_at.isoformat(), "app": app}
    receive_event(world.sync, world.installed, body)


def switch(world: SyncWorld, *, on: bool, ago: float = 0) -> None:
    follow(world, "AppStatusChanged", ago=ago, is_active=on)


def switch_off_and_on(world: SyncWorld) -> None:
    switch(world, on=False)
    world.shop.set_price(str(world.shop.all("products")[0]["id"]), 4.5)
    world.undelivered.clear()
    switch(world, on=True)


def install_again(world: SyncWorld) -> None:
    follow(world, "AppDeleted")
    world.shop.set_price(str(world.shop.all("products")[0]["id"]), 4.5)
    world.undelivered.clear()
    register_shop(world.sync, Registration(api_url=API_URL, token="secret"))


BACK: list[Callable[[SyncWorld], None]] = [switch_off_and_on, install_again]


@pytest.mark.parametrize("on", [True, False])
def test_of_two_events_that_change_places_the_later_one_counts(world: SyncWorld, on: bool) -> None:
    switch(world, on=on, ago=1)
    switch(world, on=not on, ago=5)
    assert world.installed.is_active is on


@pytest.mark.parametrize("come_back", BACK)
def test_an_export_waits_for_the_changes_that_no_event_announced(
    world: SyncWorld, come_back: Callable[[SyncWorld], None]
) -> None:
    come_back(world)
    asked_at = world.clock.now()
    # An export asks for a reconciliation, whose message may be faster than the others.
    work_sync(world.sync, SyncMessage(shop=NAME, step=SyncStep.RECONCILE))
    assert SyncCurrency(world.sync).ensure(NAME, "products", asked_at).is_waiting
    world.work()
    assert not SyncCurrency(world.sync).ensure(NAME, "products", asked_at).is_waiting
    assert world.documents() == world.expected()


@pytest.mark.parametrize("come_back", BACK)
def test_a_shop_that_is_back_is_read_whole_even_if_its_message_was_lost(
    world: SyncWorld, come_back: Callable[[SyncWorld], None]
) -> None:
    world.queue.is_down = True
    come_back(world)
    world.queue.is_down = False
    world.pass_time(300)
    schedule_syncs(world.sync)
    world.work()
    assert world.installed.webhook_id
    assert world.documents() == world.expected()
