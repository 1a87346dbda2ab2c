"""After an upgrade whose documents have a new version, everything is read again by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from chalicelib.catalog.versions import version_of
from chalicelib.domain.sync import SyncState
from chalicelib.services.sync.ensure_current import SyncCurrency
from chalicelib.services.sync.schedule_syncs import schedule_syncs
from tests.sync_world import NAME, SyncWorld, make_world


@pytest.fixture
def upgraded() -> SyncWorld:
    """A shop whose documents an earlier version has written."""
    world = make_world(3)
    world.install()
    world.sync.shops.save_state(replace(state_of(world), version=0))
    world.pass_time(300)
    return world


def state_of(world: SyncWorld) -> SyncState:
    return world.sync.get_state(NAME, "products")


def test_the_schedule_starts_a_full_sync(upgraded: SyncWorld) -> None:
    before = upgraded.clock.now()
    schedule_syncs(upgraded.sync)
    upgraded.work()
    assert state_of(upgraded).version == version_of("products")
    assert asked_at(upgraded) >= before


def test_exports_wait_for_it_and_say_so(upgraded: SyncWorld) -> None:
    currency = SyncCurrency(upgraded.sync).ensure(NAME, "products", upgraded.clock.now())
    assert (currency.is_waiting, currency.is_first_sync) == (True, True)
    upgraded.work()
    after = SyncCurrency(upgraded.sync).ensure(NAME, "products", asked_at(upgraded))
    assert not after.is_waiting


def asked_at(world: SyncWorld) -> datetime:
    """The moment at which the shop was last asked for all changes."""
    found = state_of(world).asked_at
    assert found is not None
    return found
