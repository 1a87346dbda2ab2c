"""Rows that are written together, column by column."""

from __future__ import annotations

import pytest

from chalicelib.domain.request import Formulas
from chalicelib.formats.cells import CellKind, CellSpec, CellType
from chalicelib.formats.csv_format import CsvFormat
from chalicelib.formats.jsonl_format import JsonlFormat
from chalicelib.formats.parquet_format import ParquetFormat
from chalicelib.formats.row_format import RowFormat
from chalicelib.formats.xlsx_format import XlsxFormat
from chalicelib.formats.xlsx_people import PeopleXlsxFormat
from tests.written_rows import write_row

FORMATS: list[RowFormat] = [
    CsvFormat(Formulas.ESCAPE), CsvFormat(Formulas.RAW), JsonlFormat(), ParquetFormat(),
    XlsxFormat(), PeopleXlsxFormat(),
]  # fmt: skip
SPECS = [
    CellSpec(0, "name", CellKind.TEXT),
    CellSpec(1, "size", CellKind.VALUE),
    CellSpec(2, "stock", CellKind.NUMBER, CellType.NUMBER),
]
TEXTS = [
    "plain", "", "=1", "-1", "a;=1", "a,b", 'a"b', "a\nb", "\ta", " a", "a<b", "\\", "\x00", "\x1a",
    "\x1f", "ü", "😀", "\ud800", "a" * 40_000,
]  # fmt: skip


@pytest.mark.parametrize("row_format", FORMATS, ids=lambda one: type(one).__name__)
@pytest.mark.parametrize("odd", TEXTS)
def test_a_row_is_the_same_whatever_rows_are_written_with_it(
    row_format: RowFormat, odd: str
) -> None:
    rows = [("a", "b", "1"), (odd, "c", ""), ("d", odd, "-7")]
    together = row_format.writer(SPECS)(list(zip(*rows, strict=True)))
    assert list(together) == [write_row(row_format, SPECS, row) for row in rows]
