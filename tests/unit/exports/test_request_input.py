from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.catalog.dictionaries import Dictionaries
from chalicelib.domain.global_id import encode_global_id
from chalicelib.domain.request import Formulas
from chalicelib.exports.export_type import InputContext
from chalicelib.exports.registry import EXPORT_TYPES
from chalicelib.exports.request_input import input_of
from tests.api_client import ApiClient
from tests.factories import make_service

IDS = [encode_global_id("Product", number) for number in (1, 2)]
INPUTS: list[tuple[str, dict[str, Any]]] = [
    ("products", {"scope": "ALL", "fileType": "CSV", "formulas": "RAW"}),
    (
        "products",
        {
            "scope": "FILTER",
            "filter": {"search": "tea", "giftCard": False},
            "exportInfo": {
                "fields": ["VARIANT_SKU", "NAME"],
                "warehouses": [
                    encode_global_id("Warehouse", "7bc7b4ae-7f7c-4b0a-9d0b-1d0f5f1c1b11")
                ],
                "channels": [encode_global_id("Channel", 1)],
            },
            "fileType": "CSV",
            "formulas": "ESCAPE",
            "compression": "GZIP",
            "title": "Tea for Ann",
        },
    ),
    ("products", {"scope": "IDS", "ids": IDS, "fileType": "XLSX", "formulas": "ESCAPE"}),
    (
        "voucher_codes",
        {"voucherId": encode_global_id("Voucher", 1), "fileType": "CSV", "formulas": "ESCAPE"},
    ),
    (
        "voucher_codes",
        {
            "voucherIds": [encode_global_id("Voucher", number) for number in (1, 2)],
            "fileType": "CSV",
            "formulas": "ESCAPE",
        },
    ),
]


@pytest.mark.parametrize(("name", "given"), INPUTS)
def test_a_request_gives_the_input_that_made_it(name: str, given: dict[str, Any]) -> None:
    export_type = EXPORT_TYPES[name]
    dictionaries = Dictionaries(make_service().source, "default")
    context = InputContext(dictionaries=dictionaries, formulas=Formulas.ESCAPE, max_ids=10)
    request = export_type.read_input(context, given)
    assert input_of(export_type, request) == given
    assert export_type.read_input(context, input_of(export_type, request)) == request


def test_an_export_shows_the_input_that_makes_it_again() -> None:
    client, given = (
        ApiClient(),
        {"scope": "IDS", "ids": IDS, "fileType": "CSV", "title": " Two  teas "},
    )
    query = (
        "mutation($i:ExportProductsInput!){exportProducts(input:$i){exportFile{id title request}}}"
    )
    file = client.ask(query, i=given)["data"]["exportProducts"]["exportFile"]
    assert file["title"] == "Two teas"
    assert json.loads(file["request"]) == {**given, "title": "Two teas", "formulas": "ESCAPE"}


def test_an_export_without_a_title_has_the_name_of_its_type() -> None:
    query = "mutation{exportGiftCards(input:{scope:ALL fileType:CSV}){exportFile{title summary}}}"
    file = ApiClient().ask(query)["data"]["exportGiftCards"]["exportFile"]
    assert file == {"title": "Gift cards", "summary": "All unused gift cards"}


@pytest.mark.parametrize("title", ["x" * 101, "a\\u0007b"])
def test_a_title_is_one_printable_line(title: str) -> None:
    query = (
        f'mutation{{exportGiftCards(input:{{scope:ALL fileType:CSV title:"{title}"}})'
        "{errors{field message}}}"
    )
    [error] = ApiClient().ask(query)["data"]["exportGiftCards"]["errors"]
    assert error == {"field": "title", "message": "A title has at most 100 printable characters."}
