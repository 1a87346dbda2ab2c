"""An upgrade from version 0.1.0.

Its records, as its own code wrote them, and its queued messages.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from chalicelib.adapters.aws.clients import client
from chalicelib.adapters.export_files.list_models import ExportListItem
from chalicelib.adapters.export_files.relisting import OLD_ATTRIBUTES, relist_exports
from chalicelib.adapters.export_files.store import DynamoExportFileStore
from chalicelib.domain.export_file import JobStatus
from chalicelib.domain.export_list import ListFilter, ListRequest
from chalicelib.domain.message import ExportMessage
from chalicelib.domain.transitions import delete
from chalicelib.services.requests.change_export import retry_export
from chalicelib.services.work.expire_exports import expire_exports
from chalicelib.services.work.recover_exports import recover_exports
from chalicelib.services.work.work_export import work_export
from tests.factories import ANN, Service, fill, make_product, make_requestor

RECORDS = json.loads((Path(__file__).parent / "records_of_0_1_0.json").read_text())
NAMES: dict[str, str] = RECORDS["names"]
PENDING = ("queued", "large", "halfway")
MESSAGES: list[dict[str, Any]] = [
    {"shop": "default", "export_id": NAMES["queued"], "step": "start"},
    {"shop": "default", "export_id": NAMES["large"], "step": "start"},
    {"shop": "default", "export_id": NAMES["halfway"], "step": "segment", "segment": 0},
    {"shop": "default", "export_id": NAMES["halfway"], "step": "segment", "segment": 1},
]
TYPES = frozenset({"products", "gift_cards"})


@pytest.fixture
def service(dynamodb: Any) -> Service:
    """The new version on the tables of the old one."""
    for table in ("ExportFiles", "ExportEvents"):
        for item in RECORDS[table]:
            dynamodb.put_item(TableName=table, Item=item)
    store = DynamoExportFileStore("ExportFiles", "ExportEvents")
    service = Service(store=store)  # type: ignore[arg-type]
    fill(service.source, "products", *map(make_product, (1, 2, 501)))
    return service


def listed(service: Service, **filtered: Any) -> tuple[set[str], int | None]:
    wanted = ListFilter(export_types=TYPES, **filtered)
    page = service.store.list(ListRequest(shop="default", filter=wanted, size=50, count=True))
    names = {export_id: name for name, export_id in NAMES.items()}
    return {names.get(job.id, "new") for job in page.exports}, page.total


def work(service: Service) -> None:
    for message in MESSAGES:
        work_export(service.worker, ExportMessage.from_json(message))
    service.work()


def test_queued_messages_end_their_exports(service: Service) -> None:
    work(service)
    rows = {}
    for name in PENDING:
        job = service.store.get("default", NAMES[name])
        assert job.status is JobStatus.SUCCESS, (name, job.message)
        rows[name] = job.row_count
    assert rows == {"queued": 3, "large": 2, "halfway": 3}


def test_exports_that_end_after_the_upgrade_are_listed_and_counted(service: Service) -> None:
    work(service)
    assert listed(service) == (set(PENDING), 3)
    assert listed(service, status=JobStatus.SUCCESS, user="ann") == (set(PENDING), 3)
    assert service.store.count_pending("default").total() == 0


def test_all_exports_are_listed_once_they_are_relisted(service: Service) -> None:
    done = relist_exports()
    assert (done.exports, done.listed, done.rewritten) == (5, 5, 5)
    assert listed(service) == (set(NAMES), 5)
    assert listed(service, status=JobStatus.FAILED) == ({"failed"}, 1)
    assert listed(service, app="robot") == ({"finished"}, 1)
    assert service.store.count_pending("default") == {ANN.id: 3}
    work(service)
    assert listed(service, status=JobStatus.SUCCESS) == ({*PENDING, "finished"}, 4)
    assert service.store.count_pending("default").total() == 0


def test_exports_are_relisted_in_parts(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.adapters.export_files.relisting.JOBS_PER_READ", 2)
    counts: list[int] = []
    relist_exports(lambda done: counts.append(done.exports))
    assert counts == [2, 4, 5]
    assert listed(service) == (set(NAMES), 5)


def test_what_is_relisted_has_the_present_form(service: Service) -> None:
    relist_exports()
    items = client("dynamodb").scan(TableName="ExportFiles")["Items"]
    of_shop = [item for item in items if item["shop"]["S"] == "default"]
    assert not any(set(OLD_ATTRIBUTES) & set(item) for item in items)
    assert max(len(json.dumps(item)) for item in of_shop) < 1_500
    again = relist_exports()
    assert (again.exports, again.listed, again.rewritten) == (5, 0, 0)


def test_a_relisted_export_keeps_its_request(service: Service) -> None:
    before = service.store.get("default", NAMES["large"])
    relist_exports()
    assert service.store.get("default", NAMES["large"]) == before


def test_an_old_export_is_retried_and_expires_like_a_new_one(service: Service) -> None:
    again = retry_export(service.api, make_requestor(), NAMES["failed"])
    service.work()
    assert service.job(again).status is JobStatus.SUCCESS
    service.clock.advance(31 * 86_400)
    recover_exports(service.worker)
    service.clock.advance(600)
    expire_exports(service.worker)
    assert listed(service, status=JobStatus.DELETED) == ({"finished", "failed", "new"}, 3)


def end_as_an_old_worker(export_id: str, status: str = "SUCCESS") -> None:
    """Version 0.1.0 knows no lists: it changes the job alone."""
    client("dynamodb").update_item(
        TableName="ExportFiles",
        Key={"shop": {"S": "default"}, "id": {"S": export_id}},
        UpdateExpression="SET #status = :status, row_count = :rows",
        ExpressionAttributeNames={"#status": "status"},
        ExpressionAttributeValues={":status": {"S": status}, ":rows": {"N": "3"}},
    )


def test_an_export_that_an_old_worker_has_ended_is_corrected(service: Service) -> None:
    job = service.request()
    end_as_an_old_worker(job.id)
    assert service.store.count_pending("default").total() == 1
    relist_exports()
    assert service.store.count_pending("default").total() == 3
    assert listed(service, status=JobStatus.SUCCESS) == ({"finished", "new"}, 2)


def test_an_export_that_an_old_worker_ends_meanwhile_is_listed_as_ended(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = ExportListItem.batch_get

    def read_while_an_old_worker_ends_one(*given: Any, **options: Any) -> Any:
        end_as_an_old_worker(NAMES["queued"])
        return read(*given, **options)

    monkeypatch.setattr(ExportListItem, "batch_get", read_while_an_old_worker_ends_one)
    relist_exports()
    assert listed(service, status=JobStatus.SUCCESS) == ({"finished", "queued"}, 2)
    assert service.store.count_pending("default").total() == 2


def test_a_listed_export_that_an_old_worker_ends_meanwhile_is_listed_and_counted_once(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    relist_exports()
    job, read = service.request(), ExportListItem.batch_get
    end_as_an_old_worker(job.id)

    def read_while_an_old_worker_removes_it(*given: Any, **options: Any) -> Any:
        end_as_an_old_worker(job.id, "DELETED")
        return read(*given, **options)

    monkeypatch.setattr(ExportListItem, "batch_get", read_while_an_old_worker_removes_it)
    relist_exports()
    assert listed(service, status=JobStatus.DELETED) == ({"new"}, 1)
    assert service.store.count_pending("default").total() == len(PENDING)


def test_an_export_that_an_old_worker_has_ended_is_corrected_by_its_next_change(
    service: Service,
) -> None:
    job = service.request()
    end_as_an_old_worker(job.id)
    service.clock.advance(31 * 86_400)
    service.store.save(delete(service.job(job), now=service.clock.now()))
    assert listed(service) == ({"new"}, 1)
    assert service.store.count_pending("default").total() == 0
