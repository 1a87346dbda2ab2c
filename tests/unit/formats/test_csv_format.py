from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.request import Formulas
from chalicelib.formats.cells import CellKind
from chalicelib.formats.csv_format import CsvFormat
from tests.factories import make_cells

RAW, SAFE = CsvFormat(Formulas.RAW), CsvFormat(Formulas.ESCAPE)
# OWASP, "CSV Injection": what a spreadsheet may run.
INJECTIONS = (
    '=HYPERLINK("https://evil.example";"click")',
    "+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "=1+1",
)


def row(csv_format: CsvFormat, *cells: tuple[CellKind, Any]) -> str:
    kinds, texts = zip(*cells, strict=True)
    return csv_format.writer(make_cells(*kinds))(texts) + csv_format.row_end


@pytest.mark.parametrize("text", INJECTIONS)
def test_text_that_a_spreadsheet_would_run_is_disarmed(text: str) -> None:
    (cells,) = csv.reader(io.StringIO(row(SAFE, (CellKind.TEXT, text)), newline=""), strict=True)
    assert cells == ["'" + text]


@pytest.mark.parametrize("text", INJECTIONS)
def test_raw_writes_text_as_it_is(text: str) -> None:
    (cells,) = csv.reader(io.StringIO(row(RAW, (CellKind.TEXT, text)), newline=""), strict=True)
    assert cells == [text]


@pytest.mark.parametrize("text", ["-5", "+5 kg", "-0.5"])
def test_a_sign_of_a_typed_value_is_a_sign(text: str) -> None:
    assert SAFE.writer(make_cells(CellKind.VALUE))((text,)) == text


def test_numbers_and_ids_are_never_touched() -> None:
    assert (
        row(SAFE, (CellKind.NUMBER, -3), (CellKind.NUMBER, ""), (CellKind.BARE, "-1.50"))
        == "-3,,-1.50\r\n"
    )


def test_quotes_stand_only_where_they_are_needed() -> None:
    cells = ((CellKind.TEXT, text) for text in ("plain", "a,b", 'a"b', "a\nb", " ", "ü"))
    assert row(RAW, *cells) == 'plain,"a,b","a""b","a\nb", ,ü\r\n'


@given(st.lists(st.text(), min_size=2, max_size=8))
def test_any_text_survives_a_strict_reader(texts: list[str]) -> None:
    written = row(RAW, *((CellKind.TEXT, text) for text in texts))
    (cells,) = csv.reader(io.StringIO(written, newline=""), strict=True)
    assert cells == texts


@given(st.lists(st.text(), min_size=2, max_size=8))
def test_quoting_is_that_of_pythons_excel_dialect(texts: list[str]) -> None:
    expected = io.StringIO(newline="")
    csv.writer(expected).writerow(texts)
    assert row(RAW, *((CellKind.TEXT, text) for text in texts)) == expected.getvalue()
