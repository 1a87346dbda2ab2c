"""Workbooks in readers that are simpler than openpyxl: their cells equal those of the CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from openpyxl.utils.escape import unescape
from python_calamine import CalamineWorkbook
from xlsx2csv import Xlsx2csv

from chalicelib.domain.request import Formulas
from chalicelib.formats.registry import FileType
from tests.factories import Service, fill, make_product, make_service, make_variant

NAMES = ["plain", "", "=1+1", "a;b", "ü€😀", "_x0041_", "<&>\"'", "a\nb", " lead", "007", "TRUE"]
ASKED: dict[str, Any] = {
    "parameters": {"fields": ["NAME", "DESCRIPTION", "VARIANT_SKU"]},
    "formulas": Formulas.RAW,
}
Cells = list[list[str]]


def read_openpyxl(content: bytes) -> Cells:
    sheet = openpyxl.load_workbook(io.BytesIO(content), read_only=True).active
    assert sheet.max_column == 4
    rows = [[unescape(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert sheet.max_row == len(rows)
    return rows


def read_calamine(content: bytes) -> Cells:
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    return [[str(cell) for cell in row] for row in sheet.to_python()]


def read_xlsx2csv(content: bytes) -> Cells:
    written = io.StringIO(newline="")
    Xlsx2csv(io.BytesIO(content)).convert(written)
    rows = csv.reader(io.StringIO(written.getvalue(), newline=""))
    return [[unescape(cell) for cell in row] for row in rows]


def make_exports(segment_records: int) -> Service:
    """A service whose products have every name, none to two variants, and an empty description."""
    service = make_service(settings={"segment_records": segment_records})
    for number in range(1, 601):
        variants = [make_variant(number * 10 + n, sku=f"S{n}") for n in range(number % 3)]
        name = NAMES[number % len(NAMES)]
        fill(service.source, "products", make_product(number, name=name, variants=variants))
    return service


@pytest.mark.parametrize("segment_records", [500, 1_000])
@pytest.mark.parametrize("read", [read_openpyxl, read_calamine, read_xlsx2csv])
def test_a_simple_reader_reads_the_cells_of_the_csv(
    read: Callable[[bytes], Cells], segment_records: int
) -> None:
    service = make_exports(segment_records)
    jobs = [service.request(**ASKED, file_type=one) for one in (FileType.CSV, FileType.XLSX)]
    service.work()
    as_csv, as_xlsx = map(service.file_of, jobs)
    assert read(as_xlsx) == list(csv.reader(io.StringIO(as_csv.decode(), newline=""), strict=True))
