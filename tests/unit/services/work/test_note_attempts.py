"""People who wait learn why an attempt did not succeed."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.export_file import ExportFile, JobStatus
from chalicelib.domain.global_id import encode_global_id
from chalicelib.domain.lease import claimed
from chalicelib.domain.message import ExportMessage, Step
from chalicelib.domain.retry_policy import MAX_ATTEMPTS
from chalicelib.errors import FilesUnavailable, Unavailable
from chalicelib.services.work.bury_message import bury_message
from chalicelib.services.work.fail_export import GAVE_UP
from chalicelib.services.work.work_export import work_export
from tests.api_client import ApiClient
from tests.factories import Service, make_service
from tests.unit.services.work.steps import MANY, NAMES, step, take
from tests.unit.services.work.test_bury_message import claim_often, dead_letter

NO_STORE = FilesUnavailable("The file store did not answer: NoSuchBucket s3://secret-bucket")
SECOND = "Second try: the file store did not answer."


def lose_files(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*given: Any, **named: Any) -> None:
        raise NO_STORE

    monkeypatch.setattr(service.files, "write", refuse)


def messages(service: Service, job: ExportFile) -> list[str]:
    """The messages of the history, without that of the request."""
    events = service.store.find_events(job.shop, job.id)
    return [event.message for event in events[1:] if event.type == "EXPORT_PENDING"]


def deliver(service: Service, message: ExportMessage) -> None:
    with pytest.raises(Unavailable):
        work_export(service.worker, message)


def make_tried(monkeypatch: pytest.MonkeyPatch) -> tuple[Service, ExportFile]:
    """A service whose file store is lost, and an export that was tried as often as it may be."""
    service = make_service(products=1)
    lose_files(service, monkeypatch)
    job = service.request(**NAMES)
    message = take(service)
    for _ in range(MAX_ATTEMPTS):
        deliver(service, message)
    return service, job


def test_each_further_attempt_is_an_event_with_the_cause(monkeypatch: pytest.MonkeyPatch) -> None:
    service, job = make_tried(monkeypatch)
    words = [text.partition(":")[0] for text in messages(service, job)]
    assert words == ["Second try", "Third try", "Fourth try", "Fifth try"]
    assert messages(service, job)[0] == SECOND


def test_the_last_cause_is_in_the_message_of_the_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    service, job = make_tried(monkeypatch)
    bury_message(service.worker, dead_letter(job, Step.START))
    failed = service.job(job)
    assert failed.status is JobStatus.FAILED
    assert failed.message == f"{GAVE_UP} The last cause: the file store did not answer."


def test_a_client_reads_of_the_attempts_while_the_export_is_pending(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = ApiClient(service=make_service(products=1))
    lose_files(client.service, monkeypatch)
    job = client.service.request(**NAMES)
    deliver(client.service, take(client.service))
    assert f'"message": "{SECOND}"' in client.status(job.id).body
    query = (
        f'{{exportFile(id:"{encode_global_id("ExportFile", job.id)}"){{events{{type message}}}}}}'
    )
    assert client.ask(query)["data"]["exportFile"]["events"] == [
        {"type": "EXPORT_PENDING", "message": ""},
        {"type": "EXPORT_PENDING", "message": SECOND},
    ]


def test_a_segment_says_why_it_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    service = make_service(products=1_200, settings=MANY)
    job = service.request(**NAMES)
    step(service)
    with monkeypatch.context() as patch:
        lose_files(service, patch)
        message = take(service)
        deliver(service, message)
    assert messages(service, job) == [SECOND]
    service.clock.advance(service.settings.lease_seconds)
    work_export(service.worker, message)
    service.work()
    assert (messages(service, job), service.job(job).row_count) == ([SECOND], 1_200)


def test_an_attempt_that_ended_without_a_word_was_interrupted() -> None:
    service = make_service(products=1)
    job = service.request(**NAMES)
    dead = claimed(job, owner="dead", now=service.clock.now(), seconds=60)
    service.store.update(job, dead)
    service.clock.advance(61)
    service.work()
    assert service.job(job).message is None
    assert messages(service, job) == ["Second try: the work was interrupted."]
    assert service.job(job).status is JobStatus.SUCCESS


def test_an_interrupted_segment_is_an_event_too() -> None:
    service = make_service(products=1_200, settings=MANY)
    job = service.request(**NAMES)
    step(service)
    claim_often(service, service.job(job), 0, 1)
    service.work()
    assert messages(service, job) == ["Second try: the work was interrupted."]


def test_a_segment_that_killed_every_worker_says_that_it_was_interrupted() -> None:
    service = make_service(products=1_200, settings=MANY)
    job = service.request(**NAMES)
    step(service)
    claim_often(service, service.job(job), 1, MAX_ATTEMPTS)
    bury_message(service.worker, dead_letter(job, Step.SEGMENT, 1))
    assert service.job(job).message == f"{GAVE_UP} The last cause: the work was interrupted."


def test_a_segment_whose_attempts_are_used_up_fails_the_export() -> None:
    service = make_service(products=1_200, settings=MANY)
    job = service.request(**NAMES)
    step(service)
    claim_often(service, service.job(job), 0, MAX_ATTEMPTS)
    service.work()
    failed = service.job(job)
    assert (failed.status, failed.error_type) == (JobStatus.FAILED, "TooManyAttempts")
    assert failed.message == f"{GAVE_UP} The last cause: the work was interrupted."


def test_an_export_that_was_canceled_has_no_further_attempt() -> None:
    service = make_service(products=1_200, settings=MANY)
    job = service.request(**NAMES)
    step(service)
    claim_often(service, service.job(job), 0, 1)
    canceled = service.change(job, status=JobStatus.FAILED)
    service.work()
    assert messages(service, canceled) == []


def test_a_cause_has_no_internal_words(monkeypatch: pytest.MonkeyPatch) -> None:
    service, job = make_tried(monkeypatch)
    assert "secret-bucket" in str(NO_STORE)
    assert not any("secret-bucket" in text for text in messages(service, job))
