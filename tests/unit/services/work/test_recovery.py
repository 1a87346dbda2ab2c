"""What is left to the schedule and the dead letters, and that nobody takes what is another's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.domain.export_file import DueFor, ExportFile, JobStatus, Transition
from chalicelib.domain.lease import claim
from chalicelib.domain.message import ExportMessage, Step
from chalicelib.errors import Conflict, Unavailable
from chalicelib.services.requests.change_export import delete_export
from chalicelib.services.work.bury_message import bury_message
from chalicelib.services.work.recover_exports import JOBS_PER_RUN, expire_exports, recover_exports
from chalicelib.services.work.work_export import work_export
from tests.factories import Service, make_app, make_requestor, make_service

NAMES = {"parameters": {"fields": ["NAME"]}}
MANY = {"segment_records": 500}


def step(service: Service) -> None:
    message = service.queue.take()
    assert message is not None
    work_export(service.worker, message)


def lose_messages(service: Service) -> None:
    service.queue.bodies.clear()


def read_meanwhile(service: Service, act: Any) -> None:
    """Let something happen while a worker reads its first page."""
    reading = service.source.read_buckets

    def read(*arguments: Any, **named: Any) -> Iterator[list[bytes]]:
        service.source.read_buckets = reading  # type: ignore[method-assign]
        act()
        yield from reading(*arguments, **named)

    service.source.read_buckets = read  # type: ignore[method-assign]


def test_a_job_whose_message_was_lost_is_queued_again() -> None:
    service = make_service(products=1)
    job = service.request(**NAMES)
    lose_messages(service)
    service.clock.advance(121)
    assert recover_exports(service.worker) == 1
    service.work()
    assert service.job(job).status is JobStatus.SUCCESS


def test_segments_whose_messages_were_lost_are_handed_out_again() -> None:
    service = make_service(products=1_200, settings=MANY)
    job = service.request(**NAMES)
    step(service)
    step(service)
    lose_messages(service)
    service.clock.advance(service.settings.lease_seconds + 1)
    recover_exports(service.worker)
    step(service)
    assert len(service.queue.bodies) == (service.job(job).segments_total or 0) - 1
    service.work()
    assert (service.job(job).status, service.job(job).row_count) == (JobStatus.SUCCESS, 1_200)


def test_a_worker_that_lost_its_lease_meanwhile_changes_nothing() -> None:
    service = make_service(products=3)
    job = service.request(**NAMES)

    def take_over() -> None:
        service.clock.advance(service.settings.lease_seconds + 1)
        recover_exports(service.worker)
        step(service)

    read_meanwhile(service, take_over)
    step(service)
    assert service.events_of(job) == ["EXPORT_PENDING", "EXPORT_SUCCESS", "EXPORTED_FILE_SENT"]
    assert list(service.files.objects) == [service.job(job).file_key]
    assert len(service.mailer.sent) == 1


def test_a_lease_is_given_back_when_the_world_does_not_answer() -> None:
    service = make_service(products=1)
    job = service.request(**NAMES)

    def fail() -> None:
        raise Unavailable("The catalogue does not answer.")

    read_meanwhile(service, fail)
    body = service.queue.bodies[0]
    with pytest.raises(Unavailable):
        step(service)
    assert service.job(job).lease_owner is None
    service.queue.bodies.append(body)
    service.work()
    assert service.job(job).status is JobStatus.SUCCESS


def test_asking_again_for_a_job_in_a_long_queue_is_no_attempt_and_becomes_rarer() -> None:
    service = make_service(products=1)
    job = service.request(**NAMES)
    for _ in range(6 * 60):
        service.clock.advance(60)
        recover_exports(service.worker)
    assert (service.job(job).status, service.job(job).attempts) == (JobStatus.PENDING, 0)
    assert len(service.queue.bodies) < 10


def test_a_job_that_nobody_ever_works_on_fails_after_a_day() -> None:
    service = make_service(products=1)
    job = service.request(**NAMES)
    for _ in range(50):
        service.clock.advance(3600)
        recover_exports(service.worker)
    failed = service.job(job)
    assert (failed.status, failed.error_type) == (JobStatus.FAILED, "PendingTooLong")
    assert (
        failed.updated_at - failed.created_at
    ).total_seconds() < 2 * service.settings.pending_seconds + 3600


def test_a_worker_that_dies_each_time_fails_its_job_in_the_end() -> None:
    service = make_service(products=1)
    job = service.request(**NAMES)
    for _ in range(service.settings.max_attempts + 1):
        read_meanwhile(service, _die)
        body = service.queue.bodies[0]
        with pytest.raises(SystemExit):
            step(service)
        service.queue.bodies = [body]
        service.clock.advance(service.settings.lease_seconds + 1)
        if service.job(job).attempts == service.settings.max_attempts:
            break
    service.work()
    assert (service.job(job).status, service.job(job).error_type) == (
        JobStatus.FAILED,
        "TooManyAttempts",
    )


def _die() -> None:
    raise SystemExit


def test_what_it_took_to_plan_does_not_count_against_the_assembly() -> None:
    service = make_service(products=1_200, settings=MANY)
    job = service.change(service.request(**NAMES), attempts=service.settings.max_attempts - 1)
    service.work()
    assert service.job(job).status is JobStatus.SUCCESS


def dead_letter(job: ExportFile, step_: Step, segment: int | None = None) -> str:
    return json.dumps(
        ExportMessage(shop=job.shop, export_id=job.id, step=step_, segment=segment).to_json()
    )


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


def test_an_object_that_a_late_worker_leaves_after_the_deletion_is_removed() -> None:
    service = make_service(products=1)
    job = service.request(**NAMES)
    service.work()
    delete_export(service.api, make_requestor(), job.id)
    service.work()
    service.files.objects[f"{job.prefix}segments/late"] = b"rows"
    service.clock.advance(service.settings.lease_seconds + 1)
    recover_exports(service.worker)
    assert (service.files.objects, service.job(job).due_for) == ({}, None)


def test_an_object_that_a_late_worker_leaves_after_a_success_is_removed() -> None:
    service = make_service(products=1_200, settings=MANY)
    job = service.request(**NAMES)
    service.work()
    service.files.objects[f"{job.prefix}segments/late"] = b"rows"
    service.clock.advance(service.settings.lease_seconds + 1)
    recover_exports(service.worker)
    assert list(service.files.objects) == [service.job(job).file_key]
    assert service.job(job).due_for is DueFor.EXPIRY


def test_a_file_is_kept_when_the_answer_to_its_success_was_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    service = make_service(products=1)
    job = service.request(**NAMES)
    saving = service.store.save

    def save(transition: Transition) -> None:
        saving(transition)
        raise Conflict("Somebody has told of it meanwhile.")

    monkeypatch.setattr(service.store, "save", save)
    step(service)
    assert service.file_of(job).startswith(b"id,name")


def test_a_segment_that_is_missing_fails_the_export_and_never_shortens_the_file() -> None:
    service = make_service(products=1_200, settings=MANY)
    job = service.request(**NAMES)
    while "assemble" not in service.queue.bodies[0]:
        step(service)
    del service.store.segments[job.shop, job.id][1]
    service.work()
    assert (service.job(job).status, service.job(job).message) == (
        JobStatus.FAILED,
        "A part of the file is missing. Please export again.",
    )


def test_jobs_that_cannot_be_helped_do_not_keep_others_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    service = make_service(products=1)
    jobs = [
        service.request(requestor=make_requestor(shop=f"shop-{n}")) for n in range(JOBS_PER_RUN)
    ]
    bad = {job.id for job in jobs}
    lose_messages(service)
    service.clock.advance(1)
    good = service.request(**NAMES)
    lose_messages(service)
    sending = service.queue.send

    def send(messages: Any, *, delay_seconds: int = 0) -> None:
        if messages[0].export_id in bad:
            raise RuntimeError("This one cannot be helped.")
        sending(messages)

    monkeypatch.setattr(service.queue, "send", send)
    service.clock.advance(130)
    recover_exports(service.worker)
    recover_exports(service.worker)
    service.work()
    assert service.job(good).status is JobStatus.SUCCESS


def test_a_job_that_cannot_be_read_does_not_keep_others_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    service = make_service(products=1)
    broken, good = service.request(**NAMES), service.request(**NAMES)
    lose_messages(service)
    finding = service.store.find

    def find(shop: str, export_id: str) -> ExportFile | None:
        if export_id == broken.id:
            raise ValueError("not JSON")
        return finding(shop, export_id)

    monkeypatch.setattr(service.store, "find", find)
    service.clock.advance(130)
    recover_exports(service.worker)
    service.work()
    assert service.job(good).status is JobStatus.SUCCESS


def test_a_file_is_not_kept_beyond_its_time_because_nobody_can_be_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    service = make_service(products=1)
    job = service.request(**NAMES)

    def publish(*arguments: Any) -> None:
        raise Unavailable("There is no such bus.")

    monkeypatch.setattr(service.bus, "publish", publish)
    service.work()
    for _ in range(3):
        service.clock.advance(service.settings.lease_seconds + 1)
        recover_exports(service.worker)
    assert service.job(job).status is JobStatus.SUCCESS
    service.clock.advance(service.settings.retention_seconds)
    recover_exports(service.worker)
    assert (service.job(job).status, service.files.objects) == (JobStatus.DELETED, {})


def test_a_file_expires_when_its_time_is_over_and_not_before() -> None:
    service = make_service(products=1)
    job = service.request(**NAMES)
    service.work()
    assert expire_exports(service.worker) == 0
    service.clock.advance(service.settings.retention_seconds)
    assert expire_exports(service.worker) == 1
    assert (service.job(job).status, service.files.objects) == (JobStatus.DELETED, {})
    assert service.events_of(job)[-1] == "EXPORT_DELETED"


def test_more_files_than_one_run_takes_expire_at_once() -> None:
    service = make_service(
        products=1, settings={"pending_per_requestor": 1_000, "pending_per_shop": 1_000}
    )
    jobs = [service.request(**NAMES) for _ in range(2 * JOBS_PER_RUN + 1)]
    service.work()
    service.clock.advance(service.settings.retention_seconds)
    assert expire_exports(service.worker) == len(jobs)
    assert service.files.objects == {}


def test_an_export_is_asked_for_soon_after_a_long_outage_of_the_queue(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    service = make_service(products=1)
    job = service.request(**NAMES)
    lose_messages(service)

    def fail(*arguments: Any) -> None:
        raise Unavailable("The queue does not answer.")

    with monkeypatch.context() as outage:
        outage.setattr(service.queue, "send", fail)
        for _ in range(6 * 60):
            service.clock.advance(60)
            recover_exports(service.worker)
    service.clock.advance(service.settings.lease_seconds)
    recover_exports(service.worker)
    service.work()
    assert service.job(job).status is JobStatus.SUCCESS


def test_many_jobs_that_nobody_can_read_do_not_keep_others_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    service = make_service(
        products=1, settings={"pending_per_requestor": 1_000, "pending_per_shop": 1_000}
    )
    unreadable = {service.request(**NAMES).id for _ in range(JOBS_PER_RUN + 1)}
    service.clock.advance(1)
    job = service.request(**NAMES)
    lose_messages(service)
    find = service.store.find

    def read(shop: str, export_id: str) -> ExportFile | None:
        if export_id in unreadable:
            raise ValueError("an unknown scope")
        return find(shop, export_id)

    monkeypatch.setattr(service.store, "find", read)
    service.clock.advance(200)
    assert recover_exports(service.worker) == 1
    service.work()
    assert service.job(job).status is JobStatus.SUCCESS


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
            stored, claim(stored, owner="quick", now=service.clock.now(), seconds=330)
        )
        save(transition)

    monkeypatch.setattr(service.store, "save", claim_first)
    bury_message(service.worker, json.dumps(message.to_json()))
    assert (service.job(job).status, service.job(job).lease_owner) == (JobStatus.PENDING, "quick")


@pytest.mark.parametrize(("part", "method"), [("bus", "publish"), ("mailer", "send")])
def test_who_can_be_told_is_told_once_however_long_the_other_cannot(
    monkeypatch: pytest.MonkeyPatch, part: str, method: str
) -> None:
    service = make_service(products=1)
    job = service.request(**NAMES)

    def fail(*arguments: Any, **named: Any) -> None:
        raise Unavailable("It does not answer.")

    with monkeypatch.context() as outage:
        outage.setattr(getattr(service, part), method, fail)
        service.work()
        for _ in range(3):
            service.clock.advance(service.settings.lease_seconds + 1)
            recover_exports(service.worker)
        told = {"bus": len(service.bus.published), "mailer": len(service.mailer.sent)}
        assert told == {"bus": 1, "mailer": 1} | {part: 0}
        assert "EXPORTED_FILE_SENT" not in service.events_of(job)
    service.clock.advance(service.settings.lease_seconds + 1)
    recover_exports(service.worker)
    assert (len(service.bus.published), len(service.mailer.sent)) == (1, 1)
    assert service.events_of(job)[-1] == "EXPORTED_FILE_SENT"
    assert service.job(job).notified_at is not None


def test_an_app_has_no_mail_and_its_event_is_told_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    service = make_service(products=1)
    job = service.request(requestor=make_requestor(app=make_app()), **NAMES)

    def fail(*arguments: Any, **named: Any) -> None:
        raise Unavailable("It does not answer.")

    with monkeypatch.context() as outage:
        outage.setattr(service.bus, "publish", fail)
        service.work()
    service.clock.advance(service.settings.lease_seconds + 1)
    recover_exports(service.worker)
    assert (len(service.bus.published), service.mailer.sent) == (1, [])
    assert service.events_of(job)[-1] == "EXPORT_SUCCESS"
