"""A walk over ids and times goes on where the last worker stopped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import count
from typing import Any

import pytest

from chalicelib.domain.shop_api import SeenPage
from chalicelib.domain.sync import SyncMessage, SyncStep
from chalicelib.errors import Unavailable
from chalicelib.services.sync.step import STEP_SECONDS
from chalicelib.services.sync.walk_catalog import MAX_WALK_SECONDS
from chalicelib.services.sync.work_sync import work_sync
from tests.sync_world import NAME, SyncWorld, make_fake_api, make_world

PRODUCTS = 10


@pytest.fixture
def world() -> SyncWorld:
    made = make_world(api=make_fake_api(PRODUCTS))
    made.install()
    return made


def on_page(world: SyncWorld, number: int, act: Callable[[], Any]) -> list[str | None]:
    """Let something happen before a page of the walk; return the cursors that are asked for."""
    walk, asked = world.sync.api.walk, list[str | None]()

    def walk_and_act(connection: Any, kind: str, after: str | None) -> Any:
        asked.append(after)
        if len(asked) == number:
            act()
        return walk(connection, kind, after)

    world.sync.api.walk = walk_and_act  # type: ignore[method-assign]
    return asked


def walk_once(world: SyncWorld) -> None:
    work_sync(world.sync, SyncMessage(shop=NAME, step=SyncStep.WALK))


def fail() -> None:
    raise Unavailable("The shop does not answer.")


def test_a_walk_that_takes_too_long_goes_on_after_its_last_page(world: SyncWorld) -> None:
    asked = on_page(world, 2, lambda: world.pass_time(STEP_SECONDS))
    world.shop.delete_silently(world.shop.all("products")[7]["id"])
    walk_once(world)
    assert len(asked) == 2
    world.work()
    assert len(asked) == len(set(asked)) == 3
    assert world.documents() == world.expected()


def test_a_worker_that_dies_costs_no_page_that_was_walked(world: SyncWorld) -> None:
    asked = on_page(world, 3, fail)
    with pytest.raises(Unavailable):
        walk_once(world)
    world.ask(SyncStep.WALK)
    assert asked.count(None) == 1
    assert len(asked) == len(set(asked)) + 1
    assert world.documents() == world.expected()


def test_nothing_is_removed_before_the_walk_is_complete(world: SyncWorld) -> None:
    on_page(world, 2, fail)
    world.shop.delete_silently(world.shop.all("products")[0]["id"])
    with pytest.raises(Unavailable):
        walk_once(world)
    assert (len(world.documents()), world.marks.marks) == (PRODUCTS, {})


def test_a_list_that_changes_between_two_workers_is_walked_again(world: SyncWorld) -> None:
    first = world.shop.all("products")[0]["id"]
    asked = on_page(world, 2, lambda: world.pass_time(STEP_SECONDS))
    walk_once(world)
    world.shop.delete_silently(first)
    world.work()
    assert asked.count(None) == 2
    assert world.documents() == world.expected()


def test_a_list_that_never_stays_the_same_is_left_to_the_next_check(world: SyncWorld) -> None:
    asked = on_page(world, 0, fail)
    world.sync.api.walk = partial(grown, world.sync.api.walk)  # type: ignore[method-assign]
    for _ in range(2):
        with pytest.raises(Unavailable):
            work_sync(world.sync, SyncMessage(shop=NAME, step=SyncStep.WALK))
        world.pass_time(MAX_WALK_SECONDS)
    world.ask(SyncStep.CONTINUE)
    assert asked.count(None) == 2


def grown(walk: Callable[..., SeenPage], *given: Any) -> SeenPage:
    """Return a page of a list that has one record more than it shows."""
    page = walk(*given)
    return replace(page, total=(page.total or 0) + 1)


def test_an_export_that_waits_comes_before_the_rest_of_a_walk(world: SyncWorld) -> None:
    on_page(world, 1, lambda: change_state(world, wanted_at=world.clock.now()))
    world.pass_time(60)
    walk_once(world)
    assert [message.step for message in world.queue.sent] == [SyncStep.RECONCILE]
    world.work()
    assert world.sync.get_state(NAME, "products").skeleton is None


def change_state(world: SyncWorld, **given: Any) -> None:
    state = world.sync.get_state(NAME, "products")
    world.sync.shops.save_state(replace(state, **given))


def test_an_import_that_goes_on_for_hours_does_not_keep_a_shop_from_its_first_sync() -> None:
    world = make_world(api=make_fake_api(PRODUCTS))
    walk, first = world.sync.api.walk, str(world.shop.all("products")[0]["id"])
    pages = count(1)

    def walk_and_add(connection: Any, kind: str, after: str | None) -> Any:
        assert next(pages) < 50, "The list is read again and again."
        world.pass_time(1)
        world.shop.add_product(first, "New")
        return walk(connection, kind, after)

    world.sync.api.walk = walk_and_add  # type: ignore[method-assign]
    world.install()
    assert world.sync.get_state(NAME, "products").is_ready
    assert world.documents() == world.expected()
