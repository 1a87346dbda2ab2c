"""The schedule asks for what is due, and a shop's own intervals count."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain.shop import deactivated, removed
from chalicelib.domain.sync import SyncStep
from chalicelib.services.sync.schedule_syncs import due_steps, schedule_syncs
from chalicelib.services.sync.step import change_state
from tests.sync_world import NAME, SyncWorld, make_fake_api, make_world

HOUR, DAY = 3_600, 24 * 3_600
# Numbers of products, and the requests a day that the manual names for them.
MANUAL = re.findall(
    r"^\| ([\d,]+) \| about ([\d,]+) \|$",
    (Path(__file__).parents[4] / "docs" / "saleor.md").read_text(),
    re.MULTILINE,
)


@pytest.fixture
def world() -> SyncWorld:
    made = make_world(api=make_fake_api(3))
    made.install()
    return made


def due(world: SyncWorld) -> tuple[SyncStep, ...]:
    return due_steps(world.sync, world.installed)


def have_read(world: SyncWorld, **state: Any) -> None:
    change_state(world.sync, NAME, "products", lambda before: replace(before, **state))


def test_nothing_is_due_after_the_first_sync(world: SyncWorld) -> None:
    assert due(world) == ()


def test_changes_are_asked_for_every_five_minutes(world: SyncWorld) -> None:
    world.pass_time(300)
    assert due(world) == (SyncStep.RECONCILE,)


def test_a_run_five_minutes_after_a_slow_one_asks_again(world: SyncWorld) -> None:
    have_read(world, asked_at=world.clock.now() + timedelta(seconds=20))
    world.pass_time(300)
    assert due(world) == (SyncStep.RECONCILE,)


def test_stocks_are_refreshed_every_hour_beside_the_changes(world: SyncWorld) -> None:
    world.pass_time(HOUR)
    have_read(world, asked_at=world.clock.now())
    assert due(world) == (SyncStep.REFRESH,)


def test_everything_is_checked_every_day(world: SyncWorld) -> None:
    world.pass_time(DAY)
    have_read(world, asked_at=world.clock.now())
    assert due(world) == (SyncStep.CHECK,)


def test_an_outage_is_followed_by_a_check_and_not_by_one_every_minute(world: SyncWorld) -> None:
    world.pass_time(HOUR + 901)
    assert due(world) == (SyncStep.CHECK,)
    have_read(world, checked_at=world.clock.now())
    assert SyncStep.CHECK not in due(world)


def test_a_first_sync_whose_message_was_lost_is_asked_for_again(world: SyncWorld) -> None:
    have_read(world, as_of=None)
    assert due(world) == (SyncStep.CONNECT,)


def test_intervals_of_a_shop_go_before_those_of_the_deployment(world: SyncWorld) -> None:
    world.sync.shops.save(replace(world.installed, settings={"reconcile_seconds": 60}))
    world.pass_time(60)
    assert due(world) == (SyncStep.RECONCILE,)


def test_an_app_that_is_off_is_left_alone_and_a_removed_one_forgotten(world: SyncWorld) -> None:
    off = deactivated(world.installed, now=world.clock.now())
    assert due_steps(world.sync, off) == ()
    gone = removed(off, now=world.clock.now(), grace_seconds=60)
    world.pass_time(60)
    assert due_steps(world.sync, gone) == (SyncStep.FORGET,)


def requests_per_day(world: SyncWorld, products: int) -> int:
    """How many requests the schedule sends to a shop whose catalogue does not change."""
    pages = -(-products // 100)
    # As in the table of `schedule_syncs`.
    requests = {"reconcile": 3, "refresh": pages, "check": 5 + 2 * pages}
    return sum(
        DAY // world.sync.seconds(world.installed, f"{step}_seconds") * count
        for step, count in requests.items()
    )


def test_a_day_costs_the_shop_as_many_requests_as_the_manual_says(world: SyncWorld) -> None:
    before = world.sync.api.asked  # type: ignore[attr-defined]
    for _ in range(DAY // 300):
        world.pass_time(300)
        schedule_syncs(world.sync)
        world.work()
    # The fake answers both queries for dictionaries with one call.
    asked = world.sync.api.asked - before + DAY // 300  # type: ignore[attr-defined]
    assert asked <= requests_per_day(world, 3) * 1.1
    assert world.documents() == world.expected()


def test_the_manual_counts_the_requests_of_a_day(world: SyncWorld) -> None:
    assert len(MANUAL) == 3
    for products, requests in MANUAL:
        counted = requests_per_day(world, int(products.replace(",", "")))
        assert f"{float(f'{counted:.2g}'):,.0f}" == requests
