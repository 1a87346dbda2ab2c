"""The schedule asks for what is due in each shop, and forgets shops that are gone."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest

from chalicelib.domain.shop import Installation, activated, deactivated, removed
from chalicelib.domain.sync import SyncMessage, SyncStep
from chalicelib.errors import RegistrationRefused
from chalicelib.services.sync.ensure_current import SyncCurrency
from chalicelib.services.sync.forget_shop import forget_shop
from chalicelib.services.sync.register_shop import Registration, register_shop
from chalicelib.services.sync.schedule_syncs import schedule_syncs
from tests.sync_world import API_URL, NAME, SyncWorld, make_world

WEEK = 7 * 24 * 3_600


@pytest.fixture
def world() -> SyncWorld:
    world = make_world(3)
    world.install()
    return world


def asked(world: SyncWorld) -> list[SyncMessage]:
    schedule_syncs(world.sync)
    return world.queue.sent


def remove(world: SyncWorld) -> None:
    gone = removed(world.installed, now=world.clock.now(), grace_seconds=WEEK)
    world.sync.shops.save(gone)


def test_an_active_shop_is_reconciled(world: SyncWorld) -> None:
    world.pass_time(300)
    assert asked(world) == [SyncMessage(shop=NAME, step=SyncStep.RECONCILE, kind="products")]


def test_a_shop_in_which_the_app_is_off_is_left_alone(world: SyncWorld) -> None:
    world.sync.shops.save(deactivated(world.installed, now=world.clock.now()))
    assert asked(world) == []


def test_a_shop_that_deleted_the_app_keeps_its_catalogue_for_the_grace_time(
    world: SyncWorld,
) -> None:
    remove(world)
    world.pass_time(WEEK - 1)
    assert asked(world) == []
    assert len(world.documents()) == 3


def test_after_the_grace_time_nothing_of_the_shop_is_left(world: SyncWorld) -> None:
    world.shop.set_price(world.shop.all("products")[0]["id"], 5.0)
    world.deliver()
    remove(world)
    world.pass_time(WEEK)
    asked(world)
    world.work()
    assert (world.sync.shops.list_all(), world.marks.marks) == ((), {})
    assert not any(world.catalog.documents.values())
    assert world.sync.shops.find_state(NAME, "products") is None


def test_a_shop_that_installed_the_app_again_keeps_its_catalogue(world: SyncWorld) -> None:
    remove(world)
    world.pass_time(WEEK)
    asked(world)
    again = replace(world.installed, status=Installation.ACTIVE, forget_at=None)
    world.sync.shops.save(activated(again, now=world.clock.now()))
    world.work()
    assert (world.installed.name, len(world.documents())) == (NAME, 3)


def test_a_shop_that_installs_while_it_is_being_forgotten_is_asked_to_install_later(
    world: SyncWorld,
) -> None:
    remove(world)
    world.pass_time(WEEK)
    with pytest.raises(RegistrationRefused, match="Install again"):
        register_shop(world.sync, Registration(api_url=API_URL, token="secret"))


def test_a_shop_that_installed_again_a_moment_ago_is_not_forgotten(world: SyncWorld) -> None:
    remove(world)
    gone = world.installed
    world.sync.shops.save(replace(gone, status=Installation.ACTIVE, forget_at=None))
    world.pass_time(WEEK)
    forget_shop(world.sync, gone)
    assert (world.installed.name, len(world.documents())) == (NAME, 3)


def lose_a_change(world: SyncWorld) -> None:
    world.shop.edit_in_bulk(world.shop.all("products")[0]["id"], "NEW-1")
    world.undelivered.clear()


def export(world: SyncWorld) -> None:
    SyncCurrency(world.sync).ensure(NAME, "products", world.clock.now())
    world.work()


def go_on(world: SyncWorld, minutes: int) -> None:
    for _ in range(minutes):
        world.pass_time(60)
        schedule_syncs(world.sync)
        world.work()


def test_an_outage_that_an_export_ends_is_followed_by_a_check(world: SyncWorld) -> None:
    go_on(world, 120)
    lose_a_change(world)
    world.pass_time(1_800)
    export(world)
    go_on(world, 2)
    assert world.documents() == world.expected()


def test_one_check_follows_an_outage(world: SyncWorld) -> None:
    go_on(world, 120)
    world.pass_time(1_800)
    export(world)
    go_on(world, 2)
    checked_at = world.sync.get_state(NAME, "products").checked_at
    go_on(world, 120)
    assert world.sync.get_state(NAME, "products").checked_at == checked_at


def test_an_outage_soon_after_a_check_is_followed_by_another_within_the_hour(
    world: SyncWorld,
) -> None:
    world.ask(SyncStep.CHECK)
    go_on(world, 10)
    lose_a_change(world)
    world.pass_time(1_800)
    go_on(world, 30)
    assert world.documents() == world.expected()


def stuck(world: SyncWorld, caplog: pytest.LogCaptureFixture) -> int:
    with caplog.at_level(logging.INFO, logger="waybill"):
        schedule_syncs(world.sync)
    return int(vars(caplog.records[-1])["syncs_stuck"])


def test_a_shop_that_was_not_asked_for_half_an_hour_is_stuck(
    world: SyncWorld, caplog: pytest.LogCaptureFixture
) -> None:
    world.ask(SyncStep.RECONCILE)
    world.pass_time(1_800)
    assert stuck(world, caplog) == 0
    world.pass_time(1)
    assert stuck(world, caplog) == 1


def test_a_shop_in_which_the_app_is_off_is_not_stuck(
    world: SyncWorld, caplog: pytest.LogCaptureFixture
) -> None:
    world.sync.shops.save(deactivated(world.installed, now=world.clock.now()))
    world.pass_time(WEEK)
    assert stuck(world, caplog) == 0
