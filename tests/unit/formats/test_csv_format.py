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
from tests.written_rows import write_row

RAW, SAFE = CsvFormat(Formulas.RAW), CsvFormat(Formulas.ESCAPE)
# OWASP, "CSV Injection": a spreadsheet may run these.
INJECTIONS = (
    '=HYPERLINK("https://evil.example","click")',
    "+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t1+1",
    "\r1+1",
    "\n1+1",
    "=1+1",
    " =1+1",
    "\xa0=1+1",
    "＝1+1",
    "＋1+1",
    "－1+1",
    "＠SUM(1)",
)
# A text, and the text that stands in the file.
INSIDE = {
    "Shirt;=1+1": "Shirt;'=1+1",
    "Shirt\t=1+1": "Shirt\t'=1+1",
    "Shirt;+1": "Shirt;'+1",
    "Shirt;-1": "Shirt;'-1",
    "Shirt;@SUM(1)": "Shirt;'@SUM(1)",
    "Shirt;＝1+1": "Shirt;'＝1+1",
    "Shirt\t＠SUM(1)": "Shirt\t'＠SUM(1)",
    "Shirt; =1+1": "Shirt;' =1+1",
    'Shirt;"=1+1': "Shirt;'\"=1+1",
    "Shirt;\t=1+1": "Shirt;'\t'=1+1",
    "Shirt;\r1": "Shirt;'\r1",
    "Shirt\n=1+1;": "Shirt\n'=1+1;",
    "Shirt\r\n-1;": "Shirt\r\n'-1;",
    "=1;=2;=3": "'=1;'=2;'=3",
    "\t=1+1": "'\t'=1+1",
}
HARMLESS = ("a;b", "a\tb", "a = b", "SKU-1", "a@b.example", "1+1", "a\n\nb", "a;b=c", "x,=1", "'")


def row(csv_format: CsvFormat, *cells: tuple[CellKind, Any]) -> str:
    kinds, texts = zip(*cells, strict=True)
    return write_row(csv_format, make_cells(*kinds), texts) + csv_format.row_end


def cells_of(csv_format: CsvFormat, text: str) -> list[str]:
    """Read the text's row back, between two others."""
    plain = (CellKind.TEXT, "plain")
    written = row(csv_format, plain, (CellKind.TEXT, text), plain)
    (cells,) = csv.reader(io.StringIO(written, newline=""), strict=True)
    return cells


@pytest.mark.parametrize("text", INJECTIONS)
def test_text_that_a_spreadsheet_would_run_is_disarmed(text: str) -> None:
    assert cells_of(SAFE, text) == ["plain", "'" + text, "plain"]
    assert write_row(SAFE, make_cells(CellKind.TEXT), [text]).startswith(("'", "\"'"))


@pytest.mark.parametrize("text", INSIDE)
def test_a_cell_that_a_list_separator_begins_inside_a_text_is_disarmed(text: str) -> None:
    assert cells_of(SAFE, text) == ["plain", INSIDE[text], "plain"]


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_text_stays_as_it_is(text: str) -> None:
    assert cells_of(SAFE, text) == ["plain", text, "plain"]


@pytest.mark.parametrize("text", [*INJECTIONS, *INSIDE, *HARMLESS])
def test_raw_writes_text_as_it_is(text: str) -> None:
    assert cells_of(RAW, text) == ["plain", text, "plain"]


@pytest.mark.parametrize("separator", ",;\t")
@given(text=st.text(st.sampled_from("=+-@＝＋－＠ \xa0;,\t\r\n\"'a1"), max_size=12))
def test_no_cell_is_a_formula_whatever_the_separator(separator: str, text: str) -> None:
    written = row(SAFE, (CellKind.BARE, "1"), (CellKind.TEXT, text), (CellKind.TEXT, text))
    opened = csv.reader(io.StringIO(written, newline=""), delimiter=separator)
    starts = {cell.lstrip(" \xa0")[:1] for cells in opened for cell in cells}
    assert starts.isdisjoint("=+-@＝＋－＠")


def test_headers_are_disarmed_too() -> None:
    assert SAFE.head(["=1", "a;=1", "plain"]) == b"'=1,a;'=1,plain\r\n"
    assert RAW.head(["=1", "a;=1", "plain"]) == b"=1,a;=1,plain\r\n"


@pytest.mark.parametrize(
    ("text", "written"),
    [("-5", "-5"), ("+5 kg", "+5 kg"), ("-0.5", "-0.5"), ("=5", "'=5"), ("-5;-5", "-5;'-5")],
)
def test_a_sign_at_the_start_of_a_typed_value_is_a_sign(text: str, written: str) -> None:
    assert write_row(SAFE, make_cells(CellKind.VALUE), [text]) == written


def test_numbers_and_ids_are_never_touched() -> None:
    assert (
        row(SAFE, (CellKind.NUMBER, "-3"), (CellKind.NUMBER, ""), (CellKind.BARE, "-1.50"))
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
