from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from chalicelib.errors import ExportFailed
from chalicelib.formats import xlsx_workbook
from chalicelib.formats.cells import CellKind
from chalicelib.formats.row_format import Extent
from chalicelib.formats.xlsx_cells import column_name
from chalicelib.formats.xlsx_format import XlsxFormat
from chalicelib.formats.xlsx_text import CUT_MARK, MAX_CHARACTERS_PER_CELL
from chalicelib.formats.xlsx_workbook import write_workbook
from tests.factories import make_cells
from tests.written_rows import write_row

FORMAT = XlsxFormat()


def make_row(*cells: Any) -> bytes:
    kinds = [
        CellKind.NUMBER if isinstance(cell, int) or cell is None else CellKind.TEXT
        for cell in cells
    ]
    written = write_row(
        FORMAT, make_cells(*kinds), ["" if cell is None else str(cell) for cell in cells]
    )
    return f"{FORMAT.row_start}{written}{FORMAT.row_end}".encode("utf-8", "replace")


def make_file(rows: Iterable[bytes], **given: Any) -> bytes:
    content = b"".join(write_workbook(FORMAT.head(("a", "b")), rows, columns=2, **given))
    assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None
    return content


def make_workbook(rows: Iterable[bytes], **given: Any) -> Any:
    return openpyxl.load_workbook(io.BytesIO(make_file(rows, **given)))


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


def make_rows(count: int) -> list[bytes]:
    return [make_row(str(number), number) for number in range(count)]


def known(rows: list[bytes]) -> dict[str, Any]:
    """The extent, as an assembly knows it; nothing is known of a file of one segment."""
    return {"extent": Extent(len(rows), sum(map(len, rows)))}


def xml_of(content: bytes, sheet: int = 1) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(f"xl/worksheets/sheet{sheet}.xml").decode()


@pytest.mark.parametrize("extent", [lambda rows: {}, known])
def test_every_row_and_cell_has_its_reference(extent: Callable[[list[bytes]], Any]) -> None:
    rows = [make_row("x", 7), make_row("", None), make_row("a&b", 8)]
    xml = xml_of(make_file(rows, **extent(rows)))
    assert re.findall(r'<row r="(\d+)">', xml) == ["1", "2", "3", "4"]
    assert re.findall(r'<c r="(\w+)"', xml) == ["A1", "B1", "A2", "B2", "A3", "B3", "A4", "B4"]
    assert '<dimension ref="A1:B4"/>' in xml


@pytest.mark.parametrize("extent", [lambda rows: {}, known])
@pytest.mark.parametrize(("count", "sheets"), [(0, 1), (2, 1), (3, 1), (4, 2), (6, 2), (7, 3)])
def test_a_sheet_is_begun_only_when_a_row_needs_it(
    count: int, sheets: int, extent: Callable[[list[bytes]], Any]
) -> None:
    rows = make_rows(count)
    book = make_workbook(rows, rows_per_sheet=4, **extent(rows))
    assert len(book.sheetnames) == sheets
    assert [number for sheet in book for _, number in cells_of(sheet)[1:]] == list(range(count))


@pytest.mark.parametrize("size", [1, 7, 50, 1_000])
@pytest.mark.parametrize("extent", [lambda rows: {}, known])
def test_rows_that_do_not_fit_continue_on_a_second_sheet_wherever_chunks_are_cut(
    size: int, extent: Callable[[list[bytes]], Any]
) -> None:
    rows = make_rows(10)
    joined = b"".join(rows)
    chunks = [joined[start : start + size] for start in range(0, len(joined), size)]
    content = make_file(chunks, rows_per_sheet=4, **extent(rows))
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["Export", "Export 2", "Export 3", "Export 4"]
    assert [cells_of(sheet)[0] for sheet in book] == [("a", "b")] * 4
    assert [number for sheet in book for _, number in cells_of(sheet)[1:]] == list(range(10))
    assert [sheet.calculate_dimension() for sheet in book] == ["A1:B4"] * 3 + ["A1:B2"]
    assert '<row r="2"><c r="A2"' in xml_of(content, sheet=3)


class Listed:
    """Rows as a segment that is rendered has them."""

    def __init__(self, rows: list[bytes]) -> None:
        self._rows = rows

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._rows)

    def lists(self) -> Iterator[list[bytes]]:
        yield from (self._rows[:2], [], self._rows[2:])


def test_sheets_are_the_same_whether_rows_come_in_chunks_or_one_by_one() -> None:
    rows = [make_row(text, number) for number, text in enumerate("abcdefg")]
    of_chunks, of_rows = (
        zipfile.ZipFile(io.BytesIO(make_file(given, rows_per_sheet=4)))
        for given in ([b"".join(rows)], Listed(rows))
    )
    assert of_chunks.namelist() == of_rows.namelist()
    assert [of_chunks.read(one) for one in of_chunks.namelist()] == [
        of_rows.read(one) for one in of_rows.namelist()
    ]


@pytest.mark.parametrize("promised", [9, 11])
def test_a_workbook_with_other_rows_than_promised_is_not_finished(promised: int) -> None:
    with pytest.raises(ExportFailed, match="do not add up"):
        make_file(make_rows(10), extent=Extent(promised, 1_000))


def test_a_spool_that_is_too_large_for_memory_gives_the_same_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    small = make_file(make_rows(1_000))
    monkeypatch.setattr(xlsx_workbook, "MAX_SPOOL_BYTES", 100)
    assert make_file(make_rows(1_000)) == small


def test_a_workbook_without_rows_has_its_header() -> None:
    assert cells_of(make_workbook([]).active) == [("a", "b")]


@pytest.mark.parametrize(("place", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (16_383, "XFD")])
def test_columns_are_named_by_letters(place: int, name: str) -> None:
    assert column_name(place) == name


def test_programs_that_look_at_the_first_entry_recognize_a_workbook() -> None:
    with zipfile.ZipFile(io.BytesIO(make_file([]))) as archive:
        assert archive.namelist()[0] == "[Content_Types].xml"
