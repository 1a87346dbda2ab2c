"""An app that was off, or removed and installed again, misses no change of its shop."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.catalog import kinds
from chalicelib.domain.sync import SyncMessage, SyncStep
from chalicelib.errors import ExportFailed, ShopRefused, Unavailable
from chalicelib.exports.registry import LIVE_KINDS
from chalicelib.services.sync.ensure_current import SyncCurrency
from chalicelib.services.sync.probe_shop import FIRST_SECONDS
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


# Products are stored; the others are read from the shop itself.
KINDS = [kinds.PRODUCTS, *sorted(LIVE_KINDS)]
BACK: list[Callable[[SyncWorld], None]] = [switch_off_and_on, install_again]


def test_an_export_after_an_activation_says_nothing_of_the_time_when_the_app_was_off() -> None:
    world = make_world(4)
    world.install()
    # Saleor answers so as soon as the app is off, and a sync may be under way.
    world.server.faults.is_anonymous = True
    world.ask(SyncStep.RECONCILE)
    assert world.sync.get_state(NAME, kinds.PRODUCTS).message
    switch(world, on=False)
    world.pass_time(60)
    switch(world, on=True)
    found = SyncCurrency(world.sync).ensure(NAME, kinds.PRODUCTS, world.clock.now())
    assert (found.is_waiting, str(found.refusal)) == (True, "")


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


def lose_activation(world: SyncWorld) -> None:
    """Switch the app off and on, of which only the first event arrives."""
    switch(world, on=False)
    world.shop.set_price(str(world.shop.all("products")[0]["id"]), 4.5)
    world.undelivered.clear()


def run_schedule(world: SyncWorld, *, after: float) -> None:
    world.pass_time(after)
    schedule_syncs(world.sync)
    world.work()


@pytest.mark.parametrize("kind", KINDS)
def test_an_export_of_a_shop_without_the_app_says_to_install_it_again(
    world: SyncWorld, kind: str
) -> None:
    follow(world, "AppDeleted")
    with pytest.raises(ExportFailed, match="install it again"):
        SyncCurrency(world.sync).ensure(NAME, kind, world.clock.now())


def test_an_activation_whose_event_was_lost_is_found_within_an_hour(world: SyncWorld) -> None:
    lose_activation(world)
    run_schedule(world, after=FIRST_SECONDS - 1)
    was_on = world.installed.is_active
    run_schedule(world, after=1)
    assert (was_on, world.installed.is_active) == (False, True)
    assert world.documents() == world.expected()


@pytest.mark.parametrize("kind", KINDS)
def test_an_export_finds_an_activation_whose_event_was_lost(world: SyncWorld, kind: str) -> None:
    lose_activation(world)
    world.pass_time(60)
    with pytest.raises(ExportFailed, match="switched off"):
        SyncCurrency(world.sync).ensure(NAME, kind, world.clock.now())
    world.work()
    assert not SyncCurrency(world.sync).ensure(NAME, kind, world.clock.now()).is_waiting


def test_exports_of_a_shop_that_is_off_ask_it_once_a_minute(world: SyncWorld) -> None:
    asked = answer(world, ShopRefused("The shop refuses the app what it asks for."))
    switch(world, on=False)
    world.pass_time(60)
    for _ in range(5):
        with pytest.raises(ExportFailed):
            SyncCurrency(world.sync).ensure(NAME, "products", world.clock.now())
    world.work()
    assert len(asked) == 1


def answer(world: SyncWorld, error: Exception) -> list[str]:
    """Let the shop answer questions about the app with an error; return the list of them."""
    asked: list[str] = []

    def fail(api_url: str, token: str, **_: Any) -> Any:
        asked.append(api_url)
        raise error

    world.sync.api.describe_app = fail  # type: ignore[method-assign]
    return asked


@pytest.mark.parametrize("error", [ShopRefused("No."), Unavailable("No answer.")])
def test_a_shop_that_is_off_for_two_months_is_asked_once_a_day(
    world: SyncWorld, error: Exception
) -> None:
    asked = answer(world, error)
    switch(world, on=False)
    for _ in range(60 * 24):
        run_schedule(world, after=3_600)
    assert 60 <= len(asked) <= 66
    assert (world.installed.is_active, world.queue.sent) == (False, [])


def test_a_second_delivery_does_not_switch_off_what_was_found_on(world: SyncWorld) -> None:
    lose_activation(world)
    run_schedule(world, after=FIRST_SECONDS)
    switch(world, on=False, ago=FIRST_SECONDS)
    assert world.installed.is_active
