"""Ranges: a lower and an upper bound, both included, each of which may be missing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

Within = Callable[[Any], bool]


def within(
    bounds: Mapping[str, Any] | None, read: Callable[[Any], Any] = lambda bound: bound
) -> Within:
    """A test whether a value lies in the range; None never does. `read` makes the bounds comparable."""
    given = bounds or {}
    low = None if given.get("gte") is None else read(given["gte"])
    high = None if given.get("lte") is None else read(given["lte"])
    return lambda value: (
        value is not None and (low is None or value >= low) and (high is None or value <= high)
    )


def moment(text: str) -> datetime:
    """An aware date-time from a text; one without a zone is UTC."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def day(text: str) -> date:
    return date.fromisoformat(text)
