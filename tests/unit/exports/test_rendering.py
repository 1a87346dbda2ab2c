from __future__ import annotations

import csv
import io
import json
import uuid
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from chalicelib.domain.request import ExportRequest, FileType, Formulas
from chalicelib.exports.columns import Column, Level, compile_rows, headers_of
from chalicelib.exports.product_document import product_document
from chalicelib.exports.products import FIELDS, channel_columns, warehouse_column
from chalicelib.exports.rendering import Exporter, prepare
from chalicelib.formats.cells import CellKind
from chalicelib.formats.csv_format import CsvFormat
from tests.factories import fill, make_assigned, make_product, make_value, make_variant
from tests.fakes import START, FakeCatalogSource

TEXT = st.text(max_size=30)
AWKWARD = st.sampled_from(["", '"', "a,b", "=1+1", "\r\n", "ü€😀", "'", " ", "\x00", "_x0041_", "\t", "a\rb", "…"])
CELLS = st.one_of(TEXT, AWKWARD)
RECORDS = st.lists(st.fixed_dictionaries({"name": CELLS, "skus": st.lists(CELLS, max_size=3)}), max_size=6)
QUIET = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


def make_source(*records: dict[str, Any]) -> FakeCatalogSource:
    source = FakeCatalogSource()
    for number, record in enumerate(records, start=1):
        variants = [make_variant(number * 100 + n, sku=sku) for n, sku in enumerate(record["skus"])]
        fill(source, "products", make_product(number, name=record["name"], variants=variants))
    return source


def render(source: FakeCatalogSource, **given_: Any) -> bytes:
    request = ExportRequest(export_type="products", **{"formulas": Formulas.RAW, **given_})
    exporter = prepare(request, source, "default", START)
    pages = source.read_buckets("default", exporter.kind, source.find_buckets("default", exporter.kind))
    return b"".join(exporter.finish(exporter.render(pages)))


def expected_of(records: list[dict[str, Any]]) -> list[list[str]]:
    rows = [["name", "variant sku"]]
    for record in records:
        rows += [[record["name"], sku] for sku in record["skus"] or [""]]
    return rows


FIELDS_ASKED = {"parameters": {"fields": ["NAME", "VARIANT_SKU"]}}


@QUIET
@given(RECORDS)
def test_any_record_survives_in_csv(records: list[dict[str, Any]]) -> None:
    content = render(make_source(*records), **FIELDS_ASKED).decode()
    read = list(csv.reader(io.StringIO(content, newline=""), strict=True))
    assert [row[1:] for row in read] == expected_of(records)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(RECORDS.filter(bool))
def test_any_record_survives_in_a_strict_reader_that_is_not_pythons(
    tmp_path: Path, records: list[dict[str, Any]]
) -> None:
    # DuckDB refuses NUL, and takes an empty cell for NULL.
    records = json.loads(json.dumps(records).replace("\\u0000", ""))
    # DuckDB remembers files by their names.
    path = tmp_path / f"{uuid.uuid4()}.csv"
    path.write_bytes(render(make_source(*records), **FIELDS_ASKED))
    options = "header=true, auto_detect=false, quote='\"', escape='\"', delim=',', strict_mode=true"
    options += ", columns={'id': 'VARCHAR', 'name': 'VARCHAR', 'sku': 'VARCHAR'}"
    read = duckdb.sql(f"select * from read_csv('{path}', {options})").fetchall()
    assert [[cell or "" for cell in row[1:]] for row in read] == expected_of(records)[1:]


@QUIET
@given(RECORDS)
def test_any_record_survives_in_xlsx(records: list[dict[str, Any]]) -> None:
    content = render(make_source(*records), file_type=FileType.XLSX, **FIELDS_ASKED)
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    read = [[unescape(cell or "") for cell in row[1:]] for row in sheet.iter_rows(values_only=True)]
    assert read == expected_of(records)


@pytest.mark.parametrize("file_type", FileType)
def test_a_lone_surrogate_does_not_break_a_file(file_type: FileType) -> None:
    source = FakeCatalogSource()
    fill(source, "products", make_product(1, name="a\ud800b"))
    assert len(render(source, file_type=file_type, **FIELDS_ASKED)) > 0


COLUMNS = [*FIELDS.values(), warehouse_column("w"), *channel_columns("c")]


@QUIET
@given(st.lists(st.sampled_from(COLUMNS), min_size=1, max_size=12), st.integers(0, 4))
def test_every_row_has_a_cell_for_every_header_whatever_the_columns(columns: list[Any], variants: int) -> None:
    document = product_document(make_product(1, variants=[make_variant(n) for n in range(variants)]))
    rows = compile_rows(columns, CsvFormat(Formulas.RAW), "variants")(document)
    headers = headers_of(columns)
    read = list(csv.reader(io.StringIO("".join(rows), newline=""), strict=True))
    assert len(read) == max(variants, 1)
    # A row of one empty cell is a blank line, which a reader takes for no cells.
    assert all(len(row) == len(headers) or headers == row or len(headers) == 1 for row in read)


def test_a_product_with_a_thousand_variants_is_a_thousand_rows() -> None:
    variants = [make_variant(n) for n in range(1, 1_001)]
    source = FakeCatalogSource()
    fill(source, "products", make_product(1, variants=variants))
    assert render(source, **FIELDS_ASKED).count(b"\r\n") == 1_001


def test_two_hundred_attributes_and_fifty_channels_are_columns_in_order() -> None:
    source = FakeCatalogSource()
    attributes = [_attribute(n) for n in range(200)]
    channels = [_channel(n) for n in range(50)]
    fill(source, "attributes", *attributes)
    fill(source, "channels", *channels)
    assigned = [make_assigned(a["slug"], make_value(a["slug"].upper(), slug=a["slug"])) for a in attributes]
    fill(source, "products", make_product(1, attributes=assigned))
    chosen = {"attributes": [a["id"] for a in attributes], "channels": [c["id"] for c in channels]}
    headers, row = csv.reader(io.StringIO(render(source, parameters=chosen).decode(), newline=""))
    assert len(headers) == len(row) == 1 + 200 + 50 * 10
    assert headers[1:201] == sorted(headers[1:201])
    assert row[1:201] == sorted(a["slug"].upper() for a in attributes)


def _attribute(number: int) -> dict[str, Any]:
    edge = {"edges": [{"node": {}}]}
    made = {"id": f"A{number}", "name": f"A {number}", "slug": f"a-{number:03}", "inputType": "DROPDOWN"}
    return {**made, "entityType": None, "unit": None, "productTypes": edge, "productVariantTypes": {"edges": []}}


def _channel(number: int) -> dict[str, Any]:
    made = {"id": f"C{number}", "name": f"C {number}", "slug": f"c-{number:03}", "currencyCode": "EUR"}
    return {**made, "isActive": True, "warehouses": []}


def test_counts_and_checksum_are_those_of_the_bytes() -> None:
    import zlib

    source = make_source(*({"name": f"P{n}", "skus": ["a", "b"]} for n in range(10)))
    request = ExportRequest(export_type="products", parameters={"fields": ["NAME"]})
    exporter: Exporter = prepare(request, source, "default", START)
    rows = exporter.render(source.read_buckets("default", "products", source.find_buckets("default", "products")))
    content = b"".join(rows)
    assert (rows.row_count, rows.record_count, rows.size_bytes) == (20, 10, len(content))
    assert rows.crc32 == zlib.crc32(content)


def test_a_column_is_data() -> None:
    column = Column("twice", CellKind.TEXT, Level.RECORD, lambda document: document["name"] * 2)
    assert compile_rows([column], CsvFormat(Formulas.ESCAPE), None)({"name": "=a"}) == ["'=a=a\r\n"]
