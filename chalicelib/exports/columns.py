"""Columns as data: the header, the kind of cell and its path in a stored document."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from chalicelib.formats.cells import CellKind

PathKey = str | int
Path = tuple[PathKey, ...]


class Level(Enum):
    """The level of a document that a column reads from."""

    RECORD = "record"
    ROW = "row"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `path` leads to its cell by keys and array positions; a missing cell is empty."""

    header: str
    kind: CellKind
    level: Level
    path: Path


def headers_of(columns: Iterable[Column]) -> list[str]:
    """Return all headers, in file order."""
    return [column.header for column in columns]
