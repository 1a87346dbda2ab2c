"""Rows whose pieces are not joined yet.

Most files are their rows, one after the other: then a page is joined at once, and no row by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a page: their pieces, one row after the other, and how many a row has."""

    pieces: Sequence[bytes]
    pieces_per_row: int

    def __len__(self) -> int:
        return len(self.pieces) // self.pieces_per_row

    def __iter__(self) -> Iterator[bytes]:
        pieces = iter(self.pieces)
        return map(b"".join, zip(*[pieces] * self.pieces_per_row, strict=True))

    def joined(self) -> bytes:
        """Return all rows, joined."""
        return b"".join(self.pieces)
