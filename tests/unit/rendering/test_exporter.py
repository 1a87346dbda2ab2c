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

from chalicelib.domain.global_id import encode_global_id
from chalicelib.domain.request import ExportRequest, Formulas, Scope
from chalicelib.errors import CatalogIncomplete, ExportFailed
from chalicelib.exports.columns import Column, Level, headers_of
from chalicelib.exports.product_columns import FIELDS, channel_columns, warehouse_column
from chalicelib.formats.cells import CellKind
from chalicelib.formats.csv_format import CsvFormat
from chalicelib.formats.registry import FileType
from chalicelib.rendering.exporter import Exporter, prepare
from chalicelib.rendering.row_compiler import compile_rows
from tests.catalog_files import make_stock, make_warehouse
from tests.factories import (
    fill,
    make_assigned,
    make_attribute,
    make_channel,
    make_gift_card,
    make_product,
    make_request,
    make_value,
    make_variant,
    product_document,
)
from tests.fake_catalog import FakeCatalogSource
from tests.fakes import START

TEXT = st.text(max_size=30)
AWKWARD = st.sampled_from(
    ["", '"', "a,b", "=1+1", "\r\n", "ü€😀", "'", " ", "\x00", "_x0041_", "\t", "a\rb", "…"]
)
CELLS = st.one_of(TEXT, AWKWARD)
RECORDS = st.lists(
    st.fixed_dictionaries({"name": CELLS, "skus": st.lists(CELLS, max_size=3)}), max_size=6
)
QUIET = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


def make_source(*records: dict[str, Any]) -> FakeCatalogSource:
    source = FakeCatalogSource()
    for number, record in enumerate(records, start=1):
        variants = [make_variant(number * 100 + n, sku=sku) for n, sku in enumerate(record["skus"])]
        fill(source, "products", make_product(number, name=record["name"], variants=variants))
    return source


def render(source: FakeCatalogSource, **given_: Any) -> bytes:
    request = ExportRequest(**{"export_type": "products", "formulas": Formulas.RAW, **given_})
    exporter = prepare(request, source, "default", START)
    pages = source.read_buckets(
        "default", exporter.kind, source.find_buckets("default", exporter.kind)
    )
    return b"".join(exporter.finish(exporter.render(pages)))


def expected_of(records: list[dict[str, Any]]) -> list[list[str]]:
    rows = [["name", "variant sku"]]
    for record in records:
        rows += [[record["name"], sku] for sku in record["skus"] or [""]]
    return rows


FIELDS_ASKED: dict[str, Any] = {"parameters": {"fields": ["NAME", "VARIANT_SKU"]}}


@QUIET
@given(RECORDS)
def test_any_record_survives_in_csv(records: list[dict[str, Any]]) -> None:
    content = render(make_source(*records), **FIELDS_ASKED).decode()
    read = list(csv.reader(io.StringIO(content, newline=""), strict=True))
    assert [row[1:] for row in read] == expected_of(records)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
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
    relation = duckdb.sql(f"select * from read_csv('{path}', {options})")
    assert relation
    read = relation.fetchall()
    assert [[cell or "" for cell in row[1:]] for row in read] == expected_of(records)[1:]


@QUIET
@given(RECORDS)
def test_any_record_survives_in_xlsx(records: list[dict[str, Any]]) -> None:
    content = render(make_source(*records), file_type=FileType.XLSX, **FIELDS_ASKED)
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    read = [[unescape(cell or "") for cell in row[1:]] for row in sheet.iter_rows(values_only=True)]
    assert read == expected_of(records)


def read_csv(content: bytes) -> list[list[Any]]:
    """The rows of a CSV file."""
    return list(csv.reader(io.StringIO(content.decode(), newline=""), strict=True))


def read_xlsx(content: bytes) -> list[list[Any]]:
    """The rows of a workbook, None for an empty cell."""
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    return [list(row) for row in sheet.iter_rows(values_only=True)]


READERS = {FileType.CSV: read_csv, FileType.XLSX: read_xlsx}


@pytest.mark.parametrize("file_type", READERS)
def test_a_lone_surrogate_does_not_break_a_file(file_type: FileType) -> None:
    source = FakeCatalogSource()
    fill(source, "products", make_product(1, name="a\ud800b"))
    content = render(source, file_type=file_type, **FIELDS_ASKED)
    assert READERS[file_type](content)[1][1] == "a\ufffdb"


@pytest.mark.parametrize("file_type", READERS)
def test_an_empty_catalogue_gives_the_headers_alone(file_type: FileType) -> None:
    content = render(FakeCatalogSource(), file_type=file_type, **FIELDS_ASKED)
    assert READERS[file_type](content) == [["id", "name", "variant sku"]]


@pytest.mark.parametrize("file_type", READERS)
def test_a_text_that_looks_like_a_formula_is_never_one(file_type: FileType) -> None:
    source = FakeCatalogSource()
    fill(source, "products", make_product(1, name="=1+1"))
    content = render(source, file_type=file_type, formulas=Formulas.ESCAPE, **FIELDS_ASKED)
    assert (
        READERS[file_type](content)[1][1]
        == {FileType.CSV: "'=1+1", FileType.XLSX: "=1+1"}[file_type]
    )


def test_stock_is_a_number_in_a_workbook_and_no_stock_an_empty_cell() -> None:
    source = FakeCatalogSource()
    stocked = make_variant(1, stocks=[make_stock("oslo", 7)])
    fill(source, "products", make_product(1, variants=[stocked, make_variant(2)]))
    fill(source, "warehouses", make_warehouse("oslo"))
    chosen = {"warehouses": [make_warehouse("oslo")["id"]]}
    content = render(source, file_type=FileType.XLSX, parameters=chosen)
    assert [row[1] for row in read_xlsx(content)] == ["oslo (warehouse quantity)", 7, None]


COLUMNS = [
    *FIELDS.values(),
    warehouse_column(make_warehouse("w")),
    *channel_columns(make_channel(1, "c")),
]


@QUIET
@given(st.lists(st.sampled_from(COLUMNS), min_size=1, max_size=12), st.integers(0, 4))
def test_every_row_has_a_cell_for_every_header_whatever_the_columns(
    columns: list[Any], variants: int
) -> None:
    document = product_document(
        make_product(1, variants=[make_variant(n) for n in range(variants)])
    )
    make_rows = compile_rows(columns, CsvFormat(Formulas.RAW), "variants")
    rows = make_rows([json.dumps(document).encode()])
    headers = headers_of(columns)
    read = list(csv.reader(io.StringIO(b"".join(rows).decode(), newline=""), strict=True))
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
    attributes = [make_attribute(n, f"a-{n:03}") for n in range(1, 201)]
    channels = [make_channel(n, f"c-{n:03}") for n in range(1, 51)]
    fill(source, "attributes", *attributes)
    fill(source, "channels", *channels)
    assigned = [
        make_assigned(a["slug"], make_value(a["slug"].upper(), slug=a["slug"])) for a in attributes
    ]
    fill(source, "products", make_product(1, attributes=assigned))
    chosen = {"attributes": [a["id"] for a in attributes], "channels": [c["id"] for c in channels]}
    headers, row = csv.reader(io.StringIO(render(source, parameters=chosen).decode(), newline=""))
    assert len(headers) == len(row) == 1 + 200 + 50 * 10
    assert headers[1:201] == sorted(headers[1:201])
    assert row[1:201] == sorted(a["slug"].upper() for a in attributes)


def test_counts_are_those_of_the_records_and_rows() -> None:
    source = make_source(*({"name": f"P{n}", "skus": ["a", "b"]} for n in range(10)))
    request = ExportRequest(export_type="products", parameters={"fields": ["NAME"]})
    exporter: Exporter = prepare(request, source, "default", START)
    rows = exporter.render(
        source.read_buckets("default", "products", source.find_buckets("default", "products"))
    )
    assert b"".join(rows).count(b"\r\n") == 20
    assert (rows.row_count, rows.record_count) == (20, 10)


def test_a_dictionary_that_no_column_needs_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    source = make_source({"name": "Tea", "skus": ["a"]})
    monkeypatch.setattr(
        source, "find_dictionary", lambda shop, kind: pytest.fail(f"{kind} were read")
    )
    assert render(source, **FIELDS_ASKED).endswith(b"Tea,a\r\n")


def test_no_chunk_cuts_a_row_in_two() -> None:
    source = make_source(*({"name": "x" * 300_000, "skus": ["a", "b"]} for _ in range(4)))
    exporter = prepare(
        ExportRequest(export_type="products", **FIELDS_ASKED), source, "default", START
    )
    chunks = list(
        exporter.render(
            source.read_buckets("default", "products", source.find_buckets("default", "products"))
        )
    )
    assert len(chunks) > 1
    assert all(chunk.endswith(b"\r\n") for chunk in chunks)


def test_records_are_sorted_within_a_thousand() -> None:
    source = FakeCatalogSource(page_size=300)
    fill(source, "gift_cards", *(make_gift_card(n, f"C-{9_999 - n}") for n in range(1, 1_502)))
    codes = [row[0] for row in read_csv(render(source, export_type="gift_cards"))[1:]]
    assert codes == [f"C-{9_999 - n}" for n in (*range(1_000, 0, -1), *range(1_501, 1_000, -1))]


@pytest.mark.parametrize(
    ("export_type", "given"),
    [("gift_cards", {}), ("voucher_codes", {"parameters": {"voucher_id": "Vm91Y2hlcjox"}})],
)
@pytest.mark.parametrize("document", [b"{", b"{}", b'{"code": 7, "used": false}'])
def test_a_record_that_cannot_be_read_fails_the_export(
    export_type: str, given: dict[str, Any], document: bytes
) -> None:
    exporter = prepare(make_request(export_type, **given), FakeCatalogSource(), "default", START)
    with pytest.raises(CatalogIncomplete, match="cannot be read"):
        list(exporter.render([[document]]))


def test_ids_are_read_in_number_order_and_each_once() -> None:
    ids = tuple(encode_global_id("Product", number) for number in (10, 9, 10, 100))
    request = ExportRequest(export_type="products", scope=Scope.IDS, ids=ids)
    assert prepare(request, FakeCatalogSource(), "default", START).numbers == (9, 10, 100)


def test_a_column_is_data() -> None:
    column = Column("name", CellKind.TEXT, Level.RECORD, ("names", "en"))
    make_rows = compile_rows([column], CsvFormat(Formulas.ESCAPE), None)
    assert list(make_rows([b'{"names":{"en":"=a"}}'])) == [b"'=a\r\n"]


def test_a_spreadsheet_of_too_many_columns_is_refused_in_time() -> None:
    wide = {"fields": ["NAME"] * 16_384}
    source = FakeCatalogSource()
    with pytest.raises(ExportFailed, match="16,384 columns"):
        prepare(make_request(parameters=wide, file_type=FileType.XLSX), source, "default", START)
    prepare(make_request(parameters=wide), source, "default", START)
