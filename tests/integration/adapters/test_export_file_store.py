from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError
from botocore.session import Session

from chalicelib.adapters.export_file_store import DynamoExportFileStore
from chalicelib.domain.export_event import Download, EventType
from chalicelib.domain.export_file import (
    DueFor,
    ExportFile,
    FileResult,
    JobStatus,
    Notification,
    planned,
)
from chalicelib.domain.export_list import ListFilter, ListRequest, SortField
from chalicelib.domain.idempotency import IdempotencyKey, Replay
from chalicelib.domain.lease import claimed
from chalicelib.domain.requestor import App, User
from chalicelib.domain.segment import Segment, SegmentPlan, SegmentResult
from chalicelib.domain.transitions import Transition, create, fail, notify, succeed
from chalicelib.errors import Conflict, LeaseLost, NotFound, SegmentAlreadyDone, Unavailable
from chalicelib.exports.registry import EXPORT_TYPES
from tests.factories import ANN, make_app, make_request, make_requestor
from tests.fakes import START

LATER = START + timedelta(minutes=1)
PLAN = SegmentPlan((Segment(0, 0, 0, 5), Segment(1, 1, 1, 5)))


@pytest.fixture
def store(dynamodb: object) -> DynamoExportFileStore:
    return DynamoExportFileStore("ExportFiles", "ExportEvents")


def add(
    store: DynamoExportFileStore,
    *,
    shop: str = "default",
    minute: int = 0,
    user: User | None = ANN,
    app: App | None = None,
    export_type: str = "products",
) -> ExportFile:
    transition = create(
        request=make_request(export_type, filter={"search": "x"}, ids=("a", "b")),
        requestor=make_requestor(shop=shop, user=user, app=app),
        file_name="products.csv",
        now=START + timedelta(minutes=minute),
        retention_seconds=3600,
    )
    store.create(transition)
    return transition.after


def segment(number: int, key: str = "k") -> SegmentResult:
    return SegmentResult(number=number, file_key=key, size_bytes=10, row_count=5, crc32=7)


def asked(size: int = 10, **given: object) -> ListRequest:
    filter_ = ListFilter(export_types=frozenset(EXPORT_TYPES), **given.pop("filter", {}))  # type: ignore[arg-type]
    return ListRequest(shop="default", filter=filter_, size=size, **given)  # type: ignore[arg-type]


def test_a_job_comes_back_as_it_was_stored(store: DynamoExportFileStore) -> None:
    job = add(store, app=make_app())
    assert store.get("default", job.id) == job
    assert [event.type for event in store.find_events("default", job.id)] == [
        EventType.EXPORT_PENDING
    ]


def test_another_shop_has_no_such_job(store: DynamoExportFileStore) -> None:
    job = add(store)
    assert store.find("other", job.id) is None
    with pytest.raises(NotFound):
        store.get("other", job.id)


def test_a_transition_and_its_event_are_stored_together_or_not_at_all(
    store: DynamoExportFileStore,
) -> None:
    job = add(store)
    done = succeed(job, FileResult(file_key="k", size_bytes=3, row_count=1), now=LATER)
    store.save(done)
    with pytest.raises(Conflict):
        store.save(fail(job, "No.", error_type="E", now=LATER))
    assert store.get("default", job.id) == done.after
    assert len(store.find_events("default", job.id)) == 2


def test_a_write_whose_answer_was_lost_may_be_repeated(store: DynamoExportFileStore) -> None:
    job = add(store)
    done = succeed(job, FileResult(file_key="k", size_bytes=3, row_count=1), now=LATER)
    store.save(done)
    store.save(done)
    assert len(store.find_events("default", job.id)) == 2


def test_a_store_that_is_warm_makes_no_more_clients(
    store: DynamoExportFileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = add(store)
    monkeypatch.setattr(Session, "create_client", lambda *_, **__: pytest.fail("a client was made"))
    add(store, minute=1)
    store.save(fail(job, "No.", error_type="X", now=LATER))
    assert store.get(job.shop, job.id).status is JobStatus.FAILED


def test_the_writes_of_a_late_owner_are_refused(store: DynamoExportFileStore) -> None:
    job = add(store)
    first = claimed(job, owner="one", now=START, seconds=60)
    store.update(job, first)
    second = claimed(first, owner="two", now=LATER, seconds=60)
    store.update(first, second)
    with pytest.raises(Conflict):
        store.save(succeed(first, FileResult(file_key="k", size_bytes=3, row_count=1), now=LATER))


def test_a_segment_is_recorded_once_whoever_comes_second(store: DynamoExportFileStore) -> None:
    job = add(store)
    store.update(job, planned(job, PLAN))
    job = store.get("default", job.id)
    recorded = store.record_segment(job, segment(1), due_at=LATER)
    assert (recorded.segments_done, recorded.row_count) == (frozenset({1}), 5)
    with pytest.raises(SegmentAlreadyDone):
        store.record_segment(job, segment(1, "other"), due_at=LATER)
    again = store.record_segment(job, segment(1), due_at=LATER)
    assert (again.row_count, again.all_segments_done) == (5, False)
    assert store.record_segment(job, segment(0), due_at=LATER).all_segments_done
    assert [result.number for result in store.find_segments(job)] == [0, 1]


def test_a_segment_of_a_finished_job_is_refused(store: DynamoExportFileStore) -> None:
    job = add(store)
    store.save(fail(job, "No.", error_type="E", now=LATER))
    with pytest.raises(LeaseLost):
        store.record_segment(job, segment(0), due_at=LATER)


def test_what_is_due_is_found_the_longest_overdue_first(store: DynamoExportFileStore) -> None:
    late, later = add(store, minute=0), add(store, minute=3)
    now = START + timedelta(minutes=10)
    assert store.find_due(DueFor.RECOVERY, now, 10) == [("default", late.id), ("default", later.id)]
    ended = fail(late, "No.", error_type="E", now=now)
    store.save(ended)
    assert store.find_due(DueFor.RECOVERY, now, 10) == [("default", later.id)]
    store.save(notify(ended.after, mail_sent=True, now=now, seconds=330))
    assert store.find_due(DueFor.REMOVAL, START + timedelta(hours=2), 10) == [("default", late.id)]


def test_pending_jobs_are_counted_by_requestor(store: DynamoExportFileStore) -> None:
    add(store)
    add(store, minute=1)
    add(store, app=make_app())
    assert store.count_pending("default") == {ANN.id: 2, make_app().id: 1}
    assert store.count_pending("other") == {}


def test_pages_go_on_in_both_directions(store: DynamoExportFileStore) -> None:
    jobs = [add(store, minute=minute).id for minute in range(7)]
    first = store.list(asked(3, count=True))
    assert ([job.id for job in first.exports], first.has_next, first.has_previous) == (
        jobs[:3],
        True,
        False,
    )
    assert first.total == 7
    second = store.list(asked(3, after=first.positions[-1]))
    assert ([job.id for job in second.exports], second.has_next, second.has_previous) == (
        jobs[3:6],
        True,
        True,
    )
    back = store.list(asked(2, before=second.positions[0], backward=True))
    assert ([job.id for job in back.exports], back.has_previous) == (jobs[1:3], True)
    newest = store.list(asked(2, descending=True))
    assert [job.id for job in newest.exports] == [jobs[6], jobs[5]]


def test_jobs_of_the_same_moment_are_all_listed_once(store: DynamoExportFileStore) -> None:
    jobs = {add(store).id for _ in range(5)}
    seen: list[str] = []
    after: str | None = None
    while True:
        page = store.list(asked(2, after=after))
        seen += [job.id for job in page.exports]
        if not page.has_next:
            break
        after = page.positions[-1]
    assert (len(seen), set(seen)) == (5, jobs)


@pytest.mark.parametrize(
    ("filter_", "found"),
    [
        ({}, 3),
        ({"status": JobStatus.FAILED}, 1),
        ({"user": "ANN@"}, 2),
        ({"user": "lee"}, 2),
        ({"app": "rob"}, 1),
        ({"created_from": START + timedelta(minutes=1)}, 2),
        ({"created_to": START + timedelta(minutes=1)}, 2),
        ({"updated_from": START + timedelta(hours=1)}, 1),
        ({"export_types": frozenset({"gift_cards"})}, 1),
    ],
)
def test_a_list_is_filtered(
    store: DynamoExportFileStore, filter_: dict[str, object], found: int
) -> None:
    failed = add(store)
    store.save(fail(failed, "No.", error_type="E", now=START + timedelta(hours=1)))
    add(store, minute=1)
    add(store, minute=2, app=make_app(), export_type="gift_cards")
    wanted = {"export_types": frozenset(EXPORT_TYPES), **filter_}
    request = ListRequest(shop="default", filter=ListFilter(**wanted), size=10, count=True)  # type: ignore[arg-type]
    page = store.list(request)
    assert (len(page.exports), page.total) == (found, found)


def test_a_list_is_sorted_by_status_and_by_change(store: DynamoExportFileStore) -> None:
    jobs = [add(store, minute=minute) for minute in range(3)]
    store.save(fail(jobs[0], "No.", error_type="E", now=START + timedelta(hours=1)))
    by_status = store.list(asked(sort=SortField.STATUS))
    assert [job.id for job in by_status.exports] == [jobs[0].id, jobs[1].id, jobs[2].id]
    by_change = store.list(asked(sort=SortField.UPDATED_AT))
    assert [job.id for job in by_change.exports] == [jobs[1].id, jobs[2].id, jobs[0].id]


def test_an_unchanged_job_is_a_plain_item_that_reads_well(
    store: DynamoExportFileStore, dynamodb: Any
) -> None:
    job = add(store)
    item = dynamodb.get_item(
        TableName="ExportFiles", Key={"shop": {"S": "default"}, "id": {"S": job.id}}
    )["Item"]
    assert (item["status"], item["export_type"], item["user_email"]) == (
        {"S": "PENDING"},
        {"S": "products"},
        {"S": "ann@shop.example"},
    )
    assert replace(job) == store.get("default", job.id)


def idempotency_key(fingerprint: str = "body", *, text: str = "default#key") -> IdempotencyKey:
    return IdempotencyKey(text=text, fingerprint=fingerprint, expires_at=START + timedelta(days=1))


def make_creation(minute: int = 0) -> Transition:
    return create(
        request=make_request(),
        requestor=make_requestor(),
        file_name="products.csv",
        now=START + timedelta(minutes=minute),
        retention_seconds=3600,
    )


def test_a_key_is_stored_with_its_job_or_neither_is(store: DynamoExportFileStore) -> None:
    first, second = make_creation(), make_creation(1)
    store.create(first, idempotency_key())
    with pytest.raises(Conflict):
        store.create(second, idempotency_key("other body"))
    assert store.find("default", second.after.id) is None
    assert store.find_replay(idempotency_key(), START) == Replay(
        fingerprint="body", export_id=first.after.id
    )


def test_a_key_that_no_longer_counts_may_be_used_again(store: DynamoExportFileStore) -> None:
    store.create(make_creation(), idempotency_key())
    next_day = START + timedelta(days=1)
    assert store.find_replay(idempotency_key(), next_day) is None
    again = make_creation(24 * 60)
    store.create(again, replace(idempotency_key(), expires_at=next_day + timedelta(days=1)))
    replay = store.find_replay(idempotency_key(), next_day)
    assert replay is not None
    assert replay.export_id == again.after.id


def test_of_parallel_requests_with_one_key_one_makes_the_job(store: DynamoExportFileStore) -> None:
    creations = [make_creation(minute) for minute in range(8)]

    def attempt(creation: Transition) -> bool:
        try:
            store.create(creation, idempotency_key())
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(attempt, creations)) == 1
    assert store.count_pending("default").total() == 1


def test_downloads_are_kept_apart_from_events_the_latest_first(
    store: DynamoExportFileStore,
) -> None:
    job = add(store)
    for minute in range(3):
        store.record_download(job, Download(date=START + timedelta(minutes=minute), user=ANN))
    latest, before = store.find_downloads("default", job.id, 2)
    assert (latest.date, before.date) == (
        START + timedelta(minutes=2),
        START + timedelta(minutes=1),
    )
    assert (latest.user and latest.user.email) == ANN.email
    assert [event.type for event in store.find_events("default", job.id)] == [
        EventType.EXPORT_PENDING
    ]
    assert store.find_downloads("other", job.id, 2) == ()


def test_what_a_deployment_wants_forgotten_says_when(
    store: DynamoExportFileStore, dynamodb: Any
) -> None:
    job = create(
        request=make_request(),
        requestor=make_requestor(),
        file_name="f.csv",
        now=START,
        retention_seconds=3600,
        history_seconds=60,
    )
    store.create(job)
    store.record_segment(job.after, segment(0), due_at=LATER)
    store.record_download(job.after, Download(date=START))
    end = int(START.timestamp()) + 3600
    files = {
        i["id"]["S"]: i["forget_at_epoch"]["N"]
        for i in dynamodb.scan(TableName="ExportFiles")["Items"]
    }
    assert files == {job.after.id: str(end + 60), f"{job.after.id}#segment#00000": str(end)}
    events = [
        item["forget_at_epoch"]["N"] for item in dynamodb.scan(TableName="ExportEvents")["Items"]
    ]
    assert events == [str(end + 60)] * 2


def test_a_write_that_is_denied_is_told_as_such_and_not_as_a_busy_table(
    store: DynamoExportFileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = add(store)
    ordinary = BaseClient._make_api_call

    def deny(client: BaseClient, operation: str, request: Any) -> Any:
        if operation == "TransactWriteItems":
            error = {
                "Code": "AccessDeniedException",
                "Message": "not authorized to perform: dynamodb:PutItem",
            }
            raise ClientError(
                {"Error": error, "ResponseMetadata": {"HTTPStatusCode": 400}}, operation
            )
        return ordinary(client, operation, request)

    monkeypatch.setattr(BaseClient, "_make_api_call", deny)
    with pytest.raises(Unavailable, match="not authorized"):
        store.save(fail(job, "Gone.", error_type="Test", now=LATER))


def test_what_a_segment_and_a_job_note_comes_back_as_it_was(store: DynamoExportFileStore) -> None:
    job = add(store)
    noted = replace(job, notifications=frozenset({Notification.BUS, Notification.NO_MAIL}))
    store.update(job, noted)
    assert store.get(job.shop, job.id).notifications == noted.notifications
    store.update(noted, planned(noted, PLAN))
    result = replace(segment(0), head_crc32=4_294_967_295)
    store.record_segment(job, result, due_at=LATER)
    assert store.find_segments(job) == (result,)


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


def test_a_segment_is_claimed_by_one_owner_until_the_claim_ends(
    store: DynamoExportFileStore,
) -> None:
    job = add(store)
    first = store.claim_segment(job, 7, owner="one", now=START, until=LATER)
    assert (first.attempts, first.until, store.find_claim(job, 7)) == (1, LATER, first)
    with pytest.raises(LeaseLost):
        store.claim_segment(job, 7, owner="two", now=START, until=LATER)
    assert store.claim_segment(job, 7, owner="two", now=LATER, until=LATER).attempts == 2
    assert store.find_claim(job, 8) is None


def test_a_claim_whose_answer_was_lost_is_its_owners(store: DynamoExportFileStore) -> None:
    job = add(store)
    store.claim_segment(job, 0, owner="one", now=START, until=LATER)
    assert store.claim_segment(job, 0, owner="one", now=START, until=LATER).until == LATER


def test_claims_are_forgotten_with_the_file_and_are_neither_jobs_nor_segments(
    store: DynamoExportFileStore, dynamodb: Any
) -> None:
    job = add(store)
    store.claim_segment(job, 0, owner="one", now=START, until=LATER)
    [claim] = [it for it in dynamodb.scan(TableName="ExportFiles")["Items"] if "#" in it["id"]["S"]]
    assert claim["forget_at_epoch"]["N"] == str(int(job.expires_at.timestamp()))
    assert store.find_segments(job) == ()
    assert store.count_pending(job.shop).total() == 1
