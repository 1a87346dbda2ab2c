"""Faults of the demo shop: of its API, its deliveries and its clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta


@dataclass(slots=True)
class Faults:
    """Faults of the API and the clock.

    `answers` are statuses that the next requests get instead of an answer. An anonymous API takes
    every token for a bad one. `clock_seconds` is how far the shop's clock is ahead of the time.
    """

    seconds_per_request: float = 0.0
    answers: list[int] = field(default_factory=list)
    is_anonymous: bool = False
    clock_seconds: float = 0.0

    def now(self) -> datetime:
        """Return the time on the shop's clock."""
        return datetime.now(UTC) + timedelta(seconds=self.clock_seconds)
