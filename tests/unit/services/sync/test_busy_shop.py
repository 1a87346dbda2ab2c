"""A shop that changes all the time keeps no export waiting."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import count
from typing import Any

from chalicelib.domain.sync import Mark, SyncMessage, SyncStep
from chalicelib.services.sync.ensure_current import SyncCurrency
from chalicelib.services.sync.work_sync import work_sync
from tests.sync_world import NAME, SyncWorld, make_fake_api, make_world


def make_busy_world() -> SyncWorld:
    """Return a shop in which another product changes with each read of products.

    The read takes a second, and the event about the change arrives at once.
    """
    world = make_world(api=make_fake_api(5))
    world.install()
    products, prices = [str(one["id"]) for one in world.shop.all("products")], count(10)
    fetch = world.sync.api.fetch

    def fetch_and_change(connection: Any, kind: str, ids: Sequence[str]) -> Any:
        found = fetch(connection, kind, ids)
        change(world, next(one for one in products if one not in ids), next(prices))
        return found

    world.sync.api.fetch = fetch_and_change  # type: ignore[method-assign]
    change(world, products[0], next(prices))
    return world


def change(world: SyncWorld, product: str, price: float) -> None:
    world.pass_time(1)
    world.shop.set_price(product, price)
    world.deliver()


def test_an_export_waits_for_the_changes_of_before_only() -> None:
    world = make_busy_world()
    currency, find = SyncCurrency(world.sync), world.sync.marks.find
    asked_at, waited = world.clock.now() + timedelta(seconds=5), list[float]()

    def find_and_look(shop: str, kind: str, limit: int) -> tuple[Mark, ...]:
        # The export looks while workers drain marks.
        late = (world.clock.now() - asked_at).total_seconds()
        if late >= 0 and not waited and not currency.ensure(NAME, "products", asked_at).is_waiting:
            waited.append(late)
        return find(shop, kind, limit)

    world.sync.marks.find = find_and_look  # type: ignore[method-assign]
    work_sync(world.sync, SyncMessage(shop=NAME, step=SyncStep.DRAIN))
    for _ in range(10):
        message, delay = world.queue.take()
        world.pass_time(delay)
        work_sync(world.sync, message)
    assert min(waited, default=60.0) < 20
