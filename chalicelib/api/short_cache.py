"""Answers that are worth keeping for a minute, in bounded memory."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Final, TypeVar, cast

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
        """Return the answer of the last minute, or that of `read`."""
        read_at, found = self._answers.get(key, (-math.inf, None))
        if time.monotonic() - read_at >= self._seconds:
            found = read()
            self._keep(key, found)
        return cast("Found", found)

    def _keep(self, key: str, found: Any) -> None:
        self._answers[key] = (time.monotonic(), found)
        self._answers.move_to_end(key)
        if len(self._answers) > MAX_CACHED:
            self._answers.popitem(last=False)
