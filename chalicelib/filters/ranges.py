"""Ranges: a lower and an upper bound, both included and both optional."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

Within = Callable[[Any], bool]


def within(
    bounds: Mapping[str, Any] | None, read: Callable[[Any], Any] = lambda bound: bound
) -> Within:
    """Return a test for values in the range; None is never in it.

    `read` turns a bound into the type of the values.
    """
    given = bounds or {}
    low = None if given.get("gte") is None else read(given["gte"])
    high = None if given.get("lte") is None else read(given["lte"])
    return lambda value: (
        # SQL compares nothing with NULL, so a missing value passes no range, not even an empty one.
        value is not None and (low is None or value >= low) and (high is None or value <= high)
    )


def moment(text: str) -> datetime:
    """Return the date-time that a text stands for; without a zone it is in UTC."""
    parsed = datetime.fromisoformat(text)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def day(text: str) -> date:
    """Return the date that a text stands for."""
    return date.fromisoformat(text)
