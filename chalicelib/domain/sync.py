"""Keeping a shop's catalogue current: marks, sync states and the messages that ask for a step.

Webhooks, the delta, the skeleton walk and a full sync share one mechanism. They mark records that
may have changed; a drain fetches the marked records as the shop has them now and stores the result.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from chalicelib.errors import LeaseLost

# The mark that stands for every record of its kind. A full sync that begins later removes it.
EVERYTHING: Final = "*"
# The kind of marks of all small kinds that name things: they are read together.
DICTIONARIES: Final = "dictionaries"
# The schedule and the queue repeat a check every five or six minutes until it is done. The next one
# that is due comes after an hour at the earliest.
REPEATED_SECONDS: Final = 15 * 60


class SyncStep(StrEnum):
    """The steps that a sync worker can be asked for."""

    CONNECT = "connect"
    CHECK = "check"
    FULL = "full"
    WALK = "walk"
    CONTINUE = "continue"
    DRAIN = "drain"
    CHANGED = "changed"
    RECONCILE = "reconcile"
    REFRESH = "refresh"
    PROBE = "probe"
    FORGET = "forget"


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncMessage:
    """Asks a worker for one step of a shop's sync. Delivered twice it changes nothing more."""

    shop: str
    step: SyncStep
    kind: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the message in plain JSON types."""
        return {"shop": self.shop, "step": self.step.value, "kind": self.kind}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> SyncMessage:
        """Return the message that `to_json` wrote; KeyError or ValueError for anything else."""
        return cls(shop=stored["shop"], step=SyncStep(stored["step"]), kind=stored.get("kind", ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A record that may have changed. Marking it again moves `marked_at`; there is one per record.

    `id` is the record's global id, or EVERYTHING. `since` is the earliest moment that an export may
    depend on: an export that was asked for later must not be written before the mark is drained.
    """

    shop: str
    kind: str
    id: str
    marked_at: datetime
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """A walk over all records of a kind, which goes on where the last worker stopped.

    `cursor` leads to the next page, `done` of `total` records are read. `is_whole` says that the
    last page is stored. `version` is the version of the documents that it writes, `seen` the
    numbers of the records so far (see `number_set`), `first_total` the count on the first page.
    """

    since: datetime
    version: int = 0
    cursor: str | None = None
    done: int = 0
    total: int | None = None
    first_total: int | None = None
    seen: bytes = b""
    is_whole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Delta:
    """A walk over the records that changed, which goes on where the last worker stopped.

    It asks for times from `since` on, by the shop's clock. `cursor` leads to the next page, and
    `latest` is the highest `updatedAt` so far.
    """

    began_at: datetime
    since: datetime
    cursor: str | None = None
    latest: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncState:
    """The state of one kind of a shop. All moments are those at which the reading began.

    `as_of` is when the kind was last read whole; None before the first full sync. `version` is the
    version of the documents that it wrote. `asked_at` is when the shop was last asked for changes,
    `refreshed_at` when all stocks and listings were last compared, `checked_at` when the
    installation was: a full sync that begins later has to follow. `out_at` is when an outage was
    noticed that no check has followed. `wanted_at` is when an export last asked for a
    reconciliation. `full`, `refresh` and `skeleton` are walks that are under way: over all facts,
    over stocks and listings, over ids and times. `delta` is the one over changes, if its first
    worker did not get to its end. `watermark` is the highest `updatedAt` seen by a delta. `broken`
    names the records that the shop cannot show. `message` says in a sentence for people why the
    shop cannot be read. `print` differs when the dictionaries do. The store counts `revision` up
    with every write. The lease lets one worker at a time write the kind.
    """

    shop: str
    kind: str
    as_of: datetime | None = None
    version: int = 0
    asked_at: datetime | None = None
    refreshed_at: datetime | None = None
    checked_at: datetime | None = None
    out_at: datetime | None = None
    wanted_at: datetime | None = None
    watermark: datetime | None = None
    full: Walk | None = None
    refresh: Walk | None = None
    skeleton: Walk | None = None
    delta: Delta | None = None
    broken: tuple[str, ...] = ()
    message: str = ""
    print: str = ""
    lease_owner: str | None = None
    lease_until: datetime | None = None
    revision: int = 0

    @property
    def is_ready(self) -> bool:
        """Return whether the kind was read whole at least once."""
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


def started(state: SyncState, *, now: datetime, version: int) -> SyncState:
    """Return the state with a full sync under way.

    One that writes documents of this version already goes on.
    """
    if state.full is not None and state.full.version == version:
        return state
    return replace(state, full=Walk(since=now, version=version))


def advanced(walk: Walk, *, cursor: str | None, records: int, total: int | None) -> Walk:
    """Return the walk after one more page."""
    first_total = walk.first_total if walk.done or walk.cursor else total
    return replace(
        walk,
        cursor=cursor,
        done=walk.done + records,
        total=total,
        first_total=first_total,
        is_whole=cursor is None,
    )


def finished(state: SyncState) -> SyncState:
    """Return the state after a full sync: as current as the moment at which it began."""
    walk = state.full
    if walk is None:
        return state
    return replace(
        state,
        full=None,
        version=walk.version,
        as_of=later_of(state.as_of, walk.since),
        asked_at=later_of(state.asked_at, walk.since),
        refreshed_at=later_of(state.refreshed_at, walk.since),
    )


def checked(state: SyncState, *, now: datetime, lag: timedelta) -> SyncState:
    """Return the state after a check: everything is read again by a full sync that begins later.

    A check that comes again a moment later counts with the first one, whose full sync goes on.
    """
    is_repeated = (
        state.checked_at is not None
        and now - state.checked_at < timedelta(seconds=REPEATED_SECONDS)
        and state.full is not None
        and state.full.since >= state.checked_at - lag
    )
    return state if is_repeated else replace(state, checked_at=now, out_at=None)


def is_checked(state: SyncState, lag: timedelta) -> bool:
    """Return whether everything was read at least once, and again after the last check."""
    if state.as_of is None:
        return False
    return state.checked_at is None or state.as_of >= state.checked_at - lag


def is_wanted(state: SyncState, lag: timedelta) -> bool:
    """Return whether an export waits for changes that a long walk would find only at its end."""
    if not state.is_ready or state.wanted_at is None:
        return False
    return state.asked_at is None or state.wanted_at - lag > state.asked_at


def refreshed(state: SyncState) -> SyncState:
    """Return the state after all stocks and listings were compared."""
    if state.refresh is None:
        return state
    at = later_of(state.refreshed_at, state.refresh.since)
    return replace(state, refresh=None, refreshed_at=at)


def later_of(known: datetime | None, moment: datetime) -> datetime:
    """Return the later of two moments."""
    return moment if known is None else max(known, moment)
