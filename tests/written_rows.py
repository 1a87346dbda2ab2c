"""Write the cells of one row with a format."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from chalicelib.formats.cells import CellSpec
from chalicelib.formats.row_format import RowFormat


def write_row(row_format: RowFormat, specs: Sequence[CellSpec], cells: Iterable[Any]) -> str:
    """The run of one row, as the format writes these cells."""
    (written,) = row_format.writer(specs)([[cell] for cell in cells])
    return written
