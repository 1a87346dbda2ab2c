from __future__ import annotations

import pytest

from chalicelib.exports.columns import Column, Level, headers_of, with_different_headers
from chalicelib.formats.cells import CellKind


@pytest.mark.parametrize(
    ("given", "different"),
    [
        (["id", "name"], ["id", "name"]),
        (["name", "name", "name"], ["name", "name 2", "name 3"]),
        (["name", "name 2", "name"], ["name", "name 2", "name 3"]),
        (["Name", "name", "NAME"], ["Name", "name 2", "NAME 3"]),
        (["", ""], ["", " 2"]),
    ],
)
def test_a_repeated_header_gets_a_number(given: list[str], different: list[str]) -> None:
    columns = [Column(header, CellKind.TEXT, Level.RECORD, (header,)) for header in given]
    assert headers_of(with_different_headers(columns)) == different
