"""What the store of jobs makes of DynamoDB.

Tests/integration/ports has what every store promises.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.session import Session

from chalicelib.adapters.aws.clients import client
from chalicelib.adapters.export_files.file_items import MAX_INLINE_REQUEST_BYTES
from chalicelib.adapters.export_files.list_models import ExportListItem
from chalicelib.adapters.export_files.list_writes import entry_key
from chalicelib.adapters.export_files.store import DynamoExportFileStore
from chalicelib.domain.export_event import Download
from chalicelib.domain.export_file import DueFor, ExportFile, JobStatus, Notification
from chalicelib.domain.idempotency import IdempotencyKey
from chalicelib.domain.transitions import Transition, fail
from chalicelib.errors import Conflict, ShopFull, Unavailable
from tests.factories import make_app
from tests.fakes import START
from tests.integration.ports.jobs import (
    LATER,
    add,
    add_finished,
    make_creation,
    make_list_request,
    make_segment,
)
from tests.wrapped_calls import Call, wrap_calls


@pytest.fixture
def store(dynamodb: object) -> DynamoExportFileStore:
    return DynamoExportFileStore("ExportFiles", "ExportEvents")


def stored(dynamodb: Any, job: ExportFile) -> dict[str, Any]:
    key = {"shop": {"S": job.shop}, "id": {"S": job.id}}
    item: dict[str, Any] = dynamodb.get_item(TableName="ExportFiles", Key=key)["Item"]
    return item


def size_of(item: dict[str, Any]) -> int:
    return sum(
        len(name) + len(str(value)) for name, typed in item.items() for value in typed.values()
    )


def test_a_store_that_is_warm_makes_no_more_clients(
    store: DynamoExportFileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = add(store)
    store.get(job.shop, job.id)
    monkeypatch.setattr(Session, "create_client", lambda *_, **__: pytest.fail("a client was made"))
    add(store, minute=1)
    store.save(fail(job, "No.", error_type="X", now=LATER))
    assert store.get(job.shop, job.id).status is JobStatus.FAILED


def test_a_job_is_a_plain_item_that_reads_well(store: DynamoExportFileStore, dynamodb: Any) -> None:
    item = stored(dynamodb, add(store))
    assert (item["status"], item["export_type"], item["user_email"]) == (
        {"S": "PENDING"},
        {"S": "products"},
        {"S": "ann@shop.example"},
    )


def test_an_entry_of_an_earlier_version_has_a_name_in_lower_case(
    store: DynamoExportFileStore,
) -> None:
    for job in (add(store), add(store, user=None, app=make_app())):
        unnamed = ExportListItem.requestor_name.remove()
        ExportListItem(*entry_key(job)).update(actions=[unnamed])
    recent = store.find_recent("default", frozenset({"products"}), START, 2)
    assert {one.requestor_name for one in recent} == {"ann@shop.example", "robot"}


def test_a_job_is_small_in_the_partition_of_its_shop_however_large_its_request_is(
    store: DynamoExportFileStore, dynamodb: Any
) -> None:
    ids = tuple(f"UHJvZHVjdDo{number:05d}" for number in range(5_000))
    small, large = add_finished(store), add_finished(store, ids=ids)
    sizes = [size_of(stored(dynamodb, job)) for job in (small, large)]
    assert max(sizes) < 1_000 + MAX_INLINE_REQUEST_BYTES
    of_shop = dynamodb.query(
        TableName="ExportFiles",
        KeyConditionExpression="shop = :shop",
        ExpressionAttributeValues={":shop": {"S": "default"}},
    )["Items"]
    assert sum(map(size_of, of_shop)) == sum(sizes)


def test_a_page_of_a_list_reads_no_large_requests(store: DynamoExportFileStore) -> None:
    large = add(store, ids=tuple(f"UHJvZHVjdDo{number:05d}" for number in range(5_000)))
    [listed] = store.list(make_list_request()).exports
    assert (listed.request.export_type, listed.request.file_type, listed.request.ids) == (
        large.request.export_type,
        large.request.file_type,
        (),
    )


def test_of_parallel_requests_with_one_key_one_makes_the_job(store: DynamoExportFileStore) -> None:
    expires_at = START + timedelta(days=1)
    key = IdempotencyKey(text="default#key", fingerprint="body", expires_at=expires_at)

    def attempt(creation: Transition) -> bool:
        try:
            store.create(creation, key)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(attempt, [make_creation(minute=minute) for minute in range(8)])) == 1
    assert store.count_pending("default").total() == 1


def forget_at(item: Any) -> int:
    return int(item["forget_at_epoch"]["N"])


def test_every_item_says_when_it_may_be_forgotten(
    store: DynamoExportFileStore, dynamodb: Any
) -> None:
    job = add(store, history_seconds=60, ids=("x" * MAX_INLINE_REQUEST_BYTES,))
    store.record_segment(job, make_segment(0), due_at=LATER)
    store.record_download(job, Download(date=START))
    end = int(START.timestamp()) + 3600
    files = dynamodb.scan(TableName="ExportFiles")["Items"]
    assert {(item["shop"]["S"], item["id"]["S"]): forget_at(item) for item in files} == {
        ("default", job.id): end + 60,
        (f"default#{job.id}#request", job.id): end + 60,
        ("default", f"{job.id}#segment#00000"): end,
    }
    tables = ("ExportEvents", "ExportLists")
    others = [forget_at(i) for table in tables for i in dynamodb.scan(TableName=table)["Items"]]
    assert len(others) == 6
    assert min(others) == end + 60


def refuse(operation: str, answer: dict[str, Any]) -> None:
    """Let DynamoDB refuse one operation with an answer."""

    def ask(call: Call, asked: str, params: Any) -> Any:
        if asked == operation:
            raise ClientError(answer, operation)
        return call(asked, params)

    wrap_calls(client("dynamodb"), ask)


def make_refusal(code: str, *reasons: str) -> dict[str, Any]:
    return {
        "Error": {"Code": code, "Message": "not authorized to perform this"},
        "ResponseMetadata": {"HTTPStatusCode": 400},
        "CancellationReasons": [{"Code": reason} for reason in reasons],
    }


def test_a_write_that_is_denied_is_not_called_a_busy_table(store: DynamoExportFileStore) -> None:
    job = add(store)
    refuse("TransactWriteItems", make_refusal("AccessDeniedException"))
    with pytest.raises(Unavailable, match="not authorized"):
        store.save(fail(job, "Gone.", error_type="Test", now=LATER))


def test_a_shop_that_is_full_is_an_error_of_its_own(
    store: DynamoExportFileStore, caplog: pytest.LogCaptureFixture
) -> None:
    job = add(store)
    reasons = ("ItemCollectionSizeLimitExceeded", "None")
    canceled = make_refusal("TransactionCanceledException", *reasons)
    refuse("TransactWriteItems", canceled)
    with pytest.raises(ShopFull):
        store.create(make_creation(minute=1))
    refuse("UpdateItem", make_refusal("ItemCollectionSizeLimitExceededException"))
    with pytest.raises(ShopFull):
        store.update(job, fail(job, "No.", error_type="E", now=LATER).after)
    assert caplog.messages == ["shop is full"] * 2


def test_a_job_that_the_version_before_has_stored_is_read_and_found(
    store: DynamoExportFileStore, dynamodb: Any
) -> None:
    job = add(store)
    dynamodb.update_item(
        TableName="ExportFiles",
        Key={"shop": {"S": job.shop}, "id": {"S": job.id}},
        UpdateExpression="SET told = :told, due_for = :due_for",
        ExpressionAttributeValues={":told": {"SS": ["bus"]}, ":due_for": {"S": "clearing"}},
    )
    found = store.get(job.shop, job.id)
    assert (found.notifications, found.due_for) == (
        frozenset({Notification.BUS}),
        DueFor.REMOVAL,
    )
    assert store.find_due(DueFor.REMOVAL, START + timedelta(hours=1), 10) == [(job.shop, job.id)]


def test_claims_are_forgotten_with_the_file_and_are_neither_jobs_nor_segments(
    store: DynamoExportFileStore, dynamodb: Any
) -> None:
    job = add(store)
    store.claim_segment(job, 0, owner="one", now=START, until=LATER)
    [claim] = [it for it in dynamodb.scan(TableName="ExportFiles")["Items"] if "#" in it["id"]["S"]]
    assert claim["forget_at_epoch"]["N"] == str(int(job.expires_at.timestamp()))
    assert store.find_segments(job) == ()
    assert store.count_pending(job.shop).total() == 1
