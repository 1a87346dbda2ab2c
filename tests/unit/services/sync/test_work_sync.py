"""After a sync the catalogue is the shop: whatever changed, whatever told of it, whatever broke."""

from __future__ import annotations

import pytest

from chalicelib.domain.sync import SyncStep
from tests.sync_world import NAME, SyncWorld, make_world


@pytest.fixture
def world() -> SyncWorld:
    made = make_world(20)
    made.install()
    return made


def first_id(world: SyncWorld) -> str:
    return str(world.shop.all("products")[0]["id"])


def test_the_first_sync_reads_every_product() -> None:
    world = make_world(120)
    world.install()
    assert world.documents() == world.expected()
    state = world.sync.get_state(NAME, "products")
    assert state.is_ready
    assert (state.full, state.asked_at) == (None, state.as_of)


def test_never_more_than_four_requests_are_in_flight() -> None:
    world = make_world(320)
    world.server.faults.seconds_per_request = 0.002
    world.install()
    assert 1 < world.server.most_in_flight <= 4


def test_an_announced_change_is_stored(world: SyncWorld) -> None:
    world.shop.set_price(first_id(world), 3.25)
    world.deliver()
    world.work()
    assert world.documents() == world.expected()
    assert len(world.catalog.changed_at) >= 20


def test_a_change_that_moves_updated_at_is_found_without_an_event(world: SyncWorld) -> None:
    world.pass_time(60)
    world.shop.rename_product(first_id(world), "Renamed")
    world.undelivered.clear()
    world.ask(SyncStep.RECONCILE)
    assert world.documents() == world.expected()


def test_a_deletion_that_nothing_told_of_is_found_by_the_walk(world: SyncWorld) -> None:
    gone = first_id(world)
    world.shop.delete_silently(gone)
    world.ask(SyncStep.WALK)
    assert world.documents() == world.expected()
    assert len(world.catalog.tombstones) == 1


def test_a_renamed_category_is_in_every_product(world: SyncWorld) -> None:
    category = world.shop.all("products")[0]["category"]
    world.shop.rename("categories", category["id"], name="New", slug="new-slug")
    world.undelivered.clear()
    world.ask(SyncStep.RECONCILE)
    assert world.documents() == world.expected()


def test_an_answer_as_to_a_shopper_deletes_nothing(world: SyncWorld) -> None:
    before = dict(world.documents())
    world.server.faults.is_anonymous = True
    for step in (SyncStep.WALK, SyncStep.FULL, SyncStep.RECONCILE):
        world.ask(step)
    assert world.documents() == before


def test_a_broken_record_is_reported_and_all_others_are_stored() -> None:
    world = make_world(20)
    world.shop.broken.add(first_id(world))
    world.install()
    assert world.sync.get_state(NAME, "products").broken == (first_id(world),)
    assert len(world.documents()) == 19


def test_a_record_that_is_whole_again_is_no_longer_reported() -> None:
    world = make_world(20)
    world.shop.broken.add(first_id(world))
    world.install()
    world.shop.broken.clear()
    world.ask(SyncStep.WALK)
    assert world.sync.get_state(NAME, "products").broken == ()
    assert world.documents() == world.expected()


@pytest.mark.parametrize("status", [429, 503, 500])
def test_a_shop_that_stumbles_is_read_whole_all_the_same(status: int) -> None:
    world = make_world(120)
    world.server.faults.answers += [200, 200, 200, 200, 200, status, 200, status]
    world.install()
    assert world.documents() == world.expected()


def test_a_delta_with_nothing_changed_asks_little(world: SyncWorld) -> None:
    before = world.server.requests
    world.ask(SyncStep.RECONCILE)
    assert world.server.requests - before <= 3


def test_a_switched_off_app_asks_nothing(world: SyncWorld) -> None:
    from chalicelib.domain.shop import deactivated

    world.sync.shops.save(deactivated(world.installed, now=world.clock.now()))
    before = world.server.requests
    world.ask(SyncStep.RECONCILE)
    assert world.server.requests == before
