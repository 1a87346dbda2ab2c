"""Measure parts of the path alone: the XLSX writer beside openpyxl, and processor time by part."""

from __future__ import annotations

import hashlib
import io
import time
from collections.abc import Callable, Iterator
from itertools import islice
from statistics import median
from typing import Any, Final

import openpyxl

from benchmarks.measures import Case
from benchmarks.shop import SHOP, Catalog, lean_pages, make_catalog, make_request
from chalicelib.adapters.document_codec import decode_document
from chalicelib.adapters.lean_dynamodb import PAGE_DECODER
from chalicelib.catalog.dictionaries import Dictionaries
from chalicelib.exports.product_columns import product_columns
from chalicelib.formats.cells import CellKind, CellSpec
from chalicelib.formats.csv_format import CsvFormat
from chalicelib.formats.registry import FileType
from chalicelib.formats.xlsx_format import XlsxFormat
from chalicelib.rendering.row_compiler import compile_rows

COLUMNS: Final = 15
SHEET_ROWS: Final = 50_000
CHUNK_ROWS: Final = 1_000
Row = tuple[Any, ...]


def seconds_of(work: Callable[[], object]) -> float:
    """Return the processor seconds of this process."""
    began = time.process_time()
    work()
    return time.process_time() - began


def make_rows(count: int) -> Iterator[Row]:
    """Yield rows of twelve texts and three numbers."""
    for number in range(count):
        yield (
            *(f"text {number + place}" for place in range(COLUMNS - 3)),
            number,
            number * 7,
            number % 10,
        )


def write_ours(count: int) -> int:
    """Write a workbook with our writer and return its size in bytes."""
    row_format = XlsxFormat()
    headers = [f"column {place}" for place in range(COLUMNS)]
    kinds = [CellKind.TEXT] * (COLUMNS - 3) + [CellKind.NUMBER] * 3
    write = row_format.writer(
        [CellSpec(n, *one) for n, one in enumerate(zip(headers, kinds, strict=True))]
    )
    start, end = row_format.row_start, row_format.row_end

    def chunks() -> Iterator[bytes]:
        rows = make_rows(count)
        while some := list(islice(rows, CHUNK_ROWS)):
            yield "".join([start + write(row) + end for row in some]).encode()

    return sum(map(len, row_format.finish(headers, chunks())))


def write_openpyxl(count: int) -> int:
    """Write the same workbook with openpyxl in its write-only mode."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Export")
    sheet.append([f"column {place}" for place in range(COLUMNS)])
    for row in make_rows(count):
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.tell()


def xlsx_facts(runs: int = 5, many: int = 1_100_000) -> dict[str, str]:
    """Compare openpyxl's processor time with ours, and the time per row of a large workbook."""
    ours, theirs = [], []
    for _ in range(runs):
        ours.append(seconds_of(lambda: write_ours(SHEET_ROWS)))
        theirs.append(seconds_of(lambda: write_openpyxl(SHEET_ROWS)))
    few, long = median(ours), seconds_of(lambda: write_ours(many))
    return {
        f"XLSX writer alone, {SHEET_ROWS:,} rows of {COLUMNS} columns, against openpyxl's": (
            f"{median(theirs) / few:.1f} × "
            f"({few:.2f} s against {median(theirs):.2f} s, medians of {runs})"
        ),
        f"the same, {many:,} rows (two sheets)": (
            f"{long:.1f} s: a row takes {long / many / (few / SHEET_ROWS):.2f} times "
            "what it takes above"
        ),
    }


class _Recorded:
    """A catalogue that holds dictionaries only."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def find_dictionary(self, shop: str, kind: str) -> tuple[dict[str, Any], ...]:
        return tuple(self._catalog.dictionaries[kind])


def cpu_split(case: Case, runs: int = 5) -> dict[str, float]:
    """Return the processor time of a CSV export by part, in microseconds per product."""
    catalog = make_catalog(1_000)
    request = make_request(catalog, case.columns, FileType.CSV)
    pages = lean_pages(catalog)
    stored = [
        item.document.B
        for page in pages
        for item in PAGE_DECODER.decode(page).Items
        if item.document
    ]
    documents = [decode_document(one) for one in stored]
    dictionaries = Dictionaries(_Recorded(catalog), SHOP)  # type: ignore[arg-type]
    rows_of = compile_rows(
        product_columns(request, dictionaries), CsvFormat(request.formulas), "variants"
    )
    file = b"".join(row for one in documents for row in rows_of(one))
    work: dict[str, Callable[[], object]] = {
        "pages: JSON and base64": lambda: [PAGE_DECODER.decode(page) for page in pages],
        "inflating": lambda: [decode_document(one) for one in stored],
        "decoding and rows": lambda: [rows_of(one) for one in documents],
        "SHA-256": lambda: hashlib.sha256(file).digest(),
    }
    split = {name: _micros(one, len(stored), runs) for name, one in work.items()}
    total = case.ours["cpu_seconds"] * 1e6 / case.products
    return {**split, "transport, upload and the rest": max(0.0, total - sum(split.values()))}


def _micros(work: Callable[[], object], products: int, runs: int) -> float:
    return median(seconds_of(work) for _ in range(runs)) * 1e6 / products
