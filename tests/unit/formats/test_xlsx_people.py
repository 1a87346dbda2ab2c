from __future__ import annotations

from typing import Any

import pytest

from chalicelib.formats.cells import CellKind, CellSpec, CellType
from chalicelib.formats.xlsx_people import PeopleXlsxFormat, serial_number
from tests.written_rows import write_row


def cell(kind: CellKind, cell_type: CellType, value: Any) -> str:
    """One cell as it stands in a row, without its reference."""
    written = write_row(PeopleXlsxFormat(), [CellSpec(0, "", kind, cell_type)], [value])
    return written.partition('"A\x01"')[2].removesuffix("</c>")


@pytest.mark.parametrize("number", ["0", "-7", "12.5", "0.001", "123456789012.345"])
def test_a_number_that_people_typed_is_a_number(number: str) -> None:
    assert cell(CellKind.VALUE, CellType.NUMBER, number) == f"><v>{number}</v>"


@pytest.mark.parametrize(
    "text", ["007", "12 kg", "1, 2", "1e5", "+3", ".5", "1234567890123456", "1٣"]
)
def test_a_text_that_a_number_would_change_stays_a_text(text: str) -> None:
    assert f"<t>{text}</t>" in cell(CellKind.VALUE, CellType.NUMBER, text)


@pytest.mark.parametrize("text", ["007", "12", "True", "2026-01-01"])
def test_a_code_is_a_text_whatever_it_looks_like(text: str) -> None:
    assert f"<t>{text}</t>" in cell(CellKind.TEXT, CellType.TEXT, text)


@pytest.mark.parametrize(("value", "written"), [("True", "1"), ("False", "0")])
def test_a_boolean_is_a_boolean(value: str, written: str) -> None:
    assert cell(CellKind.VALUE, CellType.BOOLEAN, value) == f' t="b"><v>{written}</v>'


@pytest.mark.parametrize("kind", [CellType.MONEY, CellType.BOOLEAN, CellType.DATE_TIME])
def test_an_absent_value_is_an_empty_cell(kind: CellType) -> None:
    assert cell(CellKind.BARE, kind, "") == "/>"


@pytest.mark.parametrize(
    ("text", "serial"),
    [
        ("1900-03-01", "61"),
        ("2026-01-01", "46023"),
        ("2026-01-01 06:00:00", "46023.25"),
        ("2026-01-01T06:00:00+05:00", "46023.25"),
        ("1900-02-28", ""),
        ("2026-01-01, 2026-01-02", ""),
        ("soon", ""),
    ],
)
def test_a_date_is_the_number_of_its_day_and_the_hour_of_its_zone(text: str, serial: str) -> None:
    assert serial_number(text) == serial
