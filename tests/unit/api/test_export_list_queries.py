"""Queries for lists of exports: counts, pages, filters and cursors."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.requestor import MANAGE_GIFT_CARD, MANAGE_PRODUCTS
from tests.api_client import ApiClient
from tests.factories import make_requestor


def start(client: ApiClient, token: str = "waybill_app") -> None:
    mutation = "mutation{exportProducts(input:{scope:ALL fileType:CSV}){errors{message}}}"
    assert client.ask(mutation, token=token)["data"]["exportProducts"]["errors"] == []


def test_lists_show_only_types_that_may_be_read() -> None:
    client = ApiClient()
    start(client)
    client.let_in("cards", make_requestor(MANAGE_GIFT_CARD))
    client.let_in("products", make_requestor(MANAGE_PRODUCTS))
    query = "{exportFiles(first:10){totalCount}}"
    assert client.ask(query, token="cards")["data"]["exportFiles"]["totalCount"] == 0
    assert client.ask(query, token="products")["data"]["exportFiles"]["totalCount"] == 1


@pytest.mark.parametrize(
    "query",
    [
        "{exportFiles{totalCount}}",
        "{exportFiles(first:0){n:totalCount}}",
        (
            "{exportFiles(first:1){...part}} "
            "fragment part on ExportFileCountableConnection{totalCount edges{cursor}}"
        ),
        "query one{exportFiles(first:1){... on ExportFileCountableConnection{totalCount}}}",
    ],
)
def test_a_total_is_counted_wherever_the_query_has_it(query: str) -> None:
    client = ApiClient()
    start(client)
    answer = client.ask(query, token="waybill_app")
    assert 1 in answer["data"]["exportFiles"].values()


def test_a_page_of_size_zero_is_empty_if_the_query_has_only_the_count() -> None:
    client = ApiClient()
    start(client)
    answer = client.ask("{exportFiles(last:0){totalCount pageInfo{hasNextPage hasPreviousPage}}}")
    assert answer["data"]["exportFiles"] == {
        "totalCount": 1,
        "pageInfo": {"hasNextPage": False, "hasPreviousPage": False},
    }


def test_the_last_none_is_no_page_size_for_edges() -> None:
    answer = ApiClient().ask("{exportFiles(last:0){edges{cursor}}}")
    assert answer["errors"][0]["message"].startswith("You must provide a `first` or `last` value")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("first:0,last:0", "You must provide a `first` or `last` value"),
        ("first:-1,last:101", "Requesting 101 records"),
        ("first:1,last:-1", "Argument `last` must be a non-negative integer."),
        ('first:1,last:1,after:"zzz"', "Argument `last` cannot be combined with `first`."),
        ('last:1,after:"zzz",before:"zzz"', "Argument `last` cannot be combined with `after`."),
        ('first:1,before:"zzz"', "Argument `first` cannot be combined with `before`."),
    ],
)
def test_of_several_wrong_arguments_the_first_in_saleors_order_is_named(
    arguments: str, message: str
) -> None:
    answer = ApiClient().ask("{exportFiles(" + arguments + "){edges{cursor}}}")
    assert answer["errors"][0]["message"].startswith(message)


@pytest.mark.parametrize(
    "given", [{"user": "  ANN "}, {"user": "  "}, {"app": "  "}, {"app": None}]
)
def test_blanks_around_the_text_of_a_list_filter_do_not_count(given: dict[str, Any]) -> None:
    client = ApiClient()
    client.let_in("ann", make_requestor())
    start(client, token="ann")
    query = "query($filter:ExportFileFilterInput){exportFiles(filter:$filter){totalCount}}"
    assert client.ask(query, filter=given)["data"]["exportFiles"]["totalCount"] == 1
    assert client.ask(query, filter={"user": " bob "})["data"]["exportFiles"]["totalCount"] == 0


def test_edges_want_a_page_size_in_a_fragment_too() -> None:
    query = "{exportFiles{...part}} fragment part on ExportFileCountableConnection{edges{cursor}}"
    answer = ApiClient().ask(query, token="waybill_app")
    assert answer["errors"][0]["message"].startswith("You must provide a `first` or `last` value")


@pytest.mark.parametrize("cursor", ["NQ==", "WzVd", "e30=", "bnVsbA==", "W10=", "zzz"])
def test_a_cursor_that_is_none_is_refused(cursor: str) -> None:
    query = "query($after:String){exportFiles(first:1,after:$after){edges{cursor}}}"
    answer = ApiClient().ask(query, token="waybill_app", after=cursor)
    assert answer["errors"][0]["message"] == "Received cursor is invalid."


@pytest.mark.parametrize("edge", ["0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-05:00"])
def test_a_moment_beyond_the_calendar_is_the_client_s_mistake(edge: str) -> None:
    query = f'{{exportFiles(first:1 filter:{{createdAt:{{gte:"{edge}"}}}}){{edges{{cursor}}}}}}'
    (error,) = ApiClient().ask(query)["errors"]
    assert "DateTime cannot represent value" in error["message"]
