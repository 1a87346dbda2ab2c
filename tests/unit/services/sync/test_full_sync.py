"""A full sync ends when the shop's deletions are known, wherever its workers died."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.domain.sync import SyncMessage, SyncStep
from chalicelib.errors import Unavailable
from chalicelib.services.sync.step import STEP_SECONDS
from chalicelib.services.sync.work_sync import work_sync
from tests.sync_world import NAME, SyncWorld, make_fake_api, make_world

PAGES = 4


@pytest.fixture
def world() -> SyncWorld:
    made = make_world(api=make_fake_api(10))
    made.install()
    made.pass_time(600)
    return made


def work(world: SyncWorld, *steps: SyncStep) -> None:
    """Do these steps and not what follows from them: those messages are lost."""
    for step in steps:
        work_sync(world.sync, SyncMessage(shop=NAME, step=step))
    world.queue.clear()


def on_page(world: SyncWorld, number: int, act: Callable[[], None]) -> None:
    """Let something happen before the shop answers with this page of its list."""
    walk, asked = world.sync.api.walk, list[str | None]()

    def act_and_walk(connection: Any, kind: str, after: str | None) -> Any:
        asked.append(after)
        if len(asked) == number:
            act()
        return walk(connection, kind, after)

    world.sync.api.walk = act_and_walk  # type: ignore[method-assign]


def delete_first(world: SyncWorld) -> None:
    world.shop.delete_silently(world.shop.all("products")[0]["id"])


def fail(*_: Any) -> None:
    raise Unavailable("The catalogue does not answer.")


def test_a_worker_that_dies_at_the_last_page_of_a_full_sync_keeps_no_deleted_product(
    world: SyncWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    delete_first(world)
    work(world, SyncStep.CONNECT)
    with monkeypatch.context() as patch:
        patch.setattr(world.catalog, "find_times", fail)
        with pytest.raises(Unavailable):
            work(world, SyncStep.FULL)
    world.ask(SyncStep.RECONCILE)
    assert world.documents() == world.expected()


def test_a_full_sync_whose_list_changed_ends_only_after_a_walk_over_all_ids(
    world: SyncWorld,
) -> None:
    on_page(world, PAGES, lambda: delete_first(world))
    work(world, SyncStep.CONNECT, SyncStep.FULL)
    work(world, SyncStep.DRAIN)
    assert world.sync.get_state(NAME, "products").full is not None
    world.ask(SyncStep.RECONCILE)
    assert world.sync.get_state(NAME, "products").full is None
    assert world.documents() == world.expected()


def test_a_full_sync_waits_for_deletions_although_stocks_were_compared_since_it_began(
    world: SyncWorld,
) -> None:
    delete_first(world)
    began_at = world.clock.now()
    on_page(world, 1, lambda: world.pass_time(STEP_SECONDS))
    work(world, SyncStep.CONNECT, SyncStep.FULL, SyncStep.REFRESH, SyncStep.FULL)
    _, deleted = sorted(world.marks.marks.values(), key=lambda mark: mark.id)
    assert deleted.since <= began_at
