"""What one request may read, however it names things."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.api.context import MOST_READS
from chalicelib.domain.global_id import encode_global_id
from tests.api_client import ApiClient

PRODUCTS = "mutation{exportProducts(input:{scope:ALL fileType:CSV}){exportFile{id}}}"
REFUSED = "This request reads too much at once. Ask for fewer exports with `first`, or in several requests."


def started(count: int) -> ApiClient:
    client = ApiClient()
    for _ in range(count):
        client.ask(PRODUCTS)
    return client


def messages(answer: Any) -> set[str]:
    return {error["message"] for error in answer.get("errors", ())}


def times(count: int, field: str) -> str:
    return f"{{{' '.join(f'a{number}:{field}' for number in range(count))}}}"


def test_a_full_page_with_everything_of_each_export_is_read() -> None:
    client = started(3)
    answer = client.ask("{exportFiles(first:100){totalCount edges{node{id events{type} downloads{date}}}}}")
    assert "errors" not in answer
    assert len(answer["data"]["exportFiles"]["edges"]) == 3


def test_a_page_named_too_often_is_refused() -> None:
    client = started(1)
    most = MOST_READS // 100
    assert "errors" not in client.ask(times(most, "exportFiles(first:100){edges{cursor}}"))
    answer = client.ask(times(most + 1, "exportFiles(first:100){edges{cursor}}"))
    assert messages(answer) == {REFUSED}
    assert [name for name, page in answer["data"].items() if page is None] == [f"a{most}"]


@pytest.mark.parametrize(
    "field",
    [
        "exportFiles{totalCount}",
        'exportEstimate(exportType:"products" scope:ALL){records}',
        "exportStatistics{isComplete}",
        "exportHeader",
        "exportOptions{channels{slug}}",
    ],
)
def test_what_goes_through_a_list_counts_for_more(field: str) -> None:
    client = ApiClient()
    assert REFUSED not in messages(client.ask(times(100, field)))
    assert REFUSED in messages(client.ask(times(101, field)))


@pytest.mark.parametrize("field", ["events{type}", "downloads{date}"])
def test_what_belongs_to_an_export_counts(field: str) -> None:
    client = started(1)
    (job,) = client.service.store.jobs.values()
    export_id = encode_global_id("ExportFile", job.id)
    asked = times(10, f'exportFile(id:"{export_id}"){times(21, field)}')
    _, answers = client.post([{"query": asked}] * 9)
    assert not any(map(messages, answers))
    _, answers = client.post([{"query": asked}] * 10)
    assert [REFUSED in messages(answer) for answer in answers] == [False] * 9 + [True]
