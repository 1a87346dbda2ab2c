"""When a job is due again, and whose it is until then."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.export_file import DueFor, ExportFile, JobStatus
from chalicelib.domain.lease import (
    brought_forward,
    claimed,
    claimed_to_notify,
    handed_out,
    objects_removed,
    postponed,
    released,
    resent,
)
from chalicelib.domain.retry_policy import RELEASED_SECONDS
from chalicelib.errors import LeaseLost
from tests.fakes import START
from tests.pending_jobs import make_pending

NOW = START + timedelta(seconds=40)


@pytest.fixture
def job() -> ExportFile:
    """A job of 40 seconds ago, which a worker has claimed."""
    return claimed(make_pending(), owner="one", now=NOW, seconds=9)


def after(seconds: int) -> dict[str, Any]:
    return {"due_at": NOW + timedelta(seconds=seconds)}


NO_LEASE: dict[str, Any] = {"lease_owner": None, "lease_until": None}


def test_a_claimed_job_is_due_when_its_lease_ends(job: ExportFile) -> None:
    assert (job.lease_owner, job.attempts) == ("one", 1)
    assert job.lease_until == job.due_at == NOW + timedelta(seconds=9)


def test_a_released_job_is_due_soon(job: ExportFile) -> None:
    assert released(job, now=NOW) == replace(job, **NO_LEASE, **after(RELEASED_SECONDS))


def test_a_job_that_is_handed_out_has_all_attempts_again(job: ExportFile) -> None:
    expected = replace(job, **NO_LEASE, **after(60), attempts=0)
    assert handed_out(job, now=NOW, seconds=60) == expected


@pytest.mark.parametrize(("seconds", "due_after"), [(30, 40), (60, 60)])
def test_a_job_that_was_sent_again_is_due_after_its_age_or_longer(
    job: ExportFile, seconds: int, due_after: int
) -> None:
    assert resent(job, now=NOW, seconds=seconds) == replace(job, **after(due_after))


def test_a_postponed_job_keeps_its_lease(job: ExportFile) -> None:
    assert postponed(job, now=NOW, seconds=5) == replace(job, **after(5))


def test_a_job_that_is_brought_forward_is_due_now(job: ExportFile) -> None:
    assert brought_forward(job, now=NOW) == replace(job, **after(0))


def test_who_notifies_of_an_end_has_the_job_for_a_while(job: ExportFile) -> None:
    ended = replace(job, status=JobStatus.FAILED, **NO_LEASE)
    mine = claimed_to_notify(ended, owner="two", now=NOW, seconds=5)
    assert mine == replace(ended, lease_owner="two", lease_until=mine.due_at, **after(5))
    again = NOW + timedelta(seconds=4)
    sentence = r"^The notifications were sent, or another worker sends them now\.$"
    with pytest.raises(LeaseLost, match=sentence):
        claimed_to_notify(mine, owner="three", now=again, seconds=5)


@pytest.mark.parametrize("status", [JobStatus.SUCCESS, JobStatus.DELETED])
def test_objects_of_an_ended_job_are_looked_for_until_no_worker_writes(
    job: ExportFile, status: JobStatus
) -> None:
    ended = replace(job, status=status, updated_at=NOW, due_for=DueFor.REMOVAL)
    early = objects_removed(ended, now=NOW + timedelta(seconds=4), seconds=5)
    assert early == replace(ended, **after(5))
    quiet = objects_removed(ended, now=NOW + timedelta(seconds=5), seconds=5)
    ends = (None, None) if status is JobStatus.DELETED else (DueFor.EXPIRY, job.expires_at)
    assert (quiet.due_for, quiet.due_at) == ends
