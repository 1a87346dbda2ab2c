from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.export_file import ExportFile, JobStatus
from chalicelib.domain.lease import claimed
from chalicelib.domain.message import ExportMessage, Step
from chalicelib.domain.retry_policy import MAX_ATTEMPTS
from chalicelib.domain.transitions import Transition
from chalicelib.services.requests.change_export import delete_export
from chalicelib.services.work.bury_message import bury_message
from chalicelib.services.work.recover_exports import recover_exports
from tests.factories import Service, make_requestor, make_service
from tests.unit.services.work.steps import MANY, NAMES, step, take


def dead_letter(job: ExportFile, step_: Step, segment: int | None = None) -> str:
    return json.dumps(ExportMessage.of(job, step_, segment).to_json())


def tried_out(service: Service, **given: Any) -> ExportFile:
    """A pending export whose attempts are used up."""
    return service.change(service.request(**NAMES), attempts=service.settings.max_attempts, **given)


def claim_often(service: Service, job: ExportFile, number: int, times: int) -> None:
    """Let so many workers claim a segment and die."""
    for attempt in range(times):
        now = service.clock.now()
        until = now + timedelta(seconds=service.settings.lease_seconds)
        service.store.claim_segment(job, number, owner=f"dead-{attempt}", now=now, until=until)
        service.clock.advance(service.settings.lease_seconds)


def test_a_dead_letter_of_a_tried_export_fails_it_and_says_so() -> None:
    service = make_service(products=1)
    job = tried_out(service)
    bury_message(service.worker, dead_letter(job, Step.START))
    assert service.job(job).error_type == "DeadLetter"
    assert service.events_of(job) == ["EXPORT_PENDING", "EXPORT_FAILED", "EXPORT_FAILED_INFO_SENT"]


@pytest.mark.parametrize("attempts", range(MAX_ATTEMPTS))
def test_deliveries_that_started_no_worker_fail_no_export(attempts: int) -> None:
    service = make_service(products=1)
    job = service.change(service.request(**NAMES), attempts=attempts)
    letter = dead_letter(job, take(service).step)
    bury_message(service.worker, letter)
    assert service.job(job).status is JobStatus.PENDING
    recover_exports(service.worker)
    service.work()
    assert service.job(job).status is JobStatus.SUCCESS


@pytest.mark.parametrize("attempts", range(MAX_ATTEMPTS))
def test_a_segment_whose_deliveries_started_no_worker_is_sent_again(attempts: int) -> None:
    service = make_service(products=1_200, settings=MANY)
    job = service.request(**NAMES)
    step(service)
    lost = take(service)
    claim_often(service, service.job(job), lost.segment or 0, attempts)
    bury_message(service.worker, dead_letter(job, lost.step, lost.segment))
    assert service.job(job).status is JobStatus.PENDING
    recover_exports(service.worker)
    service.work()
    assert (service.job(job).status, service.job(job).row_count) == (JobStatus.SUCCESS, 1_200)


def test_a_segment_that_killed_every_worker_fails_its_export() -> None:
    service = make_service(products=1_200, settings=MANY)
    job = service.request(**NAMES)
    step(service)
    claim_often(service, service.job(job), 1, MAX_ATTEMPTS)
    bury_message(service.worker, dead_letter(job, Step.SEGMENT, 1))
    assert (service.job(job).status, service.job(job).error_type) == (
        JobStatus.FAILED,
        "DeadLetter",
    )


def test_a_segment_that_a_worker_writes_now_is_not_failed_by_a_dead_letter() -> None:
    service = make_service(products=1_200, settings=MANY)
    job = service.request(**NAMES)
    step(service)
    claim_often(service, service.job(job), 1, MAX_ATTEMPTS)
    service.clock.advance(-1)
    bury_message(service.worker, dead_letter(job, Step.SEGMENT, 1))
    assert service.job(job).status is JobStatus.PENDING


@pytest.mark.parametrize("step_", [Step.START, Step.ASSEMBLE])
def test_a_dead_letter_of_a_job_that_a_worker_has_claimed_fails_nothing(step_: Step) -> None:
    service = make_service(products=1)
    until = service.clock.now() + timedelta(seconds=1)
    job = tried_out(service, lease_owner="busy", lease_until=until)
    bury_message(service.worker, dead_letter(job, step_))
    assert service.job(job).status is JobStatus.PENDING


def test_a_dead_letter_whose_segment_is_done_fails_nothing() -> None:
    service = make_service(products=1_200, settings=MANY)
    job = service.request(**NAMES)
    step(service)
    step(service)
    bury_message(
        service.worker, dead_letter(job, Step.SEGMENT, min(service.job(job).segments_done))
    )
    service.work()
    assert service.job(job).status is JobStatus.SUCCESS


@pytest.mark.parametrize(
    "body", ["", "[]", "null", "{}", '{"shop": 1}', '{"shop": "s", "export_id": "e", "step": "x"}']
)
def test_a_dead_letter_of_another_sender_changes_nothing(body: str) -> None:
    service = make_service()
    bury_message(service.worker, body)
    assert service.store.jobs == {}


def test_a_dead_letter_about_objects_removes_them() -> None:
    service = make_service(products=1)
    job = service.request(**NAMES)
    service.work()
    delete_export(service.api, make_requestor(), job.id)
    bury_message(service.worker, json.dumps(take(service).to_json()))
    assert service.files.objects == {}


def test_a_dead_letter_does_not_fail_a_job_that_a_worker_claims_at_that_moment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    service = make_service(products=1)
    job = tried_out(service)
    save = service.store.save

    def claim_first(transition: Transition) -> None:
        monkeypatch.setattr(service.store, "save", save)
        stored = service.job(job)
        service.store.update(
            stored, claimed(stored, owner="quick", now=service.clock.now(), seconds=330)
        )
        save(transition)

    monkeypatch.setattr(service.store, "save", claim_first)
    bury_message(service.worker, dead_letter(job, Step.START))
    assert (service.job(job).status, service.job(job).lease_owner) == (JobStatus.PENDING, "quick")
