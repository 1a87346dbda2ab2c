"""A walk over very many changes stops with the time of its step, and goes on where it stood."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chalicelib.domain.shop_api import Connection, SeenPage
from chalicelib.domain.sync import SyncMessage, SyncStep
from chalicelib.services.sync.find_changes import MAX_DELTA_SECONDS
from chalicelib.services.sync.step import STEP_SECONDS
from chalicelib.services.sync.work_sync import work_sync
from tests.fake_shop_api import FakeShopApi
from tests.sync_world import NAME, SyncWorld, make_fake_api, make_world

CHANGES = 12


@dataclass
class FakeSlowApi(FakeShopApi):
    """Takes its time for each page of changes. `cursors` are those that it was asked for."""

    world: SyncWorld | None = None
    seconds: float = STEP_SECONDS / 2
    cursors: list[str | None] = field(default_factory=list)

    def find_changed(
        self, connection: Connection, kind: str, since: datetime, after: str | None
    ) -> SeenPage:
        self.cursors.append(after)
        page = super().find_changed(connection, kind, since, after)
        assert self.world is not None
        self.world.pass_time(self.seconds)
        return page


def make_slow(behind: float = 0) -> tuple[SyncWorld, FakeSlowApi]:
    """Return a shop whose products have all changed, which nothing has announced."""
    quick = make_fake_api(CHANGES)
    slow = FakeSlowApi(quick.shop, quick.facts)
    world = slow.world = make_world(api=slow)
    world.install()
    world.pass_time(600)
    world.shop.now = lambda: world.clock.now() - timedelta(seconds=behind)
    rename(world, in_order(world))
    return world, slow


def rename(world: SyncWorld, ids: list[str]) -> None:
    for id_ in ids:
        world.shop.rename_product(id_, f"Renamed at {world.clock.now()}")
    world.undelivered.clear()


def in_order(world: SyncWorld) -> list[str]:
    found = sorted(world.shop.all("products"), key=lambda one: f"{one['created']} {one['id']}")
    return [product["id"] for product in found]


def begin(world: SyncWorld) -> None:
    work_sync(world.sync, SyncMessage(shop=NAME, step=SyncStep.RECONCILE))


def test_a_step_ends_in_time_and_the_next_one_goes_on_with_the_next_page() -> None:
    world, slow = make_slow()
    begin(world)
    assert len(slow.cursors) == 2
    world.work()
    assert len(slow.cursors) == len(set(slow.cursors)) == CHANGES / slow.page_size
    assert world.documents() == world.expected()
    assert world.sync.get_state(NAME, "products").delta is None


def test_the_catalogue_is_as_current_as_the_beginning_of_the_walk() -> None:
    world, _ = make_slow()
    began_at = world.clock.now()
    begin(world)
    assert (world.sync.get_state(NAME, "products").asked_at or began_at) < began_at
    world.work()
    assert world.sync.get_state(NAME, "products").asked_at == began_at


def test_a_change_behind_the_cursor_is_found_by_the_next_walk_if_the_clock_is_behind() -> None:
    world, slow = make_slow(behind=5_000)
    world.ask(SyncStep.RECONCILE)
    slow.seconds = 400
    first, *others = in_order(world)
    rename(world, others)
    for one in (first, others[-1]):
        begin(world)
        rename(world, [one])
    world.work()
    world.ask(SyncStep.RECONCILE)
    assert world.documents() == world.expected()


def test_a_walk_of_hours_ago_begins_anew() -> None:
    world, slow = make_slow()
    begin(world)
    world.queue.clear()
    world.pass_time(MAX_DELTA_SECONDS)
    begin(world)
    assert slow.cursors.count(None) == 2
