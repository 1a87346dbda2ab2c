"""Records that the shop answers with an error for stop no others, and are asked for again."""

from __future__ import annotations

import pytest

from chalicelib.domain.sync import SyncStep
from chalicelib.services.sync.fetch_records import MAX_BROKEN_PER_PAGE
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


def ids(world: SyncWorld) -> list[str]:
    return [str(product["id"]) for product in world.shop.all("products")]


def test_many_known_broken_records_do_not_stop_the_sync_when_they_come_together() -> None:
    world = make_world(api=make_fake_api(2 * MAX_BROKEN_PER_PAGE + 4))
    api(world).page_size = 10
    api(world).broken |= set(ids(world)[::2])
    world.install()
    world.ask(SyncStep.REFRESH)
    world.ask(SyncStep.WALK)
    assert world.marks.marks == {}
    assert set(world.sync.get_state(NAME, "products").broken) == api(world).broken
    assert len(world.documents()) == MAX_BROKEN_PER_PAGE + 2


def test_a_record_that_a_shop_in_trouble_could_not_show_is_read_within_an_hour(
    world: SyncWorld,
) -> None:
    world.shop.rename_product(ids(world)[0], "Renamed")
    world.deliver()
    api(world).broken.add(ids(world)[0])
    world.work()
    assert world.sync.get_state(NAME, "products").broken == (ids(world)[0],)
    api(world).broken.clear()
    world.ask(SyncStep.REFRESH)
    assert world.sync.get_state(NAME, "products").broken == ()
    assert world.documents() == world.expected()


def test_a_page_of_stocks_that_a_record_breaks_is_compared_record_by_record(
    world: SyncWorld,
) -> None:
    first, second, *_ = ids(world)
    api(world).broken.add(second)
    world.shop.set_price(first, 4.5)
    world.undelivered.clear()
    world.ask(SyncStep.REFRESH)
    assert world.sync.get_state(NAME, "products").broken == (second,)
    assert world.documents() == world.expected()
