"""Links to files in answers: each is on record before it is handed out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.api.context import LinkBatches, ReadBudget, RequestContext
from chalicelib.api.graphql_errors import QueryRefused
from chalicelib.api.links import link_to
from chalicelib.domain.export_event import Download
from chalicelib.domain.export_file import ExportFile
from chalicelib.domain.global_id import encode_global_id
from chalicelib.errors import LinkNotRecorded, Unavailable
from tests.api_client import ApiClient
from tests.factories import ANN, make_app, make_requestor, make_service
from tests.fakes import START

URL = "query($id:ID!){exportFile(id:$id){url}}"
URLS = "{exportFiles(first:100){edges{node{url}}}}"
LIFETIME = timedelta(minutes=5)
Links = Sequence[tuple[ExportFile, Download]]


def make_client(exports: int = 1, **settings: Any) -> tuple[ApiClient, list[str]]:
    client = ApiClient(service=make_service(products=1, settings=settings))
    ids = []
    for _ in range(exports):
        ids.append(client.service.request().id)
        client.service.work()
    return client, ids


def records(client: ApiClient) -> int:
    return sum(map(len, client.service.store.downloads.values()))


def by_query(client: ApiClient, export_id: str, token: str = "waybill_app") -> Any:
    answer = client.ask(URL, token=token, id=encode_global_id("ExportFile", export_id))
    return answer["data"]["exportFile"]["url"]


def by_rest(client: ApiClient, export_id: str, token: str = "waybill_app") -> Any:
    return json.loads(client.status(export_id, token=token).body)["url"]


def fail(*arguments: object) -> None:
    raise Unavailable("The table is down.")


@pytest.mark.parametrize("ask", [by_query, by_rest])
def test_a_link_is_recorded_with_who_when_and_until_when(ask: Any) -> None:
    client, [job] = make_client()
    assert ask(client, job, client.let_in("ann", make_requestor(user=ANN)))
    [download] = client.service.store.find_downloads("default", job, 10)
    assert (download.user, download.app, download.date, download.until) == (
        ANN,
        None,
        START,
        START + LIFETIME,
    )


@pytest.mark.parametrize("ask", [by_query, by_rest])
def test_polling_within_the_life_of_a_link_records_nothing_more(ask: Any) -> None:
    client, [job] = make_client()
    links = []
    for _ in range(9):
        links.append(ask(client, job))
        client.service.clock.advance(30)
    assert records(client) == 1
    assert [f"seconds={300 - 30 * n}&" in link for n, link in enumerate(links)] == [True] * 9
    client.service.clock.advance(15)
    assert "seconds=300&" in ask(client, job)
    assert records(client) == 2


@pytest.mark.parametrize("ask", [by_query, by_rest])
def test_polling_reads_the_recorded_link_once(ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    client, [job] = make_client()
    ask(client, job)
    monkeypatch.setattr(client.service.store, "find_links", fail)
    assert [bool(ask(client, job)) for _ in range(3)] == [True] * 3


def test_each_requestor_has_a_record_of_their_own() -> None:
    client, [job] = make_client()
    ann = client.let_in("ann", make_requestor(user=ANN))
    for token in ("waybill_app", ann, "waybill_app", ann):
        by_rest(client, job, token)
        by_query(client, job, token)
    found = client.service.store.find_downloads("default", job, 10)
    assert [(one.user, one.app) for one in found] == [(ANN, None), (None, make_app())]


def test_the_links_of_a_list_are_recorded_in_one_write(monkeypatch: pytest.MonkeyPatch) -> None:
    client, ids = make_client(5)
    store, writes = client.service.store, []
    record = store.record_links

    def record_links(links: Links, requestor_id: str) -> None:
        writes.append(len(links))
        record(links, requestor_id)

    monkeypatch.setattr(store, "record_links", record_links)
    for _ in range(2):
        answer = client.ask(URLS)
        assert all(edge["node"]["url"] for edge in answer["data"]["exportFiles"]["edges"])
    assert (writes, records(client)) == ([5], len(ids))


def test_a_query_that_asks_for_no_link_records_none() -> None:
    client, [job] = make_client()
    pending = client.service.request().id
    skipped = "query($id:ID!){exportFile(id:$id){id url @skip(if:true)}}"
    client.ask(skipped, id=encode_global_id("ExportFile", job))
    client.ask("{exportFiles(first:100){edges{node{id}}}}")
    assert by_query(client, pending) is None
    assert by_rest(client, pending) is None
    assert records(client) == 0


@pytest.mark.parametrize("method", ["find_links", "record_links"])
def test_there_is_no_link_without_a_record(monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    client, [job, _] = make_client(2)
    monkeypatch.setattr(client.service.store, method, fail)
    status = client.status(job)
    assert (status.status, json.loads(status.body)["message"]) == (503, LinkNotRecorded.answer)
    answer = client.ask(URLS)
    assert [edge["node"]["url"] for edge in answer["data"]["exportFiles"]["edges"]] == [None] * 2
    assert {error["message"] for error in answer["errors"]} == {LinkNotRecorded.answer}


def test_an_outage_is_met_once_for_a_list(monkeypatch: pytest.MonkeyPatch) -> None:
    client, _ = make_client(3)
    asked = []

    def find_links(jobs: Sequence[ExportFile], requestor_id: str) -> None:
        asked.append(len(jobs))
        fail()

    monkeypatch.setattr(client.service.store, "find_links", find_links)
    assert len(client.ask(URLS)["errors"]) == 3
    assert asked == [3]


@pytest.mark.parametrize(("exports", "cost"), [(1, 2), (12, 2), (13, 3)])
def test_links_count_against_the_budget_of_a_request(exports: int, cost: int) -> None:
    client, ids = make_client(exports)
    jobs = [client.service.store.get("default", export_id) for export_id in ids]
    pages = LinkBatches(dict.fromkeys(ids, jobs))
    budget = ReadBudget(cost)
    context = RequestContext(
        requestor=make_requestor(), service=client.service.api, budget=budget, links=pages
    )
    links = [link_to(context, job) for job in jobs]
    assert None not in links
    assert budget.left == 0
    other = replace(context, links=LinkBatches())
    with pytest.raises(QueryRefused):
        link_to(other, jobs[0])
    assert records(client) == exports


def test_a_shortened_life_of_links_applies_to_those_on_record() -> None:
    client, [job] = make_client()
    by_rest(client, job)
    strict = ApiClient(service=make_service(settings={"download_url_seconds": 60}))
    strict.service.store.jobs = client.service.store.jobs
    strict.service.store.links = client.service.store.links
    assert "seconds=60&" in by_rest(strict, job)
