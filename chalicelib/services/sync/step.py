"""One step of a shop's sync: what it works on, how long, and how it holds its kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from chalicelib.catalog import kinds
from chalicelib.domain.retry_policy import MAX_CONFLICTS
from chalicelib.domain.shop import Shop
from chalicelib.domain.shop_api import Connection
from chalicelib.domain.sync import SyncState, claimed, released
from chalicelib.errors import Conflict, LeaseLost, Unavailable, WaybillError
from chalicelib.services.sync.sync_service import SyncService

# Longer than a sync function runs: a lease that has ended belongs to a worker that is gone.
LEASE_SECONDS: Final = 330
# A function has 300 s. A page that was just asked for may take 30 s, and its halves more.
STEP_SECONDS: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A connected shop, one kind of it, and the worker that holds the kind until `ends_at`."""

    sync: SyncService
    shop: Shop
    kind: str
    connection: Connection
    owner: str
    ends_at: datetime

    @property
    def state(self) -> SyncState:
        """Return the stored state of the kind."""
        return self.sync.get_state(self.shop.name, self.kind)

    @property
    def now(self) -> datetime:
        """Return the present moment."""
        return self.sync.clock.now()

    @property
    def lag(self) -> timedelta:
        """Return how far the shop's read replica may be behind its database."""
        return timedelta(seconds=self.sync.seconds(self.shop, "replica_lag_seconds"))

    def has_time(self) -> bool:
        """Return whether this worker may begin another page."""
        return self.now < self.ends_at

    def change(self, change: Callable[[SyncState], SyncState]) -> SyncState:
        """Store what `change` makes of the state; LeaseLost if this worker is late."""

        def change_own(state: SyncState) -> SyncState:
            if state.lease_owner != self.owner:
                raise LeaseLost("Another worker syncs this kind.")
            return change(state)

        return change_state(self.sync, self.shop.name, self.kind, change_own)

    def check_lease(self) -> None:
        """Raise LeaseLost if this worker is late: its answers are older than stored ones."""
        self.change(lambda state: state)


@contextmanager
def holding(sync: SyncService, shop: Shop, kind: str) -> Iterator[Step]:
    """Hold the kind for the block; raise LeaseLost if another worker holds it."""
    owner, now = uuid4().hex, sync.clock.now()
    change_state(
        sync,
        shop.name,
        kind,
        lambda state: claimed(state, owner=owner, now=now, seconds=LEASE_SECONDS),
    )
    try:
        yield Step(
            sync=sync,
            shop=shop,
            kind=kind,
            connection=sync.connect(shop),
            owner=owner,
            ends_at=now + timedelta(seconds=STEP_SECONDS),
        )
    finally:
        # A worker that cannot give its lease back leaves it to end by itself.
        with suppress(WaybillError):
            change_state(sync, shop.name, kind, lambda state: _given_back(state, owner))


def _given_back(state: SyncState, owner: str) -> SyncState:
    return released(state) if state.lease_owner == owner else state


def change_state(
    sync: SyncService, shop: str, kind: str, change: Callable[[SyncState], SyncState]
) -> SyncState:
    """Store what `change` makes of the state, and return it."""
    for _ in range(MAX_CONFLICTS):
        before = sync.get_state(shop, kind)
        after = change(before)
        try:
            return before if after == before else sync.shops.save_state(after)
        except Conflict:
            continue
    raise Unavailable("Other workers change the state of this shop. Try again in a minute.")


def forget_refusal(sync: SyncService, shop: str) -> None:
    """Take off what exports say of the time when the app was off: it is on again."""
    change_state(sync, shop, kinds.PRODUCTS, lambda state: replace(state, message=""))
