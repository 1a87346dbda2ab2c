from __future__ import annotations

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
from chalicelib.domain.request import Compression, ExportRequest, IfOutdated
from chalicelib.words.text import Text, others_of
from tests.factories import make_request


def test_a_request_stores_no_option_that_was_not_chosen() -> None:
    assert make_request().to_json().keys() == {
        "export_type",
        "scope",
        "ids",
        "filter",
        "parameters",
        "file_type",
        "formulas",
        "compression",
    }


def test_a_request_of_the_first_version_has_the_defaults_of_later_options() -> None:
    stored = make_request().to_json()
    del stored["compression"]
    request = ExportRequest.from_json(stored)
    assert request == make_request()
    assert (request.compression, request.if_outdated) == (Compression.NONE, IfOutdated.FAIL)
    assert (request.title, request.summary, others_of(request.summary)) == ("", "", {})


def test_a_request_is_read_with_its_words_in_every_language() -> None:
    request = make_request(
        title="Tea",
        summary=Text("All products", {"de": "Alle Produkte"}),
        if_outdated=IfOutdated.USE_STORED,
    )
    read = ExportRequest.from_json(request.to_json())
    assert read == request
    assert others_of(read.summary) == {"de": "Alle Produkte"}


def test_every_choice_about_cells_is_read_as_it_was_stored() -> None:
    layout = LayoutOptions(
        layout=Layout.PEOPLE,
        time_zone="Europe/Berlin",
        descriptions=Descriptions.JSON,
        names=Names.SLUG,
        types=CellTypes.TEXT,
    )
    assert LayoutOptions.from_json(layout.to_json()) == layout
    csv = CsvOptions(
        delimiter=Delimiter.TAB, bom=True, decimal=DecimalMark.COMMA, encoding=Encoding.UTF_16
    )
    assert CsvOptions.from_json(csv.to_json()) == csv
