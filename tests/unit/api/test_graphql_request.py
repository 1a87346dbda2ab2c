"""Bodies that are made to hurt: they cost little, are refused, and the answer can be sent."""

from __future__ import annotations

import base64
import json

import pytest

from chalicelib.domain.global_id import encode_global_id
from tests.api_client import ApiClient
from tests.factories import make_service


def fragments_of_fragments(width: int, depth: int) -> str:
    """Return a short query that spreads `width ** depth` fragments and no field."""
    parts = [f"fragment f{n} on Query {{{f'...f{n + 1} ' * width}}}" for n in range(depth)]
    return " ".join(["{__typename ...f0}", *parts, f"fragment f{depth} on Query {{...nothing}}"])


def test_fragments_are_counted_before_they_are_followed_for_ever() -> None:
    status, answer = ApiClient().post({"query": fragments_of_fragments(20, 12)})
    assert (status, answer["errors"][0]["message"]) == (
        400,
        "The query asks for more than 500 fields.",
    )


def test_a_mutation_in_a_fragment_counts_too() -> None:
    mutations = " ".join(
        f"a{n}:exportGiftCards(input:{{scope:ALL,fileType:CSV}}){{errors{{code}}}}"
        for n in range(5)
    )
    client = ApiClient()
    status, _ = client.post(
        {"query": f"mutation{{...a}} fragment a on Mutation {{... {{{mutations}}}}}"}
    )
    assert (status, client.service.store.jobs) == (400, {})


def test_more_requests_together_than_a_few_are_refused() -> None:
    status, answer = ApiClient().post([{"query": "{__typename}"}] * 11)
    assert (status, answer["errors"][0]["message"]) == (
        400,
        "At most 10 requests can be sent together.",
    )


HALF = "\\ud800"
HALVES = [
    f'{{"query":"{{ {HALF} }}"}}',
    f'{{"query":"query($i:ID!){{exportFile(id:$i){{id}}}}","variables":{{"i":"{HALF}"}}}}',
    f'{{"query":"query a{{__typename}}","operationName":"{HALF}"}}',
    f'[{{"query":"{{__typename}}","variables":{{"{HALF}":1}}}}]',
]


@pytest.mark.parametrize("body", HALVES)
def test_half_a_character_is_refused_and_its_answer_can_be_sent(body: str) -> None:
    client = ApiClient()
    answer = client.api.graphql(client.request("waybill_app", body.encode()))
    assert (answer.status, b"Unable to parse query." in answer.body.encode()) == (400, True)


def test_a_request_that_is_too_large_to_be_kept_says_so_and_changes_nothing() -> None:
    client = ApiClient(service=make_service(products=1))
    query = (
        "mutation($input:ExportProductsInput!){exportProducts(input:$input)"
        "{errors{code message} exportFile{id}}}"
    )
    given = {"scope": "FILTER", "fileType": "CSV", "filter": {"slugs": ["x" * 250_000]}}
    payload = client.ask(query, input=given)["data"]["exportProducts"]
    assert (
        payload["errors"][0]["message"]
        == "The export's input is larger than 200,000 bytes. Use a shorter filter."
    )
    assert (payload["exportFile"], client.service.store.jobs) == (None, {})


def test_as_many_ids_as_may_be_given_can_be_kept() -> None:
    client = ApiClient(service=make_service(products=1))
    ids = [encode_global_id("Product", 10_000_000 + number) for number in range(5_000)]
    query = (
        "mutation($input:ExportProductsInput!){exportProducts(input:$input){errors{code message}}}"
    )
    payload = client.ask(query, input={"scope": "IDS", "fileType": "CSV", "ids": ids})["data"][
        "exportProducts"
    ]
    assert payload["errors"] == []
    assert len(json.dumps(ids)) < 200_000


def test_a_cursor_that_nests_or_runs_on_is_refused() -> None:
    query = "query($after:String){exportFiles(first:1,after:$after){edges{cursor}}}"
    for inside in (b"[" * 50_000, json.dumps(["x" * 300]).encode()):
        answer = ApiClient().ask(query, after=base64.b64encode(inside).decode())
        assert answer["errors"][0]["message"] == "Received cursor is invalid."
