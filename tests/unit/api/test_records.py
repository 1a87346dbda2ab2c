"""Records by what people call them."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.global_id import encode_global_id
from chalicelib.domain.requestor import MANAGE_GIFT_CARD
from chalicelib.services.requests.find_records import SEARCH_SECONDS
from tests.api_client import TOKEN, ApiClient
from tests.factories import fill, make_product, make_requestor, make_variant

QUERY = (
    "query($type:String!,$search:String,$ids:[ID!],$first:Int,$start:Float){exportRecords("
    "exportType:$type,search:$search,ids:$ids,first:$first,start:$start)"
    "{records{id name otherNames} next leftOut}}"
)


def make_client() -> ApiClient:
    client = ApiClient()
    teas = {1: "Green tea", 2: "Tea", 3: "Teapot", 700: "Mug"}
    for number, name in teas.items():
        variants = [make_variant(number * 10, sku=f"ART-{number}")]
        fill(client.service.source, "products", make_product(number, name=name, variants=variants))
    return client


def ask(client: ApiClient, token: str = TOKEN, type: str = "products", **given: Any) -> Any:
    return client.ask(QUERY, token, type=type, **given)


def names(client: ApiClient, **given: Any) -> list[str]:
    records = ask(client, **given)["data"]["exportRecords"]["records"]
    return [record["name"] for record in records]


def test_a_product_is_found_by_its_name_in_any_case_the_best_match_first() -> None:
    assert names(make_client(), search=" TEA ") == ["Tea", "Teapot", "Green tea"]


@pytest.mark.parametrize("search", ["art-700", "product-700", "mug"])
def test_a_product_is_found_by_slug_and_sku(search: str) -> None:
    [found] = ask(make_client(), search=search)["data"]["exportRecords"]["records"]
    assert found == {
        "id": encode_global_id("Product", 700),
        "name": "Mug",
        "otherNames": ["product-700", "ART-700"],
    }


def test_chosen_products_are_found_by_id_with_their_names() -> None:
    ids = [encode_global_id("Product", number) for number in (700, 2, 99)]
    assert names(make_client(), ids=ids) == ["Tea", "Mug"]


def test_a_search_ends_when_it_has_found_enough_and_can_go_on() -> None:
    client = make_client()
    found = ask(client, search="a", first=1)["data"]["exportRecords"]
    assert (len(found["records"]), found["next"], found["leftOut"]) == (1, 500, 2)
    assert names(client, search="m", first=1, start=500) == ["Mug"]


@pytest.mark.parametrize(("first", "left_out"), [(1, 2), (2, 1), (3, 0), (4, 0)])
def test_a_search_says_how_many_more_records_match(first: int, left_out: int) -> None:
    found = ask(make_client(), search="tea", first=first)["data"]["exportRecords"]
    assert (len(found["records"]), found["leftOut"]) == (3 - left_out, left_out)


def test_a_search_in_the_last_records_says_that_more_match() -> None:
    client = make_client()
    fill(client.service.source, "products", make_product(701, name="Mug"))
    found = ask(client, search="mug", first=1, start=500)["data"]["exportRecords"]
    assert (len(found["records"]), found["next"], found["leftOut"]) == (1, None, 1)


def test_a_slow_search_ends_after_seconds() -> None:
    client = make_client()
    clock, now = client.service.clock, client.service.clock.now

    def later() -> Any:
        clock.advance(SEARCH_SECONDS)
        return now()

    clock.now = later  # type: ignore[method-assign]
    assert ask(client, search="mug")["data"]["exportRecords"] == {
        "records": [],
        "next": 500,
        "leftOut": 0,
    }


def test_records_need_the_permission_of_their_type() -> None:
    client = make_client()
    token = client.let_in("cards", make_requestor(MANAGE_GIFT_CARD))
    for given in ({"search": "tea"}, {"ids": [encode_global_id("Product", 1)]}):
        [error] = ask(client, token, **given)["errors"]
        assert error["extensions"]["exception"]["code"] == "PermissionDenied"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"type": "gift_cards"}, "Gift cards cannot be found by name."),
        ({"type": "orders"}, "There is no export type `orders`."),
        ({"first": 0}, "Argument `first` must be between 1 and 100."),
        ({"ids": ["x"] * 101}, "Argument `ids` may have 100 items at most."),
        ({"ids": ["x"]}, "Could not resolve to a node with the global id list of '['x']'."),
    ],
)
def test_a_search_that_cannot_be_is_refused(given: dict[str, Any], message: str) -> None:
    [error] = ask(make_client(), **given)["errors"]
    assert error["message"] == message


def test_searches_count_against_the_rate_of_previews() -> None:
    client = make_client()
    ask(client, search="tea")
    assert all("#previews#" in key for key in client.service.uses.counts)
