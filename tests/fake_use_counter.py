"""A counter of uses in memory."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime


class FakeUseCounter:
    """Counts by key. `until` is what the last one was counted with."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = defaultdict(int)
        self.until: datetime | None = None

    def count(self, key: str, *, most: int, until: datetime) -> bool:
        self.until = until
        if self.counts[key] >= most:
            return False
        self.counts[key] += 1
        return True
