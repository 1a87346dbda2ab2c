"""The protocol of a file format: how it writes cells and rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from chalicelib.formats.cells import CellKind

WriteRun = Callable[[tuple[Any, ...]], str]


class RowFormat(Protocol):
    """How a file format writes cells and rows; `formats` has one for each file type."""

    separator: str
    row_start: str
    row_end: str

    def writer(self, kinds: Sequence[CellKind]) -> WriteRun:
        """What writes neighbouring cells of these kinds, separators between them included. An absent cell is ""."""
