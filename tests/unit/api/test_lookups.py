from __future__ import annotations

from dataclasses import replace

from chalicelib.domain.global_id import encode_global_id
from chalicelib.domain.requestor import MANAGE_GIFT_CARD
from tests.api_client import ApiClient
from tests.catalog_files import make_voucher
from tests.factories import fill, make_app, make_requestor


def test_me_is_anonymous_without_a_token() -> None:
    assert ApiClient().ask("{me{user{id} app{id} permissions shop}}", token=None)["data"]["me"] == {
        "user": None,
        "app": None,
        "permissions": [],
        "shop": "",
    }


def test_the_header_has_the_columns_in_the_order_of_the_request() -> None:
    answer = ApiClient().ask("{exportHeader(input:{fields:[VARIANT_SKU,NAME]})}")
    assert answer["data"]["exportHeader"] == ["id", "variant sku", "name"]


def test_ids_are_counted_once_and_may_be_fewer() -> None:
    query = (
        '{exportEstimate(exportType:"products",scope:IDS,ids:["a","b","a"]){records isUpperBound}}'
    )
    assert ApiClient().ask(query)["data"]["exportEstimate"] == {"records": 2, "isUpperBound": True}


def test_an_estimate_of_voucher_codes_needs_a_voucher() -> None:
    query = '{{exportEstimate(exportType:"voucher_codes",scope:ALL{}){{records}}}}'
    client = ApiClient()
    fill(client.service.source, "vouchers", make_voucher(1, "A", "B"))
    [error] = client.ask(query.format(""))["errors"]
    assert error["extensions"]["exception"]["code"] == "GraphQLError"
    assert "voucherId" in error["message"]
    named = f',voucherId:"{encode_global_id("Voucher", 1)}"'
    assert client.ask(query.format(named))["data"] == {"exportEstimate": {"records": 2}}


def test_columns_and_counts_of_products_need_their_permission() -> None:
    client = ApiClient()
    requestor = replace(make_requestor(app=make_app()), permissions=frozenset({MANAGE_GIFT_CARD}))
    token = client.let_in("cards", requestor)
    for query in (
        "{exportOptions{attributes{id}}}",
        "{exportOptions{vouchers{id}}}",
        "{exportHeader}",
        '{exportEstimate(exportType:"products",scope:ALL){records}}',
    ):
        answer = client.ask(query, token=token)
        assert answer["errors"][0]["extensions"]["exception"]["code"] == "PermissionDenied"


def test_an_unknown_export_type_is_refused() -> None:
    answer = ApiClient().ask('{exportFiles(first:1,filter:{exportType:["orders"]}){totalCount}}')
    assert answer["errors"][0]["message"] == "There is no export type `orders`."


def test_statistics_have_a_day_for_each_day_asked() -> None:
    answer = ApiClient().ask("{exportStatistics(days:7){isComplete days{exports} runs{rows}}}")
    assert answer["data"]["exportStatistics"] == {
        "isComplete": True,
        "days": [{"exports": 0}] * 7,
        "runs": [],
    }


def test_a_voucher_without_a_name_is_in_the_list() -> None:
    client = ApiClient()
    fill(
        client.service.source,
        "vouchers",
        {**make_voucher(1, "A"), "name": None},
        make_voucher(2, "B"),
    )
    answer = client.ask('{exportOptions{vouchers{id name} found:vouchers(search:"none such"){id}}}')
    assert "errors" not in answer
    assert next(voucher["name"] for voucher in answer["data"]["exportOptions"]["vouchers"]) == ""
