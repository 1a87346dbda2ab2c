"""Measure the XLSX writer alone, beside openpyxl."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator
from itertools import islice
from statistics import median
from typing import Any, Final

import openpyxl

from chalicelib.formats.cells import CellKind, CellSpec
from chalicelib.formats.xlsx_format import XlsxFormat

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
            written = write(list(zip(*some, strict=True)))
            yield "".join([start + row + end for row in written]).encode()

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


def xlsx_ratio(rows: int = 10_000) -> float:
    """Return openpyxl's processor time as a multiple of ours."""
    return seconds_of(lambda: write_openpyxl(rows)) / seconds_of(lambda: write_ours(rows))


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
