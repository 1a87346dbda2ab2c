"""The reads that one request may cost, whatever aliases it uses."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.api.context import MAX_READS, READS_PER_LIST, READS_PER_LIST_OF_SHOP
from chalicelib.domain.global_id import encode_global_id
from chalicelib.domain.requestor import MANAGE_GIFT_CARD
from tests.api_client import ApiClient
from tests.factories import make_requestor, make_service

PRODUCTS = "mutation{exportProducts(input:{scope:ALL fileType:CSV}){exportFile{id}}}"
REFUSED = "This request reads too much at once. Ask for less, or send several requests."
EVERYTHING = "exportFiles(first:100){totalCount edges{node{id events{type} downloads{date}}}}"


def started(count: int) -> ApiClient:
    client = ApiClient()
    for _ in range(count):
        client.ask(PRODUCTS)
    return client


def messages(answer: Any) -> set[str]:
    return {error["message"] for error in answer.get("errors", ())}


def times(count: int, field: str) -> str:
    return f"{{{' '.join(f'a{number}:{field}' for number in range(count))}}}"


def together(client: ApiClient, count: int, query: str) -> list[set[str]]:
    """Return the errors of each of so many requests in one list."""
    _, answers = client.post([{"query": query}] * count)
    return [messages(answer) for answer in answers]


def test_full_pages_with_everything_of_each_export_are_read() -> None:
    client = ApiClient(service=make_service(settings={"pending_per_requestor": 100}))
    for _ in range(100):
        client.ask(PRODUCTS)
    answer = client.ask(times(4, EVERYTHING))
    assert "errors" not in answer
    assert [len(page["edges"]) for page in answer["data"].values()] == [100] * 4


def test_pages_named_too_often_are_refused_and_the_others_read() -> None:
    client = started(1)
    most = MAX_READS // 11
    answer = client.ask(times(most + 1, "exportFiles(first:100){edges{cursor}}"))
    assert messages(answer) == {REFUSED}
    assert [name for name, page in answer["data"].items() if page is None] == [f"a{most}"]


def test_a_refused_read_leaves_its_budget() -> None:
    client = started(1)
    pages = times(MAX_READS // 11, "exportFiles(first:100){edges{cursor}}")[1:-1]
    answer = client.ask(
        f"{{{pages} many:exportFiles(first:100){{edges{{cursor}}}}"
        " one:exportFiles(first:1){edges{cursor}}}"
    )
    assert messages(answer) == {REFUSED}
    assert answer["data"]["many"] is None
    assert len(answer["data"]["one"]["edges"]) == 1


@pytest.mark.parametrize(
    ("field", "reads"),
    [
        ("exportFiles{totalCount}", READS_PER_LIST + 1),
        ('exportFiles(filter:{user:"a"}){pageInfo{hasNextPage}}', READS_PER_LIST + 1),
        ('exportEstimate(exportType:"products" scope:ALL){records}', READS_PER_LIST),
        ("exportStatistics{isComplete}", 110),
        ("exportHeader", READS_PER_LIST),
        (
            "exportPreview(input:{giftCards:{scope:ALL fileType:CSV}}){isExact}",
            5 * READS_PER_LIST,
        ),
        ("exportOptions{channels{slug}}", READS_PER_LIST),
        ("exportOptions{vouchers{id}}", READS_PER_LIST_OF_SHOP),
        ('exportEstimate(exportType:"gift_cards" scope:ALL){records}', READS_PER_LIST_OF_SHOP),
        ('exportRecords(exportType:"products"){next}', 5 * READS_PER_LIST),
        ("exportTemplates{name}", 2 * READS_PER_LIST),
    ],
)
def test_a_field_that_goes_through_a_list_costs_more(field: str, reads: int) -> None:
    client = ApiClient()
    most = MAX_READS // reads
    assert "errors" not in client.ask(times(most, field))
    assert messages(client.ask(times(most + 1, field))) == {REFUSED}


@pytest.mark.parametrize(
    ("field", "each"),
    [("me{shop}", 2), ("exportFiles{pageInfo{hasNextPage}}", 1), ("exportFiles{__typename}", 1)],
)
def test_nothing_that_reads_is_free(field: str, each: int) -> None:
    asked = times(100, field)
    found = together(ApiClient(), 10, asked)
    fit = MAX_READS // (100 * each)
    assert found == [set()] * fit + [{REFUSED}] * (10 - fit)


def test_a_list_of_only_some_types_costs_a_filter() -> None:
    client = ApiClient()
    token = client.let_in("some", make_requestor(MANAGE_GIFT_CARD))
    most = MAX_READS // (READS_PER_LIST + 1)
    assert "errors" not in client.ask(times(most, "exportFiles{__typename}"), token=token)
    assert messages(client.ask(times(most + 1, "exportFiles{__typename}"), token=token)) == {
        REFUSED
    }


@pytest.mark.parametrize("field", ["events{type}", "downloads{date}"])
def test_a_field_of_an_export_costs_a_read(field: str) -> None:
    client = started(1)
    (job,) = client.service.store.jobs.values()
    asked = times(
        10, f'exportFile(id:"{encode_global_id("ExportFile", job.id)}"){times(10, field)}'
    )
    found = together(client, 10, asked)
    assert found == [set()] * 9 + [{REFUSED}]
