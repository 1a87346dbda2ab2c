"""An export has every change that the shop announced, or that times show, before its request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from chalicelib.domain.currency import Currency
from chalicelib.domain.shop import activated, deactivated
from chalicelib.domain.sync import SyncStep, Walk
from chalicelib.errors import ExportFailed
from chalicelib.services.sync.ensure_current import SyncCurrency
from chalicelib.services.sync.register_shop import Registration, register_shop
from chalicelib.services.sync.step import change_state
from chalicelib.services.sync.work_sync import work_sync
from tests.sync_world import (
    API_URL,
    NAME,
    SyncWorld,
    exported_early,
    make_settled_world,
    make_world,
)


@pytest.fixture
def world() -> SyncWorld:
    return make_settled_world(5)


def ensure(world: SyncWorld) -> Currency:
    return SyncCurrency(world.sync).ensure(NAME, "products", world.clock.now())


def first_id(world: SyncWorld) -> str:
    return str(world.shop.all("products")[0]["id"])


def exported(world: SyncWorld) -> Mapping[int, Mapping[str, object]]:
    """Return the products that an export would show that is asked for now."""
    asked_at = world.clock.now()
    currency = SyncCurrency(world.sync)
    for _ in range(10):
        if not currency.ensure(NAME, "products", asked_at).is_waiting:
            return world.documents()
        world.pass_time(1)
        world.work()
    pytest.fail("The export waits for ever.")


def test_a_catalogue_that_was_loaded_by_hand_is_never_waited_for(world: SyncWorld) -> None:
    currency = SyncCurrency(world.sync).ensure("default", "products", world.clock.now())
    assert currency == Currency()


def test_before_the_first_sync_is_done_an_export_waits_and_says_so() -> None:
    world = make_world(5)
    register_shop(world.sync, Registration(api_url=API_URL, token="secret"))
    currency = ensure(world)
    assert (currency.is_waiting, currency.is_first_sync) == (True, True)
    assert currency.reason


def test_an_export_says_how_many_products_the_first_sync_has_read() -> None:
    world = make_world(1)
    register_shop(world.sync, Registration(api_url=API_URL, token="secret"))
    progress = Walk(since=world.clock.now(), done=0, total=1)
    change_state(world.sync, NAME, "products", lambda state: replace(state, full=progress))
    assert (ensure(world).reason or "").endswith("Products read: 0 of 1.")


@pytest.mark.parametrize("is_announced", [True, False])
def test_a_price_that_was_changed_a_second_before_is_in_the_export(
    world: SyncWorld, is_announced: bool
) -> None:
    world.shop.set_price(first_id(world), 9.75)
    if is_announced:
        world.deliver()
        world.pass_time(1)
        assert exported(world) == world.expected()
    else:
        # No event came, and a price moves no time: the next walk or full sync finds it.
        assert exported(world) != world.expected()
        world.ask(SyncStep.CHECK)
        assert world.documents() == world.expected()


def test_a_renamed_product_is_in_the_export_without_an_event(world: SyncWorld) -> None:
    world.shop.rename_product(first_id(world), "Renamed")
    world.undelivered.clear()
    world.pass_time(1)
    assert exported(world) == world.expected()


def test_a_renamed_category_is_in_the_export_without_an_event(world: SyncWorld) -> None:
    category = world.shop.all("products")[0]["category"]
    world.shop.rename("categories", category["id"], name="New", slug="newer")
    world.undelivered.clear()
    world.pass_time(1)
    assert exported(world) == world.expected()


def test_a_new_unit_is_in_all_cells_of_an_export_that_was_asked_for_after_it(
    world: SyncWorld,
) -> None:
    attribute = next(one for one in world.shop.all("attributes") if one["unit"])
    attribute["unit"] = "G" if attribute["unit"] != "G" else "KG"
    assert exported_early(world) == world.expected()


def test_a_price_of_the_time_when_the_app_was_off_is_in_the_first_export_after_it(
    world: SyncWorld,
) -> None:
    world.sync.shops.save(deactivated(world.installed, now=world.clock.now()))
    world.shop.set_price(first_id(world), 9.75)
    world.undelivered.clear()
    world.pass_time(600)
    world.sync.shops.save(activated(world.installed, now=world.clock.now()))
    world.sync.ask(NAME, SyncStep.CONNECT)
    assert exported_early(world) == world.expected()


def test_an_export_that_waits_for_a_full_sync_asks_for_nothing_else_meanwhile(
    world: SyncWorld,
) -> None:
    world.sync.ask(NAME, SyncStep.CONNECT)
    asked_at = world.clock.now()
    ensure(world)
    for _ in range(3):
        work_sync(world.sync, world.queue.take()[0])
    messages = len(world.queue.sent)
    for _ in range(9):
        world.pass_time(2)
        assert SyncCurrency(world.sync).ensure(NAME, "products", asked_at).is_waiting
    assert len(world.queue.sent) == messages


def test_a_silent_shop_keeps_the_export_waiting(world: SyncWorld) -> None:
    world.server.faults.answers += [503] * 50
    for _ in range(5):
        assert ensure(world).is_waiting
        world.pass_time(1)
        world.queue.clear()


def test_a_shop_that_switched_the_app_off_fails_the_export_with_a_sentence(
    world: SyncWorld,
) -> None:
    world.sync.shops.save(deactivated(world.installed, now=world.clock.now()))
    with pytest.raises(ExportFailed, match="switched off"):
        ensure(world)


def test_a_shop_that_answers_as_to_a_shopper_is_not_taken_for_current(world: SyncWorld) -> None:
    world.server.faults.is_anonymous = True
    for _ in range(3):
        assert ensure(world).is_waiting
        world.pass_time(1)
        world.work()


def test_an_export_of_a_shop_that_refuses_the_token_says_what_staff_can_do(
    world: SyncWorld,
) -> None:
    # Saleor answers alike whether the app is off or deleted.
    world.server.faults.is_anonymous = True
    ensure(world)
    world.pass_time(1)
    world.work()
    for advice in ("activate the app Waybill", "install it again"):
        assert advice in (ensure(world).refusal or "")
