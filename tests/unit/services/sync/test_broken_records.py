"""Records that the shop answers with an error for stop no others, and are asked for again."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from chalicelib.domain.shop_api import Connection, Node, SeenPage
from chalicelib.domain.sync import SyncMessage, SyncStep
from chalicelib.errors import PageBroken, Unavailable
from chalicelib.services.sync import store_records
from chalicelib.services.sync.fetch_records import MAX_BROKEN_PER_PAGE
from chalicelib.services.sync.step import STEP_SECONDS
from chalicelib.services.sync.work_sync import work_sync
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


def broken_pages(good: int) -> SyncWorld:
    """Return a shop whose first page is broken but for a few products."""
    made = make_world(api=make_fake_api(2 * MAX_BROKEN_PER_PAGE + good))
    api(made).page_size = 2 * MAX_BROKEN_PER_PAGE + good
    api(made).broken |= set(ids(made)[good:])
    return made


@pytest.mark.parametrize("good", [0, 3])
def test_a_first_sync_names_all_broken_records_of_a_page_and_reads_the_others(good: int) -> None:
    world = broken_pages(good)
    world.install()
    state = world.sync.get_state(NAME, "products")
    assert (set(state.broken), state.is_ready) == (api(world).broken, True)
    assert len(world.documents()) == good
    shown = api(world).problems["waybill-broken-products"]
    assert f"cannot show {2 * MAX_BROKEN_PER_PAGE} of your products" in shown


def read_broken(world: SyncWorld) -> None:
    """Let a worker read products of which every one has changed and is broken now."""
    api(world).broken |= set(ids(world))
    for id_ in ids(world):
        world.shop.set_price(id_, 4.5)
    world.deliver()
    with pytest.raises(Unavailable):
        work_sync(world.sync, SyncMessage(shop=NAME, step=SyncStep.CHANGED))


def test_a_shop_in_trouble_breaks_no_record(monkeypatch: pytest.MonkeyPatch) -> None:
    world = make_world(api=make_fake_api(MAX_BROKEN_PER_PAGE + 1))
    world.install()
    monkeypatch.setattr(api(world), "walk", fail)
    read_broken(world)
    assert world.sync.get_state(NAME, "products").broken == ()


def fail(*_: object) -> SeenPage:
    raise PageBroken("database error")


class FakeSlowApi(FakeShopApi):
    """Takes ten seconds for an answer."""

    world: SyncWorld

    def fetch(self, connection: Connection, kind: str, ids: Sequence[str]) -> tuple[Node, ...]:
        self.world.pass_time(10)
        return super().fetch(connection, kind, ids)


def test_a_slow_page_of_broken_records_ends_with_the_time_of_its_step() -> None:
    quick = make_fake_api(60)
    slow = FakeSlowApi(quick.shop, quick.facts, page_size=60)
    world = slow.world = make_world(api=slow)
    slow.broken |= set(ids(world)[30:])
    began = world.clock.now()
    world.install()
    assert (world.clock.now() - began).total_seconds() < 2 * STEP_SECONDS
    assert slow.broken <= set(world.sync.get_state(NAME, "products").broken)
    slow.broken.clear()
    world.ask(SyncStep.REFRESH)
    assert world.sync.get_state(NAME, "products").broken == ()
    assert world.documents() == world.expected()


def test_more_broken_records_than_a_state_can_name_are_left_for_later(
    world: SyncWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_records, "MAX_BROKEN", 3)
    read_broken(world)
    assert world.sync.get_state(NAME, "products").broken == ()
