"""Answers that are worth keeping for a minute, in bounded memory."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Final, TypeVar, cast

from chalicelib.api import wall_clock

CACHE_SECONDS: Final = 60
# Tokens of strangers name anything. The bound keeps them from filling the memory.
MAX_CACHED: Final = 1_000
Found = TypeVar("Found")


class ShortCache:
    """Answers by key. An answer that is a minute old is read again; an error is not kept."""

    def __init__(self, seconds: float = CACHE_SECONDS) -> None:
        self._seconds = seconds
        self._answers: OrderedDict[str, tuple[float, Any]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._answers)

    def get(self, key: str, read: Callable[[], Found]) -> Found:
        """Return the answer that is kept, or that of `read`."""
        if key not in self:
            self.put(key, read())
        return cast("Found", self._answers[key][1])

    def put(self, key: str, found: Any) -> None:
        """Keep an answer from now on."""
        self._answers[key] = (wall_clock.seconds(), found)
        self._answers.move_to_end(key)
        if len(self._answers) > MAX_CACHED:
            self._answers.popitem(last=False)

    def __contains__(self, key: str) -> bool:
        put_at, _ = self._answers.get(key, (-math.inf, None))
        return wall_clock.seconds() - put_at < self._seconds
