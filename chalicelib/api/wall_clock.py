"""The clock by which answers and keys that are kept grow old."""

from __future__ import annotations

import time


def seconds() -> float:
    """Return the seconds since 1970."""
    # Lambda freezes a function between two requests, and `time.monotonic` can stand still then: a
    # key that was withdrawn would work for as long as the function lives.
    return time.time()
