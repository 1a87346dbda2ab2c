from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.export_file import JobStatus
from chalicelib.domain.global_id import encode_global_id
from chalicelib.domain.requestor import MANAGE_GIFT_CARD
from chalicelib.errors import Unavailable
from tests.api_client import ApiClient
from tests.catalog_files import id_of
from tests.factories import fill, make_channel, make_requestor, make_service

PRODUCTS = (
    "mutation($input:ExportProductsInput!){exportProducts(input:$input)"
    "{errors{field code message} exportFile{id status formulas fileType fileName compression}}}"
)
ALL = {"scope": "ALL", "fileType": "CSV"}


def start(client: ApiClient, token: str = "waybill_app", **given: Any) -> Any:
    return client.ask(PRODUCTS, token=token, input={**ALL, **given})["data"]["exportProducts"]


def test_a_request_leaves_a_pending_job_an_event_and_a_message() -> None:
    client = ApiClient()
    export = start(client)["exportFile"]
    assert export["status"] == "PENDING"
    (job,) = client.service.store.jobs.values()
    assert encode_global_id("ExportFile", job.id) == export["id"]
    assert client.service.events_of(job) == ["EXPORT_PENDING"]
    assert len(client.service.queue.bodies) == 1


def test_a_job_that_could_not_be_queued_is_not_lost() -> None:
    client = ApiClient()

    def failing(*arguments: Any, **named: Any) -> None:
        raise Unavailable("The queue does not answer.")

    client.service.queue.send = failing  # type: ignore[method-assign]
    assert start(client)["exportFile"]["status"] == "PENDING"
    assert len(client.service.store.jobs) == 1


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"scope": "IDS"}, "ids", "REQUIRED"),
    ({"scope": "IDS", "ids": []}, "ids", "REQUIRED"),
    ({"scope": "FILTER"}, "filter", "REQUIRED"),
    ({"scope": "IDS", "ids": ["nonsense"]}, "ids", "GRAPHQL_ERROR"),
    ({"scope": "FILTER", "filter": {"isPublished": True}}, "channels", "REQUIRED"),
    ({"exportInfo": {"attributes": ["nonsense"]}}, "attributes", "GRAPHQL_ERROR"),
    ({"fileType": "XLSX", "compression": "GZIP"}, "compression", "INVALID"),
]


@pytest.mark.parametrize(("given", "field", "code"), REFUSED)
def test_bad_input_is_named_and_changes_nothing(
    given: dict[str, Any], field: str, code: str
) -> None:
    client = ApiClient()
    payload = start(client, **given)
    assert payload["exportFile"] is None
    assert [(error["field"], error["code"]) for error in payload["errors"]] == [(field, code)]
    assert client.service.store.jobs == {}
    assert client.service.queue.bodies == []


def test_too_many_ids_say_what_to_do() -> None:
    client = ApiClient(service=make_service(settings={"ids_per_request": 2}))
    ids = [encode_global_id("Product", number) for number in range(3)]
    (error,) = start(client, scope="IDS", ids=ids)["errors"]
    assert error["message"] == "At most 2 ids can be given. Split the export, or use a filter."


def test_a_search_with_too_many_terms_says_what_to_do_and_changes_nothing() -> None:
    client = ApiClient()
    search = " or ".join(f"SKU-{number}" for number in range(201))
    (error,) = start(client, scope="FILTER", filter={"search": search})["errors"]
    assert error["field"] == "filter"
    assert error["message"] == (
        "The search has 201 terms, at most 200 are allowed. "
        "Split the export into several, or select products by `ids` or `slugs`."
    )
    assert client.service.store.jobs == {}


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        (1, "You have 1 export pending. Wait until it is finished, then ask again."),
        (2, "You have 2 exports pending. Wait until one is finished, then ask again."),
    ],
)
def test_too_many_pending_exports_say_what_to_do(limit: int, said: str) -> None:
    client = ApiClient(service=make_service(settings={"pending_per_requestor": limit}))
    for _ in range(limit):
        start(client)
    (error,) = start(client)["errors"]
    assert error["message"] == said
    assert len(client.service.store.jobs) == limit


def test_one_pending_export_is_said_in_the_singular_in_german() -> None:
    client = ApiClient(service=make_service(settings={"pending_per_requestor": 1}))
    start(client)
    answer = client.ask(PRODUCTS, headers={"waybill-language": "de"}, input=ALL)
    (error,) = answer["data"]["exportProducts"]["errors"]
    assert error["message"].startswith("Sie haben 1 laufenden Export. ")


def test_without_the_permission_there_is_an_error_and_no_job() -> None:
    client = ApiClient()
    client.let_in("cards", make_requestor(MANAGE_GIFT_CARD))
    answer = client.ask(PRODUCTS, token="cards", input=ALL)
    assert answer["data"]["exportProducts"] is None
    assert answer["errors"][0]["extensions"]["exception"]["code"] == "PermissionDenied"
    assert client.service.store.jobs == {}


def test_the_choice_about_formulas_is_kept_and_has_a_default() -> None:
    client = ApiClient()
    assert start(client)["exportFile"]["formulas"] == "ESCAPE"
    assert start(client, formulas="RAW")["exportFile"]["formulas"] == "RAW"


def test_the_choice_about_compression_is_kept_and_none_is_the_default() -> None:
    client = ApiClient()
    for given in ({}, {"compression": None}, {"compression": "NONE"}):
        assert start(client, **given)["exportFile"]["compression"] == "NONE"
    compressed = start(client, compression="GZIP")["exportFile"]
    assert (compressed["compression"], compressed["fileType"]) == ("GZIP", "CSV")
    assert compressed["fileName"].endswith(".csv.gz")


def test_xlsx_with_compression_says_what_to_do() -> None:
    (error,) = start(ApiClient(), fileType="XLSX", compression="GZIP")["errors"]
    assert (
        error["message"]
        == "An XLSX file is compressed already. Leave `compression` out, or choose CSV."
    )


def test_an_unexpected_error_is_masked() -> None:
    client = ApiClient()

    def broken(*arguments: Any, **named: Any) -> None:
        raise RuntimeError("secret of the inside")

    client.service.store.create = broken  # type: ignore[method-assign]
    status, answer = client.post({"query": PRODUCTS, "variables": {"input": ALL}})
    assert (status, answer["errors"][0]["message"]) == (200, "Internal Server Error")
    assert "secret" not in str(answer)


def test_shops_are_walls() -> None:
    client = ApiClient()
    export = start(client)["exportFile"]
    client.let_in("other", make_requestor(shop="other"))
    query = "query($id:ID!){exportFile(id:$id){id} exportFiles(first:10){totalCount}}"
    assert client.ask(query, token="other", id=export["id"])["data"] == {
        "exportFile": None,
        "exportFiles": {"totalCount": 0},
    }


def test_additions_tell_more_about_an_export() -> None:
    client = ApiClient(service=make_service(products=2))
    export = start(client)["exportFile"]
    client.service.work()
    fields = "exportType fileName fileSize rowCount progress expiresAt sha256 url"
    query = f"query($id:ID!){{exportFile(id:$id){{{fields}}}}}"
    found = client.ask(query, id=export["id"])["data"]["exportFile"]
    (job,) = client.service.store.jobs.values()
    assert job.status is JobStatus.SUCCESS
    assert (found["exportType"], found["rowCount"], found["progress"]) == ("products", 2, 1.0)
    assert (found["fileSize"], found["sha256"]) == (len(client.service.file_of(job)), job.sha256)
    assert found["url"].startswith("https://files.example/")


def test_the_same_channel_twice_is_not_exactly_one() -> None:
    client = ApiClient()
    fill(client.service.source, "channels", make_channel(1, "eu"))
    twice = [id_of("Channel", "eu")] * 2
    payload = start(
        client, scope="FILTER", filter={"isPublished": True}, exportInfo={"channels": twice}
    )
    assert [(error["field"], error["code"]) for error in payload["errors"]] == [
        ("channels", "REQUIRED")
    ]
    assert client.service.store.jobs == {}


@pytest.mark.parametrize(
    "key", ["0190A5F0-0000-7000-8000-00000000ABCD", "0190A5F000007000800000000000ABCD"]
)
def test_an_id_in_capitals_is_that_of_no_export(key: str) -> None:
    query = "query($id:ID!){exportFile(id:$id){id}}"
    assert ApiClient().ask(query, id=encode_global_id("ExportFile", key)) == {
        "data": {"exportFile": None}
    }


def test_a_number_of_too_many_digits_is_the_client_s_mistake() -> None:
    (error,) = ApiClient().ask(f"{{exportFiles(first:{'9' * 5_000}){{edges{{cursor}}}}}}")["errors"]
    assert error["extensions"]["exception"]["code"] == "GraphQLError"


def test_an_export_id_longer_than_any_is_none() -> None:
    id_ = encode_global_id("ExportFile", "1" * 3_000)
    (error,) = ApiClient().ask(f'{{exportFile(id:"{id_}"){{id}}}}')["errors"]
    assert error["message"].startswith("Invalid ID")
