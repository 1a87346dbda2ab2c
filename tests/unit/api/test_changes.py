from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.export_file import JobStatus
from chalicelib.domain.global_id import encode_global_id
from chalicelib.domain.idempotency import REPLAY_SECONDS
from tests.api_client import ApiClient
from tests.factories import make_app, make_requestor, make_service

EXPORT = (
    "mutation($s:ExportScope!){exportProducts(input:{scope:$s fileType:CSV})"
    "{errors{code message} exportFile{id}}}"
)
KEY = {"idempotency-key": "8f14e45f"}


def change(client: ApiClient, mutation: str, export_id: str, **given: Any) -> Any:
    fields = "{errors{field code message} exportFile{id status message}}"
    query = f"mutation($id:ID!){{{mutation}(id:$id){fields}}}"
    return client.ask(query, id=export_id, **given)["data"][mutation]


def make_client() -> ApiClient:
    return ApiClient(service=make_service(products=1))


def test_cancel_delete_and_retry_answer_with_the_export() -> None:
    client = make_client()
    export_id = client.ask(EXPORT, s="ALL")["data"]["exportProducts"]["exportFile"]["id"]
    canceled = change(client, "exportFileCancel", export_id)["exportFile"]
    assert canceled == {
        "id": export_id,
        "status": "FAILED",
        "message": "The export was canceled by Robot.",
    }
    assert change(client, "exportFileRetry", export_id)["exportFile"]["status"] == "PENDING"
    assert change(client, "exportFileDelete", export_id)["exportFile"]["status"] == "DELETED"


@pytest.mark.parametrize("mutation", ["exportFileCancel", "exportFileDelete", "exportFileRetry"])
@pytest.mark.parametrize(
    ("export_id", "code"),
    [
        ("xyz", "GRAPHQL_ERROR"),
        (encode_global_id("Product", 1), "GRAPHQL_ERROR"),
        (encode_global_id("ExportFile", "x#segment#1"), "GRAPHQL_ERROR"),
        (encode_global_id("ExportFile", 7), "NOT_FOUND"),
    ],
)
def test_an_id_of_no_export_is_an_error_of_the_field_id(
    mutation: str, export_id: str, code: str
) -> None:
    payload = change(make_client(), mutation, export_id)
    assert payload["exportFile"] is None
    assert [(error["field"], error["code"]) for error in payload["errors"]] == [("id", code)]


def test_the_same_key_and_body_give_the_same_export() -> None:
    client = make_client()
    first = client.ask(EXPORT, headers=KEY, s="ALL")
    client.service.work()
    assert client.ask(EXPORT, headers=KEY, s="ALL") == first
    assert len(client.service.store.jobs) == 1


def test_a_replay_is_no_new_pending_export_for_the_limit() -> None:
    client = ApiClient(service=make_service(settings={"pending_per_requestor": 1}))
    first = client.ask(EXPORT, headers=KEY, s="ALL")
    assert client.ask(EXPORT, headers=KEY, s="ALL") == first
    assert (
        "pending" in client.ask(EXPORT, s="ALL")["data"]["exportProducts"]["errors"][0]["message"]
    )


def test_the_same_key_with_another_body_is_an_error_that_changes_nothing() -> None:
    client = make_client()
    client.ask(EXPORT, headers=KEY, s="ALL")
    payload = client.ask(EXPORT.replace("CSV", "XLSX"), headers=KEY, s="ALL")["data"][
        "exportProducts"
    ]
    assert (payload["exportFile"], payload["errors"][0]["code"]) == (None, "INVALID")
    assert "Use a new key" in payload["errors"][0]["message"]
    assert len(client.service.store.jobs) == 1


def test_a_key_counts_for_a_day_and_for_who_used_it() -> None:
    client = make_client()
    other = client.let_in("other", make_requestor(app=make_app(2)))
    client.ask(EXPORT, headers=KEY, s="ALL")
    client.ask(EXPORT, headers=KEY, s="ALL", token=other)
    client.service.clock.advance(REPLAY_SECONDS + 1)
    client.ask(EXPORT, headers=KEY, s="ALL")
    assert len(client.service.store.jobs) == 3


OTHERS = [
    "mutation{exportGiftCards(input:{scope:ALL fileType:CSV}){errors{message} exportFile{id}}}",
    (
        "mutation{other:exportProducts(input:{scope:ALL fileType:CSV})"
        "{errors{message} exportFile{id}}}"
    ),
]


@pytest.mark.parametrize("query", OTHERS)
def test_a_key_that_one_mutation_used_is_refused_for_another(query: str) -> None:
    client = make_client()
    client.ask(EXPORT, headers=KEY, s="ALL")
    [payload] = client.ask(query, headers=KEY)["data"].values()
    assert payload["exportFile"] is None
    assert "was used for another request" in payload["errors"][0]["message"]
    assert len(client.service.store.jobs) == 1


def test_a_key_that_a_single_request_used_is_refused_for_a_list() -> None:
    client = make_client()
    client.ask(EXPORT, headers=KEY, s="ALL")
    body = {"query": EXPORT, "variables": {"s": "ALL"}}
    _, answers = client.post([{"query": "{__typename}"}, body], headers=KEY)
    assert answers[1]["data"]["exportProducts"]["exportFile"] is None


def test_a_mutation_that_was_refused_does_not_shift_the_keys_of_the_others() -> None:
    client = make_client()
    given = "exportProducts(input:{scope:%s fileType:CSV}){exportFile{id}}"
    both = f"mutation{{a:{given % 'IDS'} b:{given % 'ALL'}}}"
    first = client.ask(both, headers=KEY)
    assert client.ask(both, headers=KEY) == first
    assert len(client.service.store.jobs) == 1


def test_a_key_whose_export_is_forgotten_says_so() -> None:
    client = make_client()
    client.ask(EXPORT, headers=KEY, s="ALL")
    client.service.store.jobs.clear()
    payload = client.ask(EXPORT, headers=KEY, s="ALL")["data"]["exportProducts"]
    assert (payload["exportFile"], "no longer exists" in payload["errors"][0]["message"]) == (
        None,
        True,
    )
    assert client.service.store.jobs == {}


def test_a_key_counts_in_its_shop_alone() -> None:
    client = make_client()
    tokens = [client.let_in(shop, make_requestor(shop=shop)) for shop in ("north", "south")]
    for token in tokens:
        client.ask(EXPORT, headers=KEY, s="ALL", token=token)
    assert sorted(shop for shop, _ in client.service.store.jobs) == ["north", "south"]


def test_several_mutations_of_a_request_each_have_their_export() -> None:
    client = make_client()
    asked = "exportProducts(input:{scope:ALL fileType:CSV}){exportFile{id}}"
    both = f"mutation{{a:{asked} b:{asked}}}"
    first = client.post([{"query": both}, {"query": both}], headers=KEY)
    assert client.post([{"query": both}, {"query": both}], headers=KEY) == first
    assert len(client.service.store.jobs) == 4


def test_a_retry_with_a_key_is_one_new_export() -> None:
    client = make_client()
    job = client.service.request()
    client.service.work()
    export_id = encode_global_id("ExportFile", job.id)
    first = change(client, "exportFileRetry", export_id, headers=KEY)
    assert change(client, "exportFileRetry", export_id, headers=KEY) == first
    assert [job.status for job in client.service.store.jobs.values()] == [
        JobStatus.SUCCESS,
        JobStatus.PENDING,
    ]


@pytest.mark.parametrize("key", ["x" * 256, "two words", "schlüssel"])
def test_a_key_that_cannot_be_one_is_refused(key: str) -> None:
    client = make_client()
    status, answer = client.post(
        {"query": EXPORT, "variables": {"s": "ALL"}}, headers={"idempotency-key": key}
    )
    assert (status, "Idempotency-Key" in answer["errors"][0]["message"]) == (400, True)
    assert client.service.store.jobs == {}
