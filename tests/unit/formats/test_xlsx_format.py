from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from chalicelib.formats.cells import CellKind
from chalicelib.formats.xlsx_format import (
    CUT_MARK,
    MAX_CHARACTERS_PER_CELL,
    XlsxFormat,
)
from chalicelib.formats.xlsx_workbook import write_workbook
from tests.factories import make_cells

FORMAT = XlsxFormat()


def make_row(*cells: Any) -> bytes:
    kinds = [
        CellKind.NUMBER if isinstance(cell, int) or cell is None else CellKind.TEXT
        for cell in cells
    ]
    written = FORMAT.writer(make_cells(*kinds))(
        tuple("" if cell is None else cell for cell in cells)
    )
    return f"{FORMAT.row_start}{written}{FORMAT.row_end}".encode("utf-8", "replace")


def make_workbook(rows: Iterable[bytes], **given: Any) -> Any:
    content = b"".join(write_workbook(FORMAT.head(("a", "b")), rows, **given))
    assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None
    return openpyxl.load_workbook(io.BytesIO(content))


def cells_of(sheet: Any) -> list[tuple[Any, ...]]:
    return list(sheet.iter_rows(values_only=True))


def test_texts_are_texts_and_numbers_are_numbers() -> None:
    sheet = make_workbook([make_row("007", 7), make_row("=1+1", None), make_row("", -3)]).active
    assert cells_of(sheet) == [("a", "b"), ("007", 7), ("=1+1", None), (None, -3)]
    assert [sheet["A2"].data_type, sheet["B2"].data_type, sheet["A3"].data_type] == ["s", "n", "s"]


def test_the_header_stays_in_sight_in_bold_type_and_nothing_else_is() -> None:
    sheet = make_workbook([make_row("x", 7)]).active
    assert sheet.freeze_panes == "A2"
    assert [[cell.font.b for cell in row] for row in sheet.iter_rows()] == [
        [True, True],
        [False, False],
    ]


@pytest.mark.parametrize("text", ["=SUM(A1)", "+1", "-1", "@x"])
def test_no_cell_is_ever_a_formula(text: str) -> None:
    assert make_workbook([make_row(text, 1)]).active["A2"].data_type != "f"


@settings(max_examples=60)
@given(st.lists(st.tuples(st.text(max_size=40), st.integers(-(2**40), 2**40)), max_size=5))
def test_any_text_and_number_survives(rows: list[tuple[str, int]]) -> None:
    sheet = make_workbook([make_row(*row) for row in rows]).active
    read = [(unescape(text or ""), number) for text, number in cells_of(sheet)[1:]]
    assert read == rows


def test_a_lone_surrogate_does_not_break_the_file() -> None:
    sheet = make_workbook([make_row("a\ud800b", 1)]).active
    assert "b" in sheet["A2"].value


def test_a_text_that_does_not_fit_is_cut_and_says_so() -> None:
    value = make_workbook([make_row("x" * 40_000, 1)]).active["A2"].value
    assert len(value) == MAX_CHARACTERS_PER_CELL
    assert value.endswith(CUT_MARK)


@pytest.mark.parametrize(
    ("text", "cut"), [("x" * 32_767, False), ("😀" * 16_383, False), ("a" + "😀" * 16_384, True)]
)
def test_characters_are_counted_as_spreadsheets_count_them(text: str, cut: bool) -> None:
    value = make_workbook([make_row(text, 1)]).active["A2"].value
    assert len(value.encode("utf-16-le")) <= 2 * MAX_CHARACTERS_PER_CELL
    assert (value != text, value.endswith(CUT_MARK)) == (cut, cut)


@pytest.mark.parametrize(
    "text",
    ["\x00", "a\x0bb", "\x1f", "\ufffe", "a\rb", "\r\n", "_x000D_", " lead", "tail\n", "\x7f\x85"],
)
def test_characters_that_xml_cannot_hold_come_back(text: str) -> None:
    assert unescape(make_workbook([make_row(text, 1)]).active["A2"].value) == text


@pytest.mark.parametrize(("rows", "sheets"), [(2, 1), (3, 1), (4, 2), (6, 2)])
def test_a_sheet_is_begun_only_when_a_row_needs_it(rows: int, sheets: int) -> None:
    assert (
        len(make_workbook([make_row(str(n), n) for n in range(rows)], rows_per_sheet=4).sheetnames)
        == sheets
    )


def test_rows_that_do_not_fit_go_on_in_a_second_sheet() -> None:
    chunks = [b"".join(make_row(str(n), n) for n in range(start, start + 5)) for start in (0, 5)]
    book = make_workbook(chunks, rows_per_sheet=4)
    assert book.sheetnames == ["Export", "Export 2", "Export 3", "Export 4"]
    assert [cells_of(sheet)[0] for sheet in book] == [("a", "b")] * 4
    assert [number for sheet in book for _, number in cells_of(sheet)[1:]] == list(range(10))


def test_a_workbook_without_rows_has_its_header() -> None:
    assert cells_of(make_workbook([]).active) == [("a", "b")]
