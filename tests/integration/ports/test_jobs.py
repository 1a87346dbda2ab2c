"""What every `ExportFileStore` promises about jobs: each condition of each write."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.export_event import EventType
from chalicelib.domain.export_file import (
    DueFor,
    ExportFile,
    JobStatus,
    Notification,
    planned,
)
from chalicelib.domain.idempotency import IdempotencyKey, Replay
from chalicelib.domain.lease import claimed
from chalicelib.domain.ports import ExportFileStore
from chalicelib.domain.transitions import Transition, fail, notify, retry, succeed
from chalicelib.errors import Conflict, LeaseLost, NotFound, SegmentAlreadyDone
from tests.factories import ANN, make_app
from tests.fakes import START
from tests.integration.ports.jobs import (
    FILE,
    LATER,
    PLAN,
    add,
    add_finished,
    make_creation,
    make_segment,
)

Write = Callable[[ExportFileStore, ExportFile, ExportFile], None]


def save(store: ExportFileStore, before: ExportFile, after: ExportFile) -> None:
    store.save(Transition(before=before, after=after, event=None))


def update(store: ExportFileStore, before: ExportFile, after: ExportFile) -> None:
    store.update(before, after)


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_job_comes_back_as_it_was_stored(store: ExportFileStore, language: str) -> None:
    job = add(store, app=make_app(), language=language, history_seconds=60)
    assert store.get("default", job.id) == job
    assert [event.type for event in store.find_events("default", job.id)] == [
        EventType.EXPORT_PENDING
    ]


@pytest.mark.parametrize("count", [1, 5_000])
def test_a_request_comes_back_however_large_it_is(store: ExportFileStore, count: int) -> None:
    job = add(store, ids=tuple(f"UHJvZHVjdDo{number:05d}" for number in range(count)))
    store.update(job, planned(job, PLAN))
    assert store.get("default", job.id).request == job.request


def test_another_shop_has_no_such_job(store: ExportFileStore) -> None:
    job = add(store)
    assert store.find("other", job.id) is None
    with pytest.raises(NotFound):
        store.get("other", job.id)


def test_a_job_is_created_once(store: ExportFileStore) -> None:
    creation = make_creation()
    store.create(creation)
    ended = fail(creation.after, "No.", error_type="E", now=LATER)
    store.save(ended)
    with pytest.raises(Conflict):
        store.create(creation)
    assert store.get("default", ended.after.id) == ended.after


def test_an_event_is_stored_also_if_nothing_of_its_job_changes(store: ExportFileStore) -> None:
    job = add(store)
    noted = retry(job, "Interrupted", attempt=1, most=3, now=START)
    store.save(replace(noted, after=job))
    assert store.get(job.shop, job.id) == job
    assert len(store.find_events(job.shop, job.id)) == 2


def test_a_transition_and_its_event_are_stored_together_or_not_at_all(
    store: ExportFileStore,
) -> None:
    done = add_finished(store)
    with pytest.raises(Conflict):
        store.save(fail(replace(done, status=JobStatus.PENDING), "No.", error_type="E", now=LATER))
    assert store.get("default", done.id) == done
    assert len(store.find_events("default", done.id)) == 2


def test_a_write_whose_answer_was_lost_may_be_repeated(store: ExportFileStore) -> None:
    job = add(store)
    done = succeed(job, FILE, now=LATER)
    store.save(done)
    store.save(done)
    assert len(store.find_events("default", job.id)) == 2
    assert store.count_pending("default").total() == 0


MOVED: dict[str, Any] = {
    "status": JobStatus.FAILED,
    "lease_owner": "other",
    "notified_at": LATER,
    "due_for": DueFor.REMOVAL,
}


@pytest.mark.parametrize("write", [save, update])
@pytest.mark.parametrize("field", MOVED)
def test_a_write_is_refused_if_another_one_has_changed_this(
    store: ExportFileStore, field: str, write: Write
) -> None:
    job = add(store)
    moved = replace(job, **{field: MOVED[field]})
    save(store, job, moved)
    with pytest.raises(Conflict):
        write(store, job, replace(job, message="mine"))
    assert store.get("default", job.id) == moved


@pytest.mark.parametrize("write", [save, update])
@pytest.mark.parametrize("field", MOVED)
def test_a_write_is_refused_if_another_one_has_undone_this(
    store: ExportFileStore, field: str, write: Write
) -> None:
    job = add(store)
    seen = replace(job, **{field: MOVED[field]})
    with pytest.raises(Conflict):
        write(store, seen, replace(seen, message="mine"))
    assert store.get("default", job.id) == job


DIFFERS: dict[str, Any] = {
    "status": JobStatus.FAILED,
    "lease_owner": "other",
    "lease_until": LATER + timedelta(seconds=1),
    "notified_at": LATER,
    "updated_at": LATER,
    "attempts": 7,
    "due_for": DueFor.REMOVAL,
}


@pytest.mark.parametrize("write", [save, update])
@pytest.mark.parametrize("field", DIFFERS)
def test_a_refused_write_is_not_taken_for_its_own_if_this_differs(
    store: ExportFileStore, field: str, write: Write
) -> None:
    job = add(store)
    mine = replace(job, lease_owner="me", lease_until=LATER, attempts=1)
    save(store, job, replace(mine, **{field: DIFFERS[field]}))
    with pytest.raises(Conflict):
        write(store, job, mine)


def test_the_writes_of_a_late_owner_are_refused(store: ExportFileStore) -> None:
    job = add(store)
    first = claimed(job, owner="one", now=START, seconds=60)
    store.update(job, first)
    second = claimed(first, owner="two", now=LATER, seconds=60)
    store.update(first, second)
    with pytest.raises(Conflict):
        store.save(succeed(first, FILE, now=LATER))


def test_changes_of_others_beside_its_own_are_kept(store: ExportFileStore) -> None:
    job = add(store)
    store.update(job, planned(job, PLAN))
    store.update(job, replace(job, attempts=3))
    assert (store.get("default", job.id).plan, store.get("default", job.id).attempts) == (PLAN, 3)


def test_a_segment_is_recorded_once_whoever_comes_second(store: ExportFileStore) -> None:
    job = add(store)
    store.update(job, planned(job, PLAN))
    recorded = store.record_segment(job, make_segment(1), due_at=LATER)
    assert (recorded.segments_done, recorded.row_count, recorded.due_at) == (
        frozenset({1}),
        5,
        LATER,
    )
    with pytest.raises(SegmentAlreadyDone):
        store.record_segment(job, make_segment(1, "other"), due_at=LATER)
    again = store.record_segment(job, make_segment(1), due_at=LATER)
    assert (again.row_count, again.all_segments_done) == (5, False)
    whole = store.record_segment(job, make_segment(0), due_at=LATER)
    assert (whole.row_count, whole.all_segments_done) == (10, True)
    assert store.find_segments(job) == (make_segment(0), make_segment(1))


def test_a_segment_is_recorded_whoever_has_the_lease(store: ExportFileStore) -> None:
    job = add(store)
    store.update(job, claimed(job, owner="one", now=START, seconds=60))
    recorded = store.record_segment(job, make_segment(0), due_at=LATER)
    assert (recorded.lease_owner, recorded.segments_done) == ("one", frozenset({0}))


@pytest.mark.parametrize("status", [JobStatus.SUCCESS, JobStatus.FAILED, JobStatus.DELETED])
def test_a_segment_of_an_ended_job_is_refused(store: ExportFileStore, status: JobStatus) -> None:
    job = add(store)
    save(store, job, replace(job, status=status))
    with pytest.raises(LeaseLost):
        store.record_segment(job, make_segment(0), due_at=LATER)
    assert (store.find_segments(job), store.get("default", job.id).row_count) == ((), None)


def test_a_segment_keeps_the_checksum_of_its_header(store: ExportFileStore) -> None:
    job = add(store)
    result = replace(make_segment(0), head_crc32=4_294_967_295)
    store.record_segment(job, result, due_at=LATER)
    assert store.find_segments(job) == (result,)


def test_a_segment_is_claimed_by_one_owner_until_the_claim_ends(store: ExportFileStore) -> None:
    job = add(store)
    first = store.claim_segment(job, 7, owner="one", now=START, until=LATER)
    assert (first.attempts, first.until, store.find_claim(job, 7)) == (1, LATER, first)
    with pytest.raises(LeaseLost):
        store.claim_segment(job, 7, owner="two", now=START, until=LATER)
    assert store.claim_segment(job, 7, owner="two", now=LATER, until=LATER).attempts == 2
    assert store.find_claim(job, 8) is None


def test_a_claim_whose_answer_was_lost_is_its_owners(store: ExportFileStore) -> None:
    job = add(store)
    store.claim_segment(job, 0, owner="one", now=START, until=LATER)
    assert store.claim_segment(job, 0, owner="one", now=START, until=LATER).until == LATER
    assert store.find_segments(job) == ()


def test_segments_of_another_export_are_not_found(store: ExportFileStore) -> None:
    job, other = add(store), add(store, minute=1)
    store.record_segment(other, make_segment(0), due_at=LATER)
    assert store.find_segments(job) == ()


def test_the_longest_overdue_job_is_found_first(store: ExportFileStore) -> None:
    late, later = add(store, minute=0), add(store, minute=3)
    now = START + timedelta(minutes=10)
    assert store.find_due(DueFor.RECOVERY, now, 10) == [("default", late.id), ("default", later.id)]
    assert store.find_due(DueFor.RECOVERY, now, 1) == [("default", late.id)]
    assert store.find_due(DueFor.RECOVERY, START, 10) == []
    store.save(fail(late, "No.", error_type="E", now=now))
    assert store.find_due(DueFor.RECOVERY, now, 10) == [("default", later.id)]


def test_a_successful_job_loses_its_plan_once_nothing_of_it_is_left_to_do(
    store: ExportFileStore,
) -> None:
    job = add(store)
    store.update(job, planned(job, PLAN))
    done = succeed(planned(job, PLAN), FILE, now=LATER)
    store.save(done)
    assert store.get("default", job.id).plan == PLAN
    store.save(notify(done.after, mail_sent=True, now=LATER, seconds=330))
    stored = store.get("default", job.id)
    assert (stored.due_for, stored.plan) == (DueFor.EXPIRY, None)


def test_notifications_come_back_as_they_were(store: ExportFileStore) -> None:
    job = add(store)
    noted = replace(job, notifications=frozenset({Notification.BUS, Notification.NO_MAIL}))
    store.update(job, noted)
    assert store.get(job.shop, job.id).notifications == noted.notifications


def make_key(fingerprint: str = "body") -> IdempotencyKey:
    expires_at = START + timedelta(days=1)
    return IdempotencyKey(text="default#key", fingerprint=fingerprint, expires_at=expires_at)


def test_a_key_is_stored_with_its_job_or_neither_is(store: ExportFileStore) -> None:
    first, second = make_creation(), make_creation(minute=1)
    store.create(first, make_key())
    with pytest.raises(Conflict):
        store.create(second, make_key("other body"))
    assert store.find("default", second.after.id) is None
    assert store.count_pending("default") == {ANN.id: 1}
    replay = Replay(fingerprint="body", export_id=first.after.id)
    assert store.find_replay(make_key(), START) == replay


def test_a_key_that_no_longer_counts_may_be_used_again(store: ExportFileStore) -> None:
    store.create(make_creation(), make_key())
    next_day = START + timedelta(days=1)
    assert store.find_replay(make_key(), next_day) is None
    again = make_creation(minute=24 * 60)
    store.create(again, replace(make_key(), expires_at=next_day + timedelta(days=1)))
    replay = store.find_replay(make_key(), next_day)
    assert replay is not None
    assert replay.export_id == again.after.id
