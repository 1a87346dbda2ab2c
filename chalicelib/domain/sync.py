"""Keeping a shop's catalogue current: marks, sync states and the messages that ask for a step.

Webhooks, the delta, the skeleton walk and a full sync share one mechanism. They mark records that
may have changed; a drain fetches the marked records as the shop has them now and stores the result.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from chalicelib.errors import LeaseLost


class SyncStep(StrEnum):
    """The steps that a sync worker can be asked for."""

    CONNECT = "connect"
    FULL = "full"
    WALK = "walk"
    DRAIN = "drain"
    RECONCILE = "reconcile"
    STOCK = "stock"
    FORGET = "forget"


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncMessage:
    """Asks a worker for one step of a shop's sync. Delivered twice it changes nothing more."""

    shop: str
    step: SyncStep
    kind: str = ""

    def to_json(self) -> dict[str, Any]:
        return {"shop": self.shop, "step": self.step.value, "kind": self.kind}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> SyncMessage:
        """Return the message that `to_json` wrote.

        Raise KeyError or ValueError for anything else.
        """
        return cls(shop=stored["shop"], step=SyncStep(stored["step"]), kind=stored.get("kind", ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A record that may have changed. Marking it again moves `marked_at`; there is one per record.

    `id` is the record's global id. `since` is the earliest moment that an export may depend on:
    an export that was asked for later must not be written before the mark is drained.
    """

    shop: str
    kind: str
    id: str
    marked_at: datetime
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncState:
    """How current one kind of a shop is.

    `as_of` is the moment at which the shop was last asked for all of the kind's changes; None
    before the first full sync. `version` is the version of the documents that the last full sync
    wrote. `done` of `total` records is the progress of a running full sync. `watermark` is the
    highest `updatedAt` seen by the delta. `broken` names the records that the shop cannot show. The
    store counts `revision` up with every write. The lease lets one worker at a time write the kind.
    """

    shop: str
    kind: str
    as_of: datetime | None = None
    version: int = 0
    running_since: datetime | None = None
    cursor: str | None = None
    done: int = 0
    total: int | None = None
    watermark: datetime | None = None
    asked_at: datetime | None = None
    broken: tuple[str, ...] = ()
    message: str = ""
    lease_owner: str | None = None
    lease_until: datetime | None = None
    revision: int = 0

    @property
    def is_ready(self) -> bool:
        """Whether the kind was read whole at least once."""
        return self.as_of is not None


def claimed(state: SyncState, *, owner: str, now: datetime, seconds: int) -> SyncState:
    """Return the state with a lease of `owner`; raise LeaseLost while the lease of another runs."""
    is_leased = state.lease_until is not None and state.lease_until > now
    if is_leased and state.lease_owner != owner:
        raise LeaseLost("Another worker syncs this kind.")
    return replace(state, lease_owner=owner, lease_until=now + timedelta(seconds=seconds))


def released(state: SyncState) -> SyncState:
    """Return the state without a lease."""
    return replace(state, lease_owner=None, lease_until=None)


def started(state: SyncState, *, now: datetime) -> SyncState:
    """Return the state at the beginning of a full sync; one that runs already goes on."""
    if state.running_since is not None:
        return state
    return replace(state, running_since=now, cursor=None, done=0, total=None, message="")


def advanced(state: SyncState, *, cursor: str | None, records: int, total: int | None) -> SyncState:
    """Return the state after one more page of a full sync."""
    return replace(state, cursor=cursor, done=state.done + records, total=total)


def finished(state: SyncState, *, version: int) -> SyncState:
    """Return the state after a full sync: as current as the moment at which it began."""
    since = state.running_since
    if since is None:
        return state
    as_of = max(since, state.as_of) if state.as_of else since
    return replace(state, as_of=as_of, running_since=None, cursor=None, version=version)
