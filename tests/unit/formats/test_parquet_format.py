"""Parquet, read by pyarrow and by DuckDB."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import duckdb
import pyarrow.parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.request import Formulas
from chalicelib.errors import ExportFailed
from chalicelib.formats.cells import CellKind, CellSpec, CellType
from chalicelib.formats.checksum import Checksum
from chalicelib.formats.parquet_format import MAX_ROWS_PER_GROUP, ParquetFormat
from chalicelib.formats.row_format import PackedSegment
from tests.factories import fill, make_product, make_service, make_variant

NAMES = ["plain", "", "=1+1", "a;b", "ü€😀", "\x1f", "\x1a\x1f\x1aE", "a\nb", " lead", "\x00"]
ASKED: dict[str, Any] = {
    "parameters": {"fields": ["NAME", "DESCRIPTION", "VARIANT_SKU"]},
    "formulas": Formulas.RAW,
}
TYPES = (
    (CellKind.TEXT, CellType.TEXT),
    (CellKind.NUMBER, CellType.NUMBER),
    (CellKind.BARE, CellType.NUMBER),
    (CellKind.BARE, CellType.FLOAT),
    (CellKind.BARE, CellType.MONEY),
    (CellKind.BARE, CellType.BOOLEAN),
    (CellKind.BARE, CellType.DATE),
    (CellKind.BARE, CellType.DATE_TIME),
)
FULL = (
    "x", "-3", "7", "4.25", "-1234567.500", "True", "2026-02-28", "2026-02-28T01:00:00.25+01:00",
)  # fmt: skip
READ = [
    "x", -3, 7, 4.25, Decimal("-1234567.500"), True, date(2026, 2, 28),
    datetime(2026, 2, 28, 0, 0, 0, 250_000, UTC),
]  # fmt: skip
EMPTY = ("",) * len(TYPES)
Table = list[list[Any]]


def read_pyarrow(content: bytes) -> Table:
    table = pyarrow.parquet.read_table(io.BytesIO(content))
    return [list(row.values()) for row in table.to_pylist()]


def read_duckdb(content: bytes) -> Table:
    with NamedTemporaryFile(suffix=".parquet") as file:
        Path(file.name).write_bytes(content)
        connection = duckdb.connect()
        connection.execute("SET TimeZone = 'UTC'")
        return [list(row) for row in connection.execute(f"SELECT * FROM '{file.name}'").fetchall()]


READERS = pytest.mark.parametrize("read", [read_pyarrow, read_duckdb])


def make_file(
    rows: Sequence[tuple[Any, ...]], *kinds: tuple[CellKind, CellType], segments: int = 1
) -> bytes:
    """A file of these rows, joined from so many segments as the store does it."""
    cells = [CellSpec(place, f"column {place}", *kind) for place, kind in enumerate(kinds)]
    headers = [cell.header for cell in cells]
    row_format = ParquetFormat(cells)
    written = row_format.writer(cells)(list(zip(*rows, strict=True))) if rows else []
    lines = [(row + row_format.row_end).encode() for row in written]
    chunks = [b"".join(lines[n : n + 1_000]) for n in range(0, len(lines), 1_000)]
    if segments == 1:
        return b"".join(row_format.finish(headers, chunks))
    size = len(chunks) // segments + 1
    packed = [b"".join(row_format.pack(chunks[n * size : (n + 1) * size])) for n in range(segments)]
    return (
        row_format.head(headers)
        + b"".join(packed)
        + row_format.tail(headers, [make_segment(one) for one in packed])
    )


def make_segment(packed: bytes) -> PackedSegment:
    return PackedSegment(Checksum(), len(packed), lambda size: packed[-size:])


@READERS
@pytest.mark.parametrize("segment_records", [500, 1_000])
def test_two_readers_read_the_cells_of_the_csv(
    read: Callable[[bytes], Table], segment_records: int
) -> None:
    service = make_service(settings={"segment_records": segment_records})
    for number in range(1, 601):
        variants = [make_variant(number * 10 + n, sku=f"S{n}") for n in range(number % 3)]
        name = NAMES[number % len(NAMES)]
        fill(service.source, "products", make_product(number, name=name, variants=variants))
    jobs = [service.request(**ASKED, file_type=one) for one in ("CSV", "PARQUET")]
    service.work()
    as_csv, as_parquet = map(service.file_of, jobs)
    cells = csv.reader(io.StringIO(as_csv.decode(), newline=""), strict=True)
    assert read(as_parquet) == list(cells)[1:]


@READERS
@pytest.mark.parametrize("segments", [1, 3])
@pytest.mark.parametrize("count", [0, 1, 1_500])
def test_cells_have_the_types_of_their_columns_and_absent_ones_are_null(
    read: Callable[[bytes], Table], count: int, segments: int
) -> None:
    rows = [FULL, EMPTY, FULL] * count
    nulls = ["", *[None] * (len(TYPES) - 1)]
    assert read(make_file(rows, *TYPES, segments=segments)) == [READ, nulls, READ] * count


@READERS
@pytest.mark.parametrize("cell", ["", "True"])
def test_a_column_may_be_all_there_or_all_absent(read: Callable[[bytes], Table], cell: str) -> None:
    content = make_file([(cell,)] * 10, (CellKind.BARE, CellType.BOOLEAN))
    assert read(content) == [[True if cell else None]] * 10


@settings(max_examples=50, deadline=None)
@given(st.lists(st.lists(st.text(), min_size=3, max_size=3), max_size=20))
def test_any_text_survives(rows: Table) -> None:
    content = make_file([tuple(row) for row in rows], *[TYPES[0]] * 3)
    assert read_pyarrow(content) == rows


@READERS
@pytest.mark.parametrize("distinct", [1, 200, 300, 3_000, 70_000])
def test_any_number_of_distinct_values_is_read_back(
    read: Callable[[bytes], Table], distinct: int
) -> None:
    numbers = [n % distinct for n in range(70_000)]
    content = make_file([(f"value {n}", str(n)) for n in numbers], TYPES[0], TYPES[1])
    assert read(content) == [[f"value {n}", n] for n in numbers]


def test_a_dictionary_keeps_no_value_of_the_page_that_ends_it() -> None:
    rows = [(f"value {n if n >= 2_000 else n % 10}",) for n in range(4_000)]
    content = make_file(rows, TYPES[0])
    column = pyarrow.parquet.ParquetFile(io.BytesIO(content)).metadata.row_group(0).column(0)
    assert column.data_page_offset - column.dictionary_page_offset < 100
    assert read_pyarrow(content) == [list(row) for row in rows]


def test_a_large_file_has_several_row_groups() -> None:
    content = make_file([("same",)] * (MAX_ROWS_PER_GROUP + 2_000), TYPES[0])
    metadata = pyarrow.parquet.ParquetFile(io.BytesIO(content)).metadata
    assert (metadata.num_row_groups, metadata.num_rows) == (2, MAX_ROWS_PER_GROUP + 2_000)


def test_dictionaries_of_many_columns_end_a_row_group_before_they_fill_memory() -> None:
    rows = [(str(n // 2),) * 20 for n in range(16_000)]
    content = make_file(rows, *[TYPES[1]] * 20)
    metadata = pyarrow.parquet.ParquetFile(io.BytesIO(content)).metadata
    assert (metadata.num_row_groups, metadata.num_rows) == (3, 16_000)


def test_types_and_headers_are_those_of_the_columns() -> None:
    schema = pyarrow.parquet.read_schema(io.BytesIO(make_file([FULL], *TYPES)))
    assert {name: str(schema.field(name).type) for name in schema.names} == {
        "column 0": "string",
        "column 1": "int64",
        "column 2": "int64",
        "column 3": "double",
        "column 4": "decimal128(18, 3)",
        "column 5": "bool",
        "column 6": "date32[day]",
        "column 7": "timestamp[us, tz=UTC]",
    }


@pytest.mark.parametrize("value", ["99999999999999999999.000", "many"])
def test_a_value_that_does_not_fit_fails_with_a_sentence(value: str) -> None:
    with pytest.raises(ExportFailed, match=r"does not fit into a Parquet file: .*\. Export as CSV"):
        make_file([(value,)], (CellKind.BARE, CellType.MONEY))


@pytest.mark.parametrize("end", [b"", b"\x00" * 20])
def test_a_segment_with_a_damaged_list_of_row_groups_is_not_joined(end: bytes) -> None:
    with pytest.raises(ExportFailed, match="damaged"):
        ParquetFormat().tail([], [PackedSegment(Checksum(), 20, lambda size: end)])
