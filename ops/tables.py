"""Tables of text for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def make_table(rows: Iterable[Sequence[str]]) -> str:
    """Rows under each other, columns as wide as they need to be; columns after the first two spaces apart."""
    lines = [list(row) for row in rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
