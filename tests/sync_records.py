"""Builders of the states of shops' syncs, and of their marks."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from chalicelib.domain.sync import Mark, SyncState

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


def make_state(name: str = "shop.example", **given: Any) -> SyncState:
    facts: dict[str, Any] = {"kind": "products", "as_of": NOON, "asked_at": NOON}
    return SyncState(shop=name, **(facts | given))


def make_mark(name: str = "shop.example", **given: Any) -> Mark:
    facts: dict[str, Any] = {
        "kind": "products",
        "id": "UHJvZHVjdDox",
        "marked_at": NOON,
        "since": NOON,
    }
    return Mark(shop=name, **(facts | given))
