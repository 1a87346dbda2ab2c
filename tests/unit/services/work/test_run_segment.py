from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.lease import claimed
from chalicelib.domain.request import Scope
from chalicelib.errors import LeaseLost
from chalicelib.services.requests.change_export import cancel_export
from chalicelib.services.work.run_segment import WATCH_SECONDS, watched
from tests.factories import make_requestor, make_service


def test_a_worker_whose_export_was_canceled_stops_before_the_next_page() -> None:
    service = make_service()
    job = service.request()
    pages = watched(service.worker, job, iter([[b"1"], [b"2"], [b"3"]]), print)
    assert next(pages) == [b"1"]
    cancel_export(service.api, make_requestor(), job.id)
    service.clock.advance(WATCH_SECONDS)
    with pytest.raises(LeaseLost, match="FAILED"):
        next(pages)


@pytest.mark.parametrize(
    ("asked", "most"), [({}, 100), ({"scope": Scope.FILTER, "filter": {"search": "tea"}}, 20)]
)
def test_a_canceled_export_stops_after_few_documents_of_a_large_page(
    asked: dict[str, Any], most: int
) -> None:
    service = make_service()
    job = service.request(**asked)
    pages = watched(service.worker, job, iter([[b"1"] * 500]), print)
    read = len(next(pages))
    cancel_export(service.api, make_requestor(), job.id)
    service.clock.advance(WATCH_SECONDS)
    with pytest.raises(LeaseLost):
        next(pages)
    assert read <= most


def test_a_worker_that_lost_its_lease_stops_before_the_next_page() -> None:
    service = make_service()
    stored = service.request()
    job = claimed(stored, owner="first", now=service.clock.now(), seconds=1)
    service.store.update(stored, job)
    pages = watched(service.worker, job, iter([[b"1"], [b"2"]]), print)
    assert next(pages) == [b"1"]
    service.clock.advance(WATCH_SECONDS + 1)
    service.store.update(job, claimed(job, owner="second", now=service.clock.now(), seconds=60))
    with pytest.raises(LeaseLost, match="has claimed the export"):
        next(pages)
