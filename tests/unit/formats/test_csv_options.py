"""CSV with other delimiters, decimal marks and encodings, read by Python's csv and by DuckDB."""

from __future__ import annotations

import csv
import gzip
import io
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.file_options import CsvOptions, DecimalMark, Delimiter, Encoding
from chalicelib.domain.request import Compression, ExportRequest, Formulas
from chalicelib.formats.cells import CellKind, CellSpec, CellType
from chalicelib.formats.csv_format import CsvFormat
from tests.factories import fill, make_cells, make_product, make_service, make_variant
from tests.written_rows import write_row

NAMES = ["plain", "a;b", "a,b", "a\tb", "ü€😀", '"', "a\nb", " lead", "007", "=1"]
EVERY_DELIMITER = pytest.mark.parametrize("delimiter", Delimiter)
TYPES = (CellKind.BARE, CellType.MONEY), (CellKind.VALUE, CellType.NUMBER)
RUN_OF_ANY: Any = st.text(st.sampled_from("=+-@＝＋－＠ \xa0;,\t\r\n\"'a1"), max_size=12)


def make_format(delimiter: Delimiter, formulas: Formulas = Formulas.ESCAPE) -> CsvFormat:
    return CsvFormat(formulas, CsvOptions(delimiter=delimiter))


@EVERY_DELIMITER
@pytest.mark.parametrize("opened_by", ",;\t")
@given(text=RUN_OF_ANY)
def test_no_cell_is_a_formula_whatever_a_spreadsheet_splits_at(
    delimiter: Delimiter, opened_by: str, text: str
) -> None:
    kinds = CellKind.BARE, CellKind.TEXT, CellKind.TEXT
    written = write_row(make_format(delimiter), make_cells(*kinds), ["1", text, text])
    opened = csv.reader(io.StringIO(written, newline=""), delimiter=opened_by)
    starts = {cell.lstrip(" \xa0")[:1] for cells in opened for cell in cells}
    assert starts.isdisjoint("=+-@＝＋－＠")


@EVERY_DELIMITER
@pytest.mark.parametrize("kind", [CellKind.TEXT, CellKind.VALUE])
@pytest.mark.parametrize("text", ["=1", "@a", "\t1", "\r1", "\n1", " =1", "＝1"])
def test_a_text_that_begins_like_a_formula_is_disarmed_whatever_the_delimiter(
    delimiter: Delimiter, kind: CellKind, text: str
) -> None:
    written = write_row(make_format(delimiter), make_cells(kind), [text])
    lines = io.StringIO(written, newline="")
    assert list(csv.reader(lines, delimiter=delimiter.character)) == [["'" + text]]


@EVERY_DELIMITER
@given(texts=st.lists(st.text(), min_size=2, max_size=6))
def test_any_text_survives_a_strict_reader(delimiter: Delimiter, texts: list[str]) -> None:
    kinds = [CellKind.TEXT] * len(texts)
    written = write_row(make_format(delimiter, Formulas.RAW), make_cells(*kinds), texts)
    lines = io.StringIO(written, newline="")
    assert list(csv.reader(lines, delimiter=delimiter.character, strict=True)) == [texts]


def test_amounts_and_decimal_attributes_have_the_mark_that_is_asked_for() -> None:
    options = CsvOptions(delimiter=Delimiter.SEMICOLON, decimal=DecimalMark.COMMA)
    cells = [CellSpec(place, "", *kind) for place, kind in enumerate(TYPES)]
    write = CsvFormat(Formulas.ESCAPE, options).writer(cells)
    columns = [["-10.500", "", "3.000"], ["1.5", "1.5 kg", "1.5, 2.5"]]
    assert write(columns) == ["-10,500;1,5", ";1.5 kg", "3,000;1.5, 2.5"]


def test_a_byte_order_mark_stands_in_front_of_the_header() -> None:
    row_format = CsvFormat(Formulas.ESCAPE, CsvOptions(bom=True))
    assert row_format.head(["id"]) == b"\xef\xbb\xbfid\r\n"


OPTIONS = [
    CsvOptions(delimiter=Delimiter.SEMICOLON, bom=True),
    CsvOptions(delimiter=Delimiter.TAB),
    CsvOptions(delimiter=Delimiter.TAB, bom=True, encoding=Encoding.UTF_16),
]


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("compression", Compression)
@pytest.mark.parametrize("segment_records", [500, 1_000])
def test_two_readers_read_the_cells_of_the_default_csv(
    options: CsvOptions, compression: Compression, segment_records: int, tmp_path: Path
) -> None:
    plain, content = make_files(segment_records, csv=options, compression=compression)
    unpacked = gzip.decompress(content) if compression is Compression.GZIP else content
    text = unpacked.decode("utf-16" if options.encoding is Encoding.UTF_16 else "utf-8-sig")
    (tmp_path / "a.csv").write_text(text, "utf-8", newline="")
    expected = read_csv(plain.decode(), ",")
    assert read_csv(text, options.delimiter.character) == expected
    assert read_duckdb(tmp_path / "a.csv", options.delimiter.character) == expected[1:]


def make_files(segment_records: int, **options: Any) -> tuple[bytes, bytes]:
    """The same export as Saleor writes it, and with these options."""
    service = make_service(settings={"segment_records": segment_records})
    for number in range(1, 601):
        variants = [make_variant(number * 10 + n) for n in range(number % 3)]
        name = NAMES[number % len(NAMES)]
        fill(service.source, "products", make_product(number, name=name, variants=variants))
    parameters = {"fields": ["NAME", "VARIANT_SKU"]}
    jobs = [
        service.request(parameters=parameters, formulas=Formulas.RAW, **given)
        for given in ({}, options)
    ]
    service.work()
    plain, asked = map(service.file_of, jobs)
    return plain, asked


def read_csv(text: str, delimiter: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))


def read_duckdb(path: Path, delimiter: str) -> list[list[str]]:
    found = duckdb.execute(
        "SELECT * FROM read_csv(?, delim=?, header=true, all_varchar=true, quote='\"')",
        [str(path), delimiter],
    ).fetchall()
    return [[cell or "" for cell in row] for row in found]


@pytest.mark.parametrize("options", OPTIONS)
def test_options_survive_a_stored_request(options: CsvOptions) -> None:
    request = ExportRequest(export_type="products", csv=options)
    assert ExportRequest.from_json(request.to_json()) == request
