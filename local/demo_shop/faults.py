"""Faults of the demo shop: of its API, its deliveries and its clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local.demo_shop.server import ShopServer


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


def set_faults(server: ShopServer, given: Mapping[str, str]) -> None:
    """Set the faults that a form names; all others end.

    `seconds` a request, `answers` (statuses, separated by commas), `anonymous`, `clock` (seconds
    ahead), `broken` (ids of products, separated by commas), and the shares of deliveries that are
    `lost`, `doubled` or `late`.
    """
    faults = server.faults
    faults.seconds_per_request = float(given.get("seconds", 0))
    faults.answers[:] = map(int, filter(None, given.get("answers", "").split(",")))
    faults.is_anonymous = "anonymous" in given
    faults.clock_seconds = float(given.get("clock", 0))
    server.shop.broken = set(filter(None, given.get("broken", "").split(",")))
    for name in ("lost", "doubled", "late"):
        setattr(server.sent.mischief, name, float(given.get(name, 0)))
