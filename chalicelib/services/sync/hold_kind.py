"""Hold one kind of a shop: one worker at a time writes it, and what it did is in the state."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final
from uuid import uuid4

from chalicelib.domain.sync import SyncState, claimed, released
from chalicelib.errors import WaybillError
from chalicelib.services.conflicts import retry_conflicts
from chalicelib.services.sync.sync_service import SyncService

# Longer than a sync function runs: a lease that has ended belongs to a worker that is gone.
LEASE_SECONDS: Final = 330


@contextmanager
def holding(sync: SyncService, shop: str, kind: str) -> Iterator[None]:
    """Hold the kind for the block; raise LeaseLost if another worker holds it."""
    owner = uuid4().hex
    now = sync.clock.now()
    change_state(
        sync, shop, kind, lambda state: claimed(state, owner=owner, now=now, seconds=LEASE_SECONDS)
    )
    try:
        yield
    finally:
        # A worker that cannot give its lease back leaves it to end by itself.
        with suppress(WaybillError):
            change_state(sync, shop, kind, lambda state: _given_back(state, owner))


def _given_back(state: SyncState, owner: str) -> SyncState:
    return released(state) if state.lease_owner == owner else state


def change_state(
    sync: SyncService, shop: str, kind: str, change: Callable[[SyncState], SyncState]
) -> SyncState:
    """Store what `change` makes of the state, and return it."""

    def attempt() -> SyncState:
        before = sync.get_state(shop, kind)
        after = change(before)
        return before if after == before else sync.shops.save_state(after)

    return retry_conflicts(attempt)
