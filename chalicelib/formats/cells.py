"""The cells of a row, as formats see them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class CellKind(Enum):
    """The kind of a cell, which decides how a format may write it."""

    TEXT = "text"  # typed by people: quoted where needed, never left as a formula
    VALUE = "value"  # made from typed values: quoted where needed, a leading sign stays
    BARE = "bare"  # ids, dates, prices, booleans: nothing that a format would have to treat
    NUMBER = "number"  # the digits of a whole number


class CellType(Enum):
    """The type of a cell's text. Formats with types write the value instead of the text."""

    TEXT = "text"  # also codes, SKUs and barcodes, which may look like numbers
    NUMBER = "number"  # an integer
    FLOAT = "float"  # a number that may have places, such as a rating
    MONEY = "money"  # an amount with three places
    DATE = "date"  # YYYY-MM-DD
    DATE_TIME = "date_time"  # ISO 8601 with an offset
    BOOLEAN = "boolean"  # True or False


@dataclass(frozen=True, slots=True)
class CellSpec:
    """The cells of one column: their place in the row (from 0), their header, kind and type.

    `width` is the number of characters that people see of a long text, 0 for the usual one.
    """

    place: int
    header: str
    kind: CellKind
    type: CellType = CellType.TEXT
    width: int = 0

    @property
    def sure_type(self) -> CellType:
        """The type that every cell has. Cells that people fill may hold several values, or none."""
        made_by_us = self.kind in (CellKind.BARE, CellKind.NUMBER)
        return self.type if made_by_us else CellType.TEXT
