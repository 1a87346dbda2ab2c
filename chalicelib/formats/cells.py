"""What a cell can hold."""

from __future__ import annotations

from enum import Enum


class CellKind(Enum):
    """What a cell holds, which decides how a format may write it."""

    TEXT = "text"  # anything people typed: quoted where needed, never taken for a formula
    VALUE = "value"  # made from typed values: quoted where needed, a leading sign is a sign
    BARE = "bare"  # ids, dates, prices, booleans: no character that a format would have to treat
    NUMBER = "number"  # an int or None
