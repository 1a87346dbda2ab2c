from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.export_event import EventType
from chalicelib.domain.export_file import (
    DueFor,
    ExportFile,
    FileResult,
    JobStatus,
    make_export_id,
)
from chalicelib.domain.lease import claimed
from chalicelib.domain.transitions import (
    TRANSITIONS,
    Transition,
    delete,
    fail,
    notify,
    succeed,
)
from chalicelib.errors import Conflict, LeaseLost
from tests.factories import make_app, make_requestor
from tests.fakes import START
from tests.pending_jobs import make_pending

LATER = START + timedelta(minutes=1)
FILE = FileResult(file_key="k", size_bytes=10, row_count=1)


def make_job(status: JobStatus = JobStatus.PENDING) -> ExportFile:
    return replace(make_pending(), status=status)


VERBS = {
    JobStatus.SUCCESS: lambda job: succeed(job, FILE, now=LATER),
    JobStatus.FAILED: lambda job: fail(job, "No.", error_type="E", now=LATER),
    JobStatus.DELETED: lambda job: delete(job, now=LATER),
}
EVENTS = {
    JobStatus.SUCCESS: EventType.EXPORT_SUCCESS,
    JobStatus.FAILED: EventType.EXPORT_FAILED,
    JobStatus.DELETED: EventType.EXPORT_DELETED,
}


def test_the_event_of_a_removal_names_who_removed_the_file() -> None:
    job, robot = make_job(JobStatus.SUCCESS), make_app()
    by_schedule, by_app = (
        delete(job, now=LATER).event,
        delete(job, now=LATER, by=make_requestor(app=robot)).event,
    )
    assert by_schedule is not None
    assert by_app is not None
    assert (by_schedule.user, by_schedule.app) == (job.user, job.app)
    assert (by_app.user, by_app.app) == (None, robot)


@pytest.mark.parametrize("to", VERBS)
@pytest.mark.parametrize("before", JobStatus)
def test_a_status_moves_only_along_the_transitions(before: JobStatus, to: JobStatus) -> None:
    job = make_job(before)
    if to not in TRANSITIONS[before]:
        with pytest.raises(Conflict, match=f"^An export that is {before} cannot become {to}\\.$"):
            VERBS[to](job)
        return
    moved: Transition = VERBS[to](job)
    assert (moved.before, moved.after.status, moved.after.updated_at) == (job, to, LATER)
    assert moved.event is not None
    assert moved.event.type is EVENTS[to]


def test_a_new_job_is_pending_and_due_for_recovery() -> None:
    job = make_job()
    assert (job.status, job.due_for) == (JobStatus.PENDING, DueFor.RECOVERY)
    assert job.expires_at == START + timedelta(hours=1)


def test_an_ended_job_has_no_lease_and_is_due_for_notification() -> None:
    leased = claimed(make_job(), owner="w", now=START, seconds=60)
    ended = succeed(leased, FILE, now=LATER).after
    assert (ended.lease_owner, ended.lease_until, ended.due_for) == (
        None,
        None,
        DueFor.NOTIFICATION,
    )


def test_a_lease_passes_to_another_owner_only_after_its_end() -> None:
    leased = claimed(make_job(), owner="one", now=START, seconds=60)
    with pytest.raises(LeaseLost, match=r"^Another worker has claimed this export\.$"):
        claimed(leased, owner="two", now=START + timedelta(seconds=59), seconds=60)
    assert (
        claimed(leased, owner="two", now=START + timedelta(seconds=60), seconds=60).lease_owner
        == "two"
    )


def test_every_claim_counts_as_an_attempt() -> None:
    once = claimed(make_job(), owner="one", now=START, seconds=60)
    assert claimed(once, owner="one", now=START, seconds=60).attempts == 2


@pytest.mark.parametrize("status", [JobStatus.SUCCESS, JobStatus.FAILED, JobStatus.DELETED])
def test_a_finished_job_cannot_be_claimed(status: JobStatus) -> None:
    with pytest.raises(LeaseLost, match=f"^The export is {status}\\.$"):
        claimed(make_job(status), owner="w", now=START, seconds=60)


def test_an_end_is_notified_once() -> None:
    notified = notify(
        succeed(make_job(), FILE, now=START).after, mail_sent=True, now=LATER, seconds=330
    )
    assert notified.event is not None
    assert notified.event.type is EventType.EXPORTED_FILE_SENT
    with pytest.raises(
        Conflict, match=r"^The export has not ended, or its notifications were sent"
    ):
        notify(notified.after, mail_sent=True, now=LATER, seconds=330)


def test_a_job_that_was_notified_is_due_for_the_expiry_of_its_file() -> None:
    ended = succeed(make_job(), FILE, now=LATER).after
    notified = notify(ended, mail_sent=True, now=LATER, seconds=330).after
    assert (notified.due_for, notified.due_at) == (DueFor.EXPIRY, ended.expires_at)


def test_a_job_that_may_leave_objects_is_due_for_their_removal_some_time_after_its_end() -> None:
    failed = fail(make_job(), "No.", error_type="E", now=LATER).after
    notified = notify(failed, mail_sent=True, now=LATER, seconds=330).after
    assert failed.may_leave_objects
    assert (notified.due_for, notified.due_at) == (DueFor.REMOVAL, LATER + timedelta(seconds=330))


def test_without_a_mail_there_is_no_event_of_one() -> None:
    failed = fail(make_job(), "No.", error_type="E", now=START).after
    assert notify(failed, mail_sent=False, now=LATER, seconds=330).event is None


def test_ids_are_uuids_in_the_order_of_time() -> None:
    ids = [make_export_id(START + timedelta(microseconds=n)) for n in range(0, 3000, 7)]
    assert ids == sorted(ids)
    assert all(len(key) == 36 and key[14] == "7" for key in ids)
