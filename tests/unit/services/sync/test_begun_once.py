"""A long walk that is under way begins once, whatever other messages come between its workers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from chalicelib.domain.sync import SyncMessage, SyncStep
from chalicelib.services.sync.ensure_current import SyncCurrency
from chalicelib.services.sync.register_shop import Registration, register_shop
from chalicelib.services.sync.step import STEP_SECONDS
from chalicelib.services.sync.work_sync import work_sync
from tests.sync_world import API_URL, NAME, SyncWorld, make_fake_api, make_world

DAY = 24 * 60 * 60
LONG = [(SyncStep.CONNECT, "walk"), (SyncStep.WALK, "walk"), (SyncStep.REFRESH, "walk_stocks")]
BETWEEN = [SyncStep.RECONCILE, SyncStep.CHANGED]


@pytest.fixture
def world() -> SyncWorld:
    made = make_world(api=make_fake_api(10))
    made.install()
    return made


def send(world: SyncWorld, step: SyncStep) -> None:
    world.queue.send([SyncMessage(shop=NAME, step=step)])


def interrupt(world: SyncWorld, method: str, step: SyncStep) -> list[str | None]:
    """Let each page end its worker's time and a message come; return the cursors asked for."""
    ask, asked = getattr(world.sync.api, method), list[str | None]()

    def ask_and_send(connection: Any, kind: str, after: str | None) -> Any:
        asked.append(after)
        world.pass_time(STEP_SECONDS)
        if len(asked) < 10:
            send(world, step)
        return ask(connection, kind, after)

    setattr(world.sync.api, method, ask_and_send)
    return asked


@pytest.mark.parametrize("between", BETWEEN)
@pytest.mark.parametrize(("long", "method"), LONG)
def test_messages_between_the_workers_of_a_walk_do_not_begin_it_again(
    world: SyncWorld, long: SyncStep, method: str, between: SyncStep
) -> None:
    asked = interrupt(world, method, between)
    world.ask(long)
    assert asked.count(None) == 1


def test_a_second_message_about_a_full_sync_that_has_ended_reads_nothing(world: SyncWorld) -> None:
    asked = interrupt(world, "walk", SyncStep.FULL)
    world.ask(SyncStep.CONNECT)
    assert asked.count(None) == 1
    assert world.documents() == world.expected()


def test_a_first_sync_of_a_shop_with_a_replica_reads_everything_once() -> None:
    world = make_world(api=make_fake_api(10), replica_lag_seconds=10)
    asked = interrupt(world, "walk", SyncStep.FULL)
    register_shop(world.sync, Registration(api_url=API_URL, token="secret"))
    # An export that waits asks for the first sync, at once.
    assert SyncCurrency(world.sync).ensure(NAME, "products", world.clock.now()).is_waiting
    world.work()
    assert asked.count(None) == 1
    assert world.documents() == world.expected()


def fetched(world: SyncWorld) -> list[str]:
    """Return a list that grows by the ids of all products that are read from now on."""
    fetch, found = world.sync.api.fetch, list[str]()

    def fetch_and_note(connection: Any, kind: str, ids: Sequence[str]) -> Any:
        found.extend(ids)
        return fetch(connection, kind, ids)

    world.sync.api.fetch = fetch_and_note  # type: ignore[method-assign]
    return found


def test_a_check_that_is_repeated_while_its_full_sync_runs_reads_everything_once(
    world: SyncWorld,
) -> None:
    world.pass_time(DAY)
    found = fetched(world)
    for _ in range(2):
        work_sync(world.sync, SyncMessage(shop=NAME, step=SyncStep.CHECK))
        world.pass_time(300)
    world.work()
    assert sorted(found) == sorted(str(one["id"]) for one in world.shop.all("products"))


def test_a_check_during_a_full_sync_finds_what_changed_in_pages_that_it_had_read(
    world: SyncWorld,
) -> None:
    interrupt(world, "walk", SyncStep.RECONCILE)
    for step in (SyncStep.CONNECT, SyncStep.FULL):
        work_sync(world.sync, SyncMessage(shop=NAME, step=step))
    world.queue.clear()
    # Nothing tells of this price: its event is lost, and a price moves no time.
    world.shop.set_price(world.shop.all("products")[0]["id"], 9.75)
    world.pass_time(DAY)
    world.ask(SyncStep.CHECK)
    assert world.documents() == world.expected()
