"""A long walk that is under way begins once, whatever other messages come between its workers."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.sync import SyncMessage, SyncStep
from chalicelib.services.sync.ensure_current import SyncCurrency
from chalicelib.services.sync.register_shop import Registration, register_shop
from chalicelib.services.sync.step import STEP_SECONDS
from tests.sync_world import API_URL, NAME, SyncWorld, make_fake_api, make_world

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
