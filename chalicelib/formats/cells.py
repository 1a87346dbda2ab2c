"""What a format knows of the cells that it writes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class CellKind(Enum):
    """What a cell holds. The kind decides how a format may write the cell."""

    TEXT = "text"  # typed by people: quoted where needed, never left as a formula
    VALUE = "value"  # made from typed values: quoted where needed, a leading sign stays
    BARE = "bare"  # ids, dates, prices, booleans: nothing that a format would have to treat
    NUMBER = "number"  # an int, or "" for an absent one


@dataclass(frozen=True, slots=True)
class CellSpec:
    """The cells of one column: their place in the row (from 0), their header and their kind."""

    place: int
    header: str
    kind: CellKind
