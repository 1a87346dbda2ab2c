from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.export_file import ExportFile
from chalicelib.domain.global_id import encode_global_id
from chalicelib.domain.progress import Progress
from chalicelib.domain.request import Scope
from chalicelib.errors import Unavailable
from chalicelib.services.requests.get_export import find_progress
from tests.api_client import ApiClient
from tests.factories import Service, make_service


def watch(service: Service, seconds: float = 0.5) -> list[Progress]:
    """Let each page of ten documents take some seconds; return the progress that people see."""
    seen: list[Progress] = []
    read, source = service.source.read_buckets, service.source
    source.page_size = 10

    def read_slowly(*given: Any, **named: Any) -> Iterator[list[bytes]]:
        for page in read(*given, **named):
            service.clock.advance(seconds)
            yield page
            [job] = service.store.jobs.values()
            seen.append(find_progress(service.api, job))

    source.read_buckets = read_slowly  # type: ignore[method-assign]
    count = source.find_buckets
    source.find_buckets = lambda *given: tuple(  # type: ignore[method-assign]
        replace(bucket, rows=bucket.records) for bucket in count(*given)
    )
    return seen


def test_rows_and_share_move_within_a_segment() -> None:
    service = make_service(products=60)
    seen = watch(service)
    job = service.request()
    service.work()
    assert [one.rows_done for one in seen] == [None, 10, 10, 30, 30, 50]
    assert {one.rows_total for one in seen} == {60}
    assert [round(one.share, 2) for one in seen[1:]] == [0.17, 0.17, 0.5, 0.5, 0.83]
    assert find_progress(service.api, service.job(job)).rows_done == 60


def test_segments_under_way_add_up() -> None:
    service = make_service(products=1_200, settings={"segment_records": 500})
    seen = watch(service, seconds=1)
    service.request()
    service.work()
    rows = [one.rows_done for one in seen if one.rows_done is not None]
    assert rows == sorted(rows)
    assert len(set(rows)) > 100


def test_segments_that_are_written_at_the_same_time_report_beside_each_other() -> None:
    limits = {"segment_records": 500, "segments_in_flight": 3}
    service = make_service(products=2_400, settings=limits)
    watch(service, seconds=1)
    job = service.request()
    service.work()
    reports = service.store.reports[job.shop, job.id]
    assert {chain: report.number for chain, report in reports.items()} == {0: 3, 1: 4, 2: 2}


def test_a_short_export_writes_no_reports() -> None:
    service = make_service(products=60)
    watch(service, seconds=0.1)
    service.request()
    service.work()
    assert not any(service.store.reports.values())


def test_a_filter_reports_what_it_has_admitted_and_no_total() -> None:
    service = make_service(products=60)
    seen = watch(service)
    service.request(scope=Scope.FILTER, filter={"slugs": ["product-1", "product-40"]})
    service.work()
    assert [one.rows_done for one in seen] == [None, 1, 1, 1, 1, 2]
    assert {one.rows_total for one in seen} == {None}


def test_an_export_does_not_fail_because_reports_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*given: Any) -> None:
        raise Unavailable("The table of exports is busy.")

    service = make_service(products=60)
    watch(service)
    monkeypatch.setattr(service.store, "report_progress", refuse)
    job = service.request()
    service.work()
    assert service.job(job).row_count == 60


def started(client: ApiClient) -> ExportFile:
    """An export that has reported 30 of its 60 rows, and whose worker has died then."""
    service = client.service
    watch(service)
    service.source.read_buckets = dying(service.source.read_buckets)  # type: ignore[method-assign]
    job = service.request()
    with pytest.raises(Unavailable):
        service.work()
    return service.job(job)


def dying(read: Any) -> Any:
    def read_some(*given: Any, **named: Any) -> Iterator[list[bytes]]:
        for number, page in enumerate(read(*given, **named)):
            if number == 5:
                raise Unavailable("The table does not answer.")
            yield page

    return read_some


def test_graphql_and_rest_say_how_many_rows_there_are_and_of_how_many() -> None:
    client = ApiClient(service=make_service(products=60))
    job = started(client)
    global_id = encode_global_id("ExportFile", job.id)
    query = f'{{exportFile(id:"{global_id}"){{rowsDone rowsTotal progress}}}}'
    assert client.ask(query)["data"]["exportFile"] == {
        "rowsDone": 30,
        "rowsTotal": 60,
        "progress": 0.5,
    }
    assert '"progress": 0.5, "rows_done": 30, "rows_total": 60' in client.status(job.id).body
