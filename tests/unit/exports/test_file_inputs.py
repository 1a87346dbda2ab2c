from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.file_options import (
    CellTypes,
    CsvOptions,
    DecimalMark,
    Delimiter,
    Descriptions,
    Encoding,
    Layout,
    LayoutOptions,
    Names,
)
from chalicelib.domain.request import ExportRequest
from chalicelib.errors import RequestRefused
from chalicelib.exports.file_inputs import (
    csv_input,
    layout_input,
    read_csv_options,
    read_layout,
)
from chalicelib.exports.registry import EXPORT_TYPES
from chalicelib.exports.request_input import input_of
from tests.api_client import ApiClient
from tests.factories import make_requestor

EXCEL = CsvOptions(delimiter=Delimiter.TAB, bom=True, encoding=Encoding.UTF_16)


@pytest.mark.parametrize(
    ("given", "options"),
    [
        ({}, CsvOptions()),
        ({"delimiter": "TAB"}, CsvOptions(delimiter=Delimiter.TAB)),
        ({"bom": True}, CsvOptions(bom=True)),
        ({"preset": "EXCEL"}, EXCEL),
        (
            {"preset": "EXCEL", "delimiter": "SEMICOLON", "decimal": "COMMA"},
            CsvOptions(delimiter=Delimiter.SEMICOLON, bom=True, decimal=DecimalMark.COMMA),
        ),
    ],
)
def test_fields_override_the_preset(given: dict[str, Any], options: CsvOptions) -> None:
    assert read_csv_options({"fileType": "CSV", "csv": given}) == options


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"fileType": "XLSX", "csv": {"bom": True}}, "for CSV files"),
        ({"fileType": "CSV", "csv": {"decimal": "COMMA"}}, "needs another delimiter"),
    ],
)
def test_contradicting_csv_options_are_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(RequestRefused, match=message) as refused:
        read_csv_options(given)
    assert refused.value.field == "csv"


def test_each_choice_of_a_layout_can_be_given() -> None:
    cells = {"timeZone": "UTC", "descriptions": "JSON", "names": "SLUG", "types": "TEXT"}
    assert read_layout({"layout": "PEOPLE", "cells": cells}) == LayoutOptions(
        layout=Layout.PEOPLE,
        time_zone="UTC",
        descriptions=Descriptions.JSON,
        names=Names.SLUG,
        types=CellTypes.TEXT,
    )


@pytest.mark.parametrize("zone", ["", "Mars/Base", "../../etc/passwd", "Europe", "a" * 9999, "\0"])
def test_a_time_zone_that_does_not_exist_is_refused(zone: str) -> None:
    with pytest.raises(RequestRefused, match="There is no time zone") as refused:
        read_layout({"cells": {"timeZone": zone}})
    assert refused.value.field == "cells"


@pytest.mark.parametrize(
    "options",
    [
        CsvOptions(),
        CsvOptions(delimiter=Delimiter.SEMICOLON, decimal=DecimalMark.COMMA),
        EXCEL,
        CsvOptions(delimiter=Delimiter.TAB, encoding=Encoding.UTF_16),
    ],
)
def test_csv_options_are_spelled_as_they_are_read(options: CsvOptions) -> None:
    assert read_csv_options({"fileType": "CSV", **csv_input(options)}) == options


@pytest.mark.parametrize(
    "options",
    [
        LayoutOptions(),
        LayoutOptions(layout=Layout.PEOPLE),
        LayoutOptions(time_zone="Europe/Berlin", types=CellTypes.TYPED),
        LayoutOptions(descriptions=Descriptions.TEXT, names=Names.NAME),
    ],
)
def test_a_layout_is_spelled_as_it_is_read(options: LayoutOptions) -> None:
    assert read_layout(layout_input(options)) == options


def test_a_request_over_graphql_keeps_its_options() -> None:
    client = ApiClient()
    client.ask(
        "mutation{exportProducts(input:{scope:ALL fileType:CSV csv:{preset:EXCEL} layout:PEOPLE "
        'cells:{timeZone:"Europe/Berlin"}}){exportFile{id}}}',
        token=client.let_in("staff", make_requestor()),
    )
    (job,) = client.service.store.jobs.values()
    request = ExportRequest.from_json(job.request.to_json())
    assert request.csv == EXCEL
    assert request.layout == LayoutOptions(layout=Layout.PEOPLE, time_zone="Europe/Berlin")
    given = input_of(EXPORT_TYPES["products"], job.request)
    assert (given["csv"]["preset"], given["layout"]) == ("EXCEL", "PEOPLE")
