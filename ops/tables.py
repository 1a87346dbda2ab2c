"""Text tables for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def make_table(rows: Iterable[Sequence[str]]) -> str:
    """Return rows as aligned text: two spaces between columns, each as wide as its longest cell.

    A � stands for each character that cannot be printed.
    """
    lines = [[_printable(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def _printable(text: str) -> str:
    # People choose their names at the identity provider. A terminal obeys what follows an ESC.
    return "".join(one if one.isprintable() else "�" for one in text)
