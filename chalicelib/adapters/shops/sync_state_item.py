"""The state of a kind's sync as an item of the table of shops."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any, Final

from chalicelib.adapters.aws.item_attributes import (
    present,
    read_time,
    read_time_or_none,
    write_time,
    write_time_or_none,
)
from chalicelib.adapters.shops.item import ShopItem
from chalicelib.domain.sync import Delta, SyncState, Walk

# The sort keys of states begin with it; the name of the kind follows.
SYNC: Final = "sync#"
_TIMES: Final = (
    "as_of",
    "asked_at",
    "refreshed_at",
    "checked_at",
    "out_at",
    "wanted_at",
    "watermark",
    "lease_until",
)
_DELTA_TIMES: Final = ("began_at", "since", "latest")


def state_item(state: SyncState) -> ShopItem:
    """Return the item of a state, without its revision."""
    attributes: dict[str, Any] = {
        "version": state.version,
        "full_walk": _walk_text(state.full),
        "full_seen": _seen(state.full),
        "refresh_walk": _walk_text(state.refresh),
        "skeleton_walk": _walk_text(state.skeleton),
        "skeleton_seen": _seen(state.skeleton),
        "delta": _delta_text(state.delta),
        "broken": " ".join(state.broken),
        "message": state.message,
        "print": state.print,
        "lease_owner": state.lease_owner,
        **{name: write_time_or_none(getattr(state, name)) for name in _TIMES},
    }
    return ShopItem(state.shop, SYNC + state.kind, **present(attributes))


def state_of(item: ShopItem) -> SyncState:
    """Return the state of an item."""
    return SyncState(
        shop=item.shop,
        kind=item.item.removeprefix(SYNC),
        version=int(item.version or 0),
        full=_read_walk(item.full_walk, item.full_seen),
        refresh=_read_walk(item.refresh_walk, None),
        skeleton=_read_walk(item.skeleton_walk, item.skeleton_seen),
        delta=_read_delta(item.delta),
        broken=tuple((item.broken or "").split()),
        message=item.message or "",
        print=item.print or "",
        lease_owner=item.lease_owner,
        revision=int(item.revision),
        **{name: read_time_or_none(getattr(item, name)) for name in _TIMES},
    )


def _walk_text(walk: Walk | None) -> str | None:
    """Return the walk as JSON. What it has seen is an attribute of its own: bytes."""
    if walk is None:
        return None
    stored = {**asdict(walk), "since": write_time(walk.since)}
    del stored["seen"]
    return json.dumps(stored)


def _seen(walk: Walk | None) -> bytes | None:
    return walk.seen or None if walk else None


def _read_walk(text: str | None, seen: bytes | None) -> Walk | None:
    if text is None:
        return None
    stored = json.loads(text)
    return Walk(**{**stored, "since": read_time(stored["since"])}, seen=seen or b"")


def _delta_text(delta: Delta | None) -> str | None:
    if delta is None:
        return None
    times = {name: write_time_or_none(getattr(delta, name)) for name in _DELTA_TIMES}
    return json.dumps({"cursor": delta.cursor, **times})


def _read_delta(text: str | None) -> Delta | None:
    if text is None:
        return None
    stored = json.loads(text)
    return Delta(**stored | {name: read_time_or_none(stored[name]) for name in _DELTA_TIMES})
