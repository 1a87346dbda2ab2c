"""A shop that cannot show more records than a state can name: people read why nothing goes on."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

import pytest

from chalicelib.domain.currency import Currency
from chalicelib.domain.shop_api import Connection
from chalicelib.errors import Unavailable
from chalicelib.services.sync import store_records
from chalicelib.services.sync.ensure_current import SyncCurrency
from chalicelib.services.sync.register_shop import Registration, register_shop
from chalicelib.services.sync.report_problems import MANY_BROKEN, TOO_MANY
from chalicelib.services.sync.schedule_syncs import schedule_syncs
from chalicelib.services.sync.sync_service import TOO_MANY_BROKEN
from chalicelib.services.sync.work_sync import work_sync
from tests.fake_shop_api import FakeShopApi
from tests.sync_world import API_URL, NAME, SyncWorld, make_fake_api, make_world

LIMIT = 3


@dataclass
class FakeNotingApi(FakeShopApi):
    """Notes which problems it was asked to show or to take off."""

    told: list[tuple[str, str]] = field(default_factory=list)

    def report_problem(self, connection: Connection, key: str, message: str) -> None:
        self.told.append(("report", key))
        self.problems[key] = message

    def dismiss_problem(self, connection: Connection, key: str) -> None:
        self.told.append(("dismiss", key))
        self.problems.pop(key, None)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> SyncWorld:
    monkeypatch.setattr(store_records, "MAX_BROKEN", LIMIT)
    made = make_fake_api(12)
    return make_world(api=FakeNotingApi(made.shop, made.facts))


def api(world: SyncWorld) -> FakeNotingApi:
    assert isinstance(world.sync.api, FakeNotingApi)
    return world.sync.api


def break_many(world: SyncWorld) -> None:
    """Change more products than the limit, and let the shop fail to show them."""
    for product in world.shop.all("products")[: LIMIT + 3]:
        api(world).broken.add(str(product["id"]))
        world.shop.set_price(str(product["id"]), 4.5)


def run(world: SyncWorld, *, runs: int = 6) -> None:
    """Let the schedule run every five minutes. A message that fails becomes a dead letter."""
    for _ in range(runs):
        world.pass_time(300)
        schedule_syncs(world.sync)
        while world.queue.sent:
            message, _ = world.queue.take()
            with suppress(Unavailable):
                work_sync(world.sync, message)


def ensure(world: SyncWorld, moment: datetime) -> Currency:
    return SyncCurrency(world.sync).ensure(NAME, "products", moment)


def first_sync(world: SyncWorld) -> None:
    break_many(world)
    register_shop(world.sync, Registration(api_url=API_URL, token="secret"))


def later_change(world: SyncWorld) -> None:
    world.install()
    break_many(world)
    world.deliver()


BEGINNINGS: list[Callable[[SyncWorld], None]] = [first_sync, later_change]
BOTH = pytest.mark.parametrize("begin", BEGINNINGS)


@BOTH
def test_exports_and_the_dashboard_say_why_the_sync_stands_still(
    world: SyncWorld, begin: Callable[[SyncWorld], None]
) -> None:
    begin(world)
    asked_at = world.clock.now()
    run(world)
    found = ensure(world, asked_at)
    assert (found.is_waiting, found.reason) == (True, TOO_MANY_BROKEN)
    assert found.is_first_sync or found.refusal == TOO_MANY_BROKEN
    assert api(world).problems[TOO_MANY] == MANY_BROKEN


@BOTH
def test_it_is_reported_once_and_ends_when_the_products_are_repaired(
    world: SyncWorld, begin: Callable[[SyncWorld], None]
) -> None:
    begin(world)
    run(world)
    api(world).broken.clear()
    run(world, runs=30)
    told = [what for what, key in api(world).told if key == TOO_MANY]
    assert (told, api(world).problems) == (["report", "dismiss"], {})
    assert world.sync.get_state(NAME, "products").message == ""
    assert world.documents() == world.expected()
    assert not ensure(world, world.clock.now()).refusal


def test_the_texts_give_the_limit() -> None:
    limit = f"more than {store_records.MAX_BROKEN:,} of"
    assert limit in TOO_MANY_BROKEN
    assert limit in MANY_BROKEN
