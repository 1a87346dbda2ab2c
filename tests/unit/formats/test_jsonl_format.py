"""JSON Lines, read by Python's json and by DuckDB: their values equal the cells of the CSV."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.request import Compression, Formulas
from chalicelib.formats.cells import CellKind, CellSpec, CellType
from chalicelib.formats.jsonl_format import JsonlFormat
from tests.factories import Service, fill, make_product, make_service, make_variant
from tests.written_rows import write_row

NAMES = ["plain", "", "=1+1", "a;b", "ü€😀", "\\u0041", '"', "a\nb", " lead", "007", "\x00\x1f\x7f"]
ASKED: dict[str, Any] = {
    "parameters": {"fields": ["NAME", "DESCRIPTION", "VARIANT_SKU"]},
    "formulas": Formulas.RAW,
}
Rows = list[list[str]]


def row(*cells: tuple[CellKind, CellType, Any], header: str = "column") -> dict[str, Any]:
    specs = [CellSpec(n, f"{header} {n}", *cell[:2]) for n, cell in enumerate(cells)]
    written = write_row(JsonlFormat(), specs, [cell[2] for cell in cells])
    read: dict[str, Any] = json.loads("{" + written + "}")
    return read


def values(*cells: tuple[CellKind, CellType, Any], header: str = "column") -> list[Any]:
    return list(row(*cells, header=header).values())


@given(st.lists(st.text(), min_size=1, max_size=8), st.text())
def test_any_text_and_any_header_survives(texts: list[str], header: str) -> None:
    cells = [(CellKind.TEXT, CellType.TEXT, text) for text in texts]
    assert row(*cells, header=header) == {f"{header} {n}": text for n, text in enumerate(texts)}


@given(st.lists(st.text(st.sampled_from('",\\[]\n\0é') | st.characters()), min_size=1))
def test_the_texts_of_a_column_do_not_run_into_each_other(texts: list[str]) -> None:
    written = JsonlFormat().writer([CellSpec(0, "name", CellKind.TEXT)])([texts])
    assert [json.loads(f"{{{one}}}") for one in written] == [{"name": text} for text in texts]


@pytest.mark.parametrize("text", ["plain", 'of "many"'])
@pytest.mark.parametrize("header", ["column", 'a":,b'])
def test_numbers_amounts_and_booleans_are_values(text: str, header: str) -> None:
    assert values(
        (CellKind.TEXT, CellType.TEXT, text),
        (CellKind.NUMBER, CellType.NUMBER, "-3"),
        (CellKind.BARE, CellType.FLOAT, "4.25"),
        (CellKind.BARE, CellType.MONEY, "10.500"),
        (CellKind.BARE, CellType.BOOLEAN, "True"),
        (CellKind.BARE, CellType.DATE_TIME, "2026-01-01T00:00:00+00:00"),
        header=header,
    ) == [text, -3, 4.25, 10.5, True, "2026-01-01T00:00:00+00:00"]


@pytest.mark.parametrize("text", ["plain", 'of "many"'])
def test_an_absent_value_is_null_wherever_it_stands(text: str) -> None:
    absent = [
        (CellKind.NUMBER, CellType.NUMBER, ""),
        (CellKind.BARE, CellType.FLOAT, ""),
        (CellKind.BARE, CellType.MONEY, ""),
        (CellKind.BARE, CellType.BOOLEAN, ""),
    ]
    assert values(*absent, (CellKind.TEXT, CellType.TEXT, text), *absent) == [
        None, None, None, None, text, None, None, None, None,
    ]  # fmt: skip


def test_a_number_of_any_size_survives_beside_a_text() -> None:
    number = (CellKind.NUMBER, CellType.NUMBER, str(10**30))
    assert values((CellKind.TEXT, CellType.TEXT, "plain"), number) == ["plain", 10**30]


def test_half_of_a_surrogate_pair_is_left_to_the_encoding_of_the_row() -> None:
    cells = [(CellKind.TEXT, CellType.TEXT, "a\ud800"), (CellKind.NUMBER, CellType.NUMBER, "")]
    assert values(*cells) == ["a\ud800", None]


@pytest.mark.parametrize("text", ["12 kg", "1, 2", "007", ""])
def test_a_cell_that_people_fill_is_a_string_whatever_its_type(text: str) -> None:
    assert values((CellKind.VALUE, CellType.NUMBER, text)) == [text]


def make_exports(segment_records: int) -> Service:
    """A service whose products have every name, none to two variants, and an empty description."""
    service = make_service(settings={"segment_records": segment_records})
    for number in range(1, 601):
        variants = [make_variant(number * 10 + n, sku=f"S{n}") for n in range(number % 3)]
        name = NAMES[number % len(NAMES)]
        fill(service.source, "products", make_product(number, name=name, variants=variants))
    return service


def read_json(path: Path) -> Rows:
    return [list(json.loads(line).values()) for line in path.read_bytes().split(b"\n") if line]


def read_duckdb(path: Path) -> Rows:
    read = duckdb.execute(f"SELECT * FROM read_json('{path}', format='newline_delimited')")
    return [list(one) for one in read.fetchall()]


@pytest.mark.parametrize("segment_records", [500, 1_000])
@pytest.mark.parametrize("compression", Compression)
@pytest.mark.parametrize("read", [read_json, read_duckdb])
def test_two_readers_read_the_cells_of_the_csv(
    read: Callable[[Path], Rows], compression: Compression, segment_records: int, tmp_path: Path
) -> None:
    service = make_exports(segment_records)
    as_csv = service.request(**ASKED)
    job = service.request(**ASKED, file_type="JSONL", compression=compression)
    service.work()
    content = service.file_of(job)
    zipped = compression is Compression.GZIP
    (tmp_path / "a.jsonl").write_bytes(gzip.decompress(content) if zipped else content)
    cells = csv.reader(io.StringIO(service.file_of(as_csv).decode(), newline=""), strict=True)
    assert read(tmp_path / "a.jsonl") == list(cells)[1:]


def test_keys_are_the_headers_and_a_repeated_header_has_a_number() -> None:
    service = make_service(products=1)
    job = service.request(parameters={"fields": ["NAME", "NAME"]}, file_type="JSONL")
    service.work()
    assert list(json.loads(service.file_of(job))) == ["id", "name", "name 2"]
