"""Files for people, read by openpyxl and by calamine."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import openpyxl
import pyarrow.parquet
import pytest
from python_calamine import CalamineWorkbook

from chalicelib.domain.file_options import (
    CellTypes,
    Descriptions,
    Layout,
    LayoutOptions,
    Names,
)
from chalicelib.domain.global_id import encode_global_id
from chalicelib.domain.request import Scope
from tests.catalog_files import id_of
from tests.factories import (
    Service,
    fill,
    make_channel,
    make_listing,
    make_product,
    make_requestor,
    make_service,
    make_variant,
    make_variant_listing,
)

BLOCKS = {"blocks": [{"type": "paragraph", "data": {"text": "Soft &amp; <b>warm</b>"}}]}
CATEGORY = {
    "id": encode_global_id("Category", 1), "slug": "tea", "name": "Tea & herbs",
    "ancestors": {"edges": []},
}  # fmt: skip
Rows = list[list[Any]]
BERLIN = LayoutOptions(layout=Layout.PEOPLE, time_zone="Europe/Berlin")
PARAMETERS: dict[str, Any] = {
    "fields": ["NAME", "DESCRIPTION", "VARIANT_SKU"],
    "channels": [id_of("Channel", "eu")],
}


def make_exports(segment_records: int = 1_000) -> Service:
    """600 products with a price in one channel each."""
    service = make_service(settings={"segment_records": segment_records})
    fill(service.source, "channels", make_channel(1, "eu"))
    for number in range(1, 601):
        variant = make_variant(
            number, sku=f"00{number}", channelListings=[make_variant_listing("eu", 10.5)]
        )
        node = make_product(
            number,
            variants=[variant],
            description=json.dumps(BLOCKS),
            channelListings=[make_listing("eu")],
        )
        fill(service.source, "products", node)
    return service


def export(service: Service, **given: Any) -> bytes:
    job = service.request(**{"parameters": PARAMETERS, **given})
    service.work()
    return service.file_of(job)


def read_openpyxl(content: bytes, sheet: str = "Export") -> Rows:
    rows = openpyxl.load_workbook(io.BytesIO(content))[sheet].iter_rows(values_only=True)
    return [list(row) for row in rows]


def read_calamine(content: bytes, sheet: str = "Export") -> Rows:
    read = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name(sheet)
    return [[None if cell == "" else cell for cell in row] for row in read.to_python()]


def read_csv(content: bytes) -> Rows:
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


READERS = pytest.mark.parametrize("read", [read_openpyxl, read_calamine])


@READERS
@pytest.mark.parametrize("segment_records", [500, 1_000])
def test_a_workbook_for_people_has_typed_cells_and_skus_as_texts(
    read: Callable[[bytes], Rows], segment_records: int
) -> None:
    header, *rows = read(export(make_exports(segment_records), file_type="XLSX", layout=BERLIN))
    assert len(rows) == 600
    cells = dict(zip(header, rows[6], strict=True))
    assert (cells["SKU"], cells["Description"]) == ("007", "Soft & warm")
    assert cells["Published (Eu)"] is True
    assert cells["Price (Eu)"] == 10.5
    assert cells["Published since (Eu)"] == datetime.fromisoformat("2026-01-02T04:04:05")
    assert cells["Cost price (Eu)"] is None


def test_a_workbook_for_people_has_widths_a_filter_row_and_a_frozen_header() -> None:
    content = export(make_exports(), file_type="XLSX", layout=BERLIN)
    sheet = openpyxl.load_workbook(io.BytesIO(content))["Export"]
    assert sheet.auto_filter.ref == sheet.dimensions == "A1:N601"
    assert sheet.freeze_panes == "A2"
    widths = {cell.value: sheet.column_dimensions[cell.column_letter].width for cell in sheet[1]}
    assert widths["SKU"] == 20
    assert widths["Product name"] == 36
    assert widths["Description"] == 60
    assert widths["Product currency (Eu)"] == len("Product currency (Eu)") + 3


@READERS
def test_its_last_sheet_says_what_it_is(read: Callable[[bytes, str], Rows]) -> None:
    content = export(make_exports(), file_type="XLSX", layout=BERLIN, title="For the fair")
    notes = dict(read(content, "About"))
    assert notes["Title"] == "For the fair"
    assert notes["Requested at"].endswith(" Europe/Berlin")
    assert notes["Requested by"] == "Ann Lee"
    assert list(notes) == ["Title", "Content", "Requested at", "Requested by", "File"]


@READERS
def test_the_last_sheet_of_a_german_file_has_a_german_name(
    read: Callable[[bytes, str], Rows],
) -> None:
    given = {"file_type": "XLSX", "layout": BERLIN, "title": "Für die Messe"}
    german = replace(make_requestor(), language="de")
    content = export(make_exports(), requestor=german, **given)
    assert read(content, "Über die Datei")[0] == ["Titel", "Für die Messe"]


def test_times_of_a_csv_are_in_the_zone_that_is_asked_for() -> None:
    columns = {"channels": PARAMETERS["channels"]}
    service = make_exports()
    contract = LayoutOptions(time_zone="America/New_York")
    files = [export(service, parameters=columns, layout=one) for one in (BERLIN, contract)]
    times = [dict(zip(*read_csv(file)[:2], strict=True)) for file in files]
    assert times[0]["Published since (Eu)"] == "2026-01-02 04:04:05"
    assert times[1]["eu (channel published at)"] == "2026-01-01T22:04:05-05:00"


def test_names_stand_for_slugs_in_headers_and_cells() -> None:
    service = make_exports()
    row = {"category": {"id": CATEGORY["id"], "slug": "tea"}}
    fill(service.source, "categories", CATEGORY)
    fill(service.source, "products", make_product(700, **row))
    asked = {"parameters": {"fields": ["CATEGORY"]}, "ids": (encode_global_id("Product", 700),)}
    named = export(service, **asked, scope=Scope.IDS, layout=LayoutOptions(names=Names.NAME))
    assert read_csv(named)[1][1] == "Tea & herbs"


def test_each_choice_overrides_the_layout() -> None:
    layout = LayoutOptions(
        layout=Layout.PEOPLE,
        descriptions=Descriptions.JSON,
        names=Names.SLUG,
        types=CellTypes.TEXT,
    )
    header, row, *_ = read_openpyxl(export(make_exports(), file_type="XLSX", layout=layout))
    cells = dict(zip(header, row, strict=True))
    assert json.loads(cells["Description"]) == BLOCKS
    assert cells["Price (eu)"] == "10.500"
    assert cells["Published since (eu)"] == "2026-01-02 03:04:05"


def test_a_zone_changes_no_moment_of_a_parquet_file() -> None:
    service, layouts = make_exports(), (BERLIN, LayoutOptions(names=Names.NAME))
    files = [export(service, file_type="PARQUET", layout=one) for one in layouts]
    first, second = (pyarrow.parquet.read_table(io.BytesIO(file)) for file in files)
    times = first["Published since (Eu)"].to_pylist()
    assert times == second["Eu (channel published at)"].to_pylist()


@pytest.mark.parametrize("file_type", ["CSV", "XLSX"])
def test_the_contract_s_layout_is_the_default(file_type: str) -> None:
    service = make_exports()
    given = LayoutOptions(layout=Layout.CONTRACT)
    assert export(service, file_type=file_type) == export(
        service, file_type=file_type, layout=given
    )
