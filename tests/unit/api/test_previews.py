from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.global_id import encode_global_id
from chalicelib.domain.request import Scope
from chalicelib.domain.requestor import MANAGE_GIFT_CARD
from chalicelib.errors import PermissionDenied
from chalicelib.exports.products import PRODUCTS
from chalicelib.services.requests import preview_export
from tests.api_client import TOKEN, ApiClient
from tests.catalog_files import make_voucher
from tests.factories import (
    fill,
    make_app,
    make_channel,
    make_gift_card,
    make_product,
    make_request,
    make_requestor,
    make_variant,
    make_variant_listing,
)

PARTS = "headers rows recordCount rowCount isExact fileSize"
FIELDS = "exportInfo:{fields:[NAME,VARIANT_SKU]}"


def preview(client: ApiClient, input: str, token: str = TOKEN, first: int = 5) -> Any:
    query = f"{{exportPreview(input:{{{input}}},first:{first}){{{PARTS}}}}}"
    answer = client.ask(query, token=token)
    return answer["data"]["exportPreview"] if "errors" not in answer else answer["errors"]


def make_client(products: int = 3) -> ApiClient:
    client = ApiClient()
    for number in range(1, products + 1):
        node = make_product(
            number,
            name=f"Tea, {number}",
            variants=[make_variant(10 * number, sku="A"), make_variant(10 * number + 1, sku="B")],
        )
        fill(client.service.source, "products", node)
    return client


def test_a_preview_has_the_header_and_the_first_rows_of_the_file() -> None:
    found = preview(make_client(), f"products:{{scope:ALL,fileType:CSV,{FIELDS}}}", first=3)
    first, second = (encode_global_id("Product", number) for number in (1, 2))
    assert found["headers"] == ["id", "name", "variant sku"]
    assert found["rows"] == [
        [first, "Tea, 1", "A"],
        [first, "Tea, 1", "B"],
        [second, "Tea, 2", "A"],
    ]


@pytest.mark.parametrize(
    ("file", "cells"),
    [
        ("fileType:CSV", ["'=1+1", "9.500"]),
        ("fileType:CSV,formulas:RAW", ["=1+1", "9.500"]),
        ("fileType:CSV,csv:{delimiter:SEMICOLON,decimal:COMMA,bom:true}", ["'=1+1", "9,500"]),
        ("fileType:CSV,csv:{preset:EXCEL,decimal:COMMA}", ["'=1+1", "9,500"]),
        ("fileType:XLSX", ["=1+1", "9.500"]),
        ("fileType:JSONL", ["=1+1", "9.500"]),
        ("fileType:PARQUET", ["=1+1", "9.500"]),
    ],
)
def test_the_cells_of_a_preview_are_those_of_the_file(file: str, cells: list[str]) -> None:
    client = ApiClient()
    fill(client.service.source, "channels", make_channel(1, "eu"))
    variant = make_variant(1, channelListings=[make_variant_listing("eu", 9.5)])
    fill(client.service.source, "products", make_product(1, name="=1+1", variants=[variant]))
    columns = '[{key:"product.name"},{key:"variant.price.eu"}]'
    found = preview(client, f"products:{{scope:ALL,columns:{columns},{file}}}")
    assert found["rows"] == [cells]


def test_a_preview_counts_what_a_filter_admits() -> None:
    found = preview(
        make_client(),
        'products:{scope:FILTER,filter:{search:"Tea 2"},fileType:CSV,exportInfo:{fields:[NAME]}}',
    )
    assert (found["recordCount"], found["rowCount"], found["isExact"]) == (1, 2, True)


def test_a_preview_of_selected_products_counts_those_that_exist() -> None:
    ids = ",".join(f'"{encode_global_id("Product", number)}"' for number in (2, 99))
    found = preview(make_client(), f"products:{{scope:IDS,ids:[{ids}],fileType:XLSX}}")
    assert (found["recordCount"], found["rowCount"], found["isExact"]) == (1, 2, True)


def test_counts_are_lower_bounds_where_counting_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preview_export, "MAX_PREVIEW_RECORDS", 2)
    found = preview(
        make_client(), 'products:{scope:FILTER,filter:{search:"Tea"},fileType:CSV}', first=1
    )
    assert (found["recordCount"], found["rowCount"], found["isExact"]) == (2, 4, False)
    assert len(found["rows"]) == 1


def test_a_preview_shows_the_last_four_characters_of_a_code() -> None:
    client = ApiClient()
    fill(
        client.service.source,
        "gift_cards",
        make_gift_card(1, "AAAA-BBBB-1234"),
        make_gift_card(2, "WXYZ"),
    )
    found = preview(client, "giftCards:{scope:ALL,fileType:CSV}")
    assert found["rows"] == [["••••1234"], ["••••"]]


def test_used_gift_cards_are_not_counted() -> None:
    client = ApiClient()
    fill(
        client.service.source,
        "gift_cards",
        make_gift_card(1, "AAAA-1"),
        make_gift_card(2, "AAAA-2", usedByEmail="ann@shop.example"),
    )
    found = preview(client, "giftCards:{scope:ALL,fileType:CSV}", first=0)
    assert (found["rows"], found["rowCount"], found["isExact"]) == ([], 1, True)


def test_codes_of_a_voucher_come_in_the_order_of_the_file() -> None:
    client = ApiClient()
    fill(client.service.source, "vouchers", make_voucher(1, "SPRING-2222", "SPRING-1111"))
    voucher = encode_global_id("Voucher", 1)
    found = preview(client, f'voucherCodes:{{voucherId:"{voucher}",fileType:CSV}}')
    assert (len(found["rows"]), found["recordCount"], found["isExact"]) == (2, 2, True)


@pytest.mark.parametrize(
    "file",
    [
        "fileType:CSV",
        "fileType:CSV,compression:GZIP",
        "fileType:CSV,csv:{preset:EXCEL}",
        "fileType:JSONL",
        "fileType:JSONL,compression:GZIP",
        "fileType:XLSX",
        "fileType:PARQUET",
    ],
)
@pytest.mark.parametrize("products", [1, 200])
def test_the_size_of_a_file_is_estimated_from_its_first_rows(file: str, products: int) -> None:
    client = make_client(products)
    asked = f"scope:ALL,{file},{FIELDS}"
    found = preview(client, f"products:{{{asked}}}", first=5)
    client.ask(f"mutation{{exportProducts(input:{{{asked}}}){{exportFile{{id}}}}}}")
    client.service.work()
    [content] = client.service.files.objects.values()
    assert found["fileSize"] == pytest.approx(len(content), rel=0.5, abs=300)


def test_a_preview_needs_the_permission_of_its_type() -> None:
    client = make_client()
    cards_only = replace(make_requestor(app=make_app()), permissions=frozenset({MANAGE_GIFT_CARD}))
    token = client.let_in("cards", cards_only)
    [error] = preview(client, "products:{scope:ALL,fileType:CSV}", token)
    assert error["extensions"]["exception"]["code"] == "PermissionDenied"


def test_no_way_to_a_preview_leads_past_the_permission() -> None:
    service = make_client().service
    cards_only = make_requestor(MANAGE_GIFT_CARD)
    with pytest.raises(PermissionDenied):
        preview_export.preview_export(service.api, cards_only, PRODUCTS, make_request(), 5)


def test_a_slow_count_ends_after_seconds() -> None:
    client = make_client(300)
    late = client.service.clock.now() + timedelta(seconds=60)
    moments = iter([client.service.clock.now()] * 4)
    client.service.clock.now = lambda: next(moments, late)  # type: ignore[method-assign]
    request = make_request(scope=Scope.FILTER, filter={"search": "Tea"})
    found = preview_export.preview_export(
        client.service.api, make_requestor(), PRODUCTS, request, 1
    )
    assert not found.is_exact
    assert 0 < found.records < 300


@pytest.mark.parametrize(
    ("input", "message"),
    [
        ("", "Give exactly one of these inputs: products, giftCards, voucherCodes."),
        (
            "products:{scope:ALL,fileType:CSV},giftCards:{scope:ALL,fileType:CSV}",
            "Give exactly one of these inputs: products, giftCards, voucherCodes.",
        ),
        ("products:{scope:IDS,fileType:CSV}", "You must provide at least one id."),
    ],
)
def test_an_input_that_no_export_accepts_has_no_preview(input: str, message: str) -> None:
    [error] = preview(make_client(), input)
    assert error["message"] == message


@pytest.mark.parametrize("first", [-1, 51])
def test_a_preview_has_at_most_fifty_rows(first: int) -> None:
    [error] = preview(make_client(), "products:{scope:ALL,fileType:CSV}", first=first)
    assert error["message"] == "Argument `first` must be between 0 and 50."


def test_a_preview_creates_no_export() -> None:
    client = make_client()
    preview(client, "products:{scope:ALL,fileType:CSV}")
    assert client.ask("{exportFiles(first:1){totalCount}}")["data"]["exportFiles"] == {
        "totalCount": 0
    }


def test_a_very_long_cell_is_shown() -> None:
    client = ApiClient()
    fill(client.service.source, "products", make_product(1, name="a" * 200_000))
    inputs = "products:{scope:ALL,fileType:CSV,exportInfo:{fields:[NAME]}}"
    assert len(preview(client, inputs)["rows"][0][-1]) == 200_000


@pytest.mark.parametrize(("language", "begins"), [("en", "The answer is"), ("de", "Die Antwort")])
def test_an_answer_that_lambda_could_not_send_is_refused(language: str, begins: str) -> None:
    """Lambda takes 6 MB, and a letter beyond ASCII is six bytes on the way."""
    client = ApiClient()
    products = [make_product(number, name="ü" * 600_000) for number in (1, 2)]
    fill(client.service.source, "products", *products)
    inputs = "products:{scope:ALL,fileType:CSV,exportInfo:{fields:[NAME]}}"
    query = f"{{exportPreview(input:{{{inputs}}}){{rows}}}}"
    status, answer = client.post({"query": query}, headers={"waybill-language": language})
    assert (status, set(answer)) == (400, {"message", "errors"})
    assert answer["errors"][0]["message"].startswith(begins)
