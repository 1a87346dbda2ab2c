from __future__ import annotations

import json

import pytest

from chalicelib.domain.export_file import ExportFile, JobStatus
from chalicelib.domain.lease import claimed
from chalicelib.domain.message import ExportMessage, Step
from chalicelib.domain.transitions import Transition
from chalicelib.services.work.bury_message import bury_message
from tests.factories import make_service
from tests.unit.services.work.steps import MANY, NAMES, step


def dead_letter(job: ExportFile, step_: Step, segment: int | None = None) -> str:
    return json.dumps(ExportMessage.of(job, step_, segment).to_json())


def test_a_dead_letter_fails_its_export_and_says_so() -> None:
    service = make_service(products=1)
    job = service.request(**NAMES)
    bury_message(service.worker, dead_letter(job, Step.START))
    assert service.job(job).error_type == "DeadLetter"
    assert service.events_of(job) == ["EXPORT_PENDING", "EXPORT_FAILED", "EXPORT_FAILED_INFO_SENT"]


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
def test_a_dead_letter_that_is_no_message_of_ours_changes_nothing(body: str) -> None:
    service = make_service()
    bury_message(service.worker, body)
    assert service.store.jobs == {}


def test_a_job_that_a_worker_claims_meanwhile_is_not_failed_by_a_dead_letter(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    service = make_service(products=1)
    job = service.request(**NAMES)
    message = service.queue.take()
    assert message
    save = service.store.save

    def claim_first(transition: Transition) -> None:
        monkeypatch.setattr(service.store, "save", save)
        stored = service.job(job)
        service.store.update(
            stored, claimed(stored, owner="quick", now=service.clock.now(), seconds=330)
        )
        save(transition)

    monkeypatch.setattr(service.store, "save", claim_first)
    bury_message(service.worker, json.dumps(message.to_json()))
    assert (service.job(job).status, service.job(job).lease_owner) == (JobStatus.PENDING, "quick")
