"""Rows whose pieces are not joined yet."""

from __future__ import annotations

from chalicelib.rendering.rows import Rows

PIECES = [b"a", b",", b"1", b"\n", b"b", b",", b"", b"\n"]


def test_rows_are_read_one_by_one_or_together() -> None:
    rows = Rows(PIECES, 4)
    assert list(rows) == [b"a,1\n", b"b,\n"]
    assert rows.joined() == b"a,1\nb,\n"
    assert len(rows) == 2


def test_rows_can_be_read_twice() -> None:
    rows = Rows(PIECES, 4)
    assert list(rows) == list(rows)
