"""Columns as data: what a cell is called, what it holds and where it is in a stored document."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from chalicelib.formats.cells import CellKind

PathKey = str | int
Path = tuple[PathKey, ...]


class Level(Enum):
    """What a column reads."""

    RECORD = "record"
    ROW = "row"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `path` leads to its cell: keys of objects, positions in arrays. What is not there is empty."""

    header: str
    kind: CellKind
    level: Level
    path: Path


def headers_of(columns: Iterable[Column]) -> list[str]:
    """All headers, in file order."""
    return [column.header for column in columns]
