from __future__ import annotations

import pytest

from chalicelib.domain.export_file import JobStatus
from chalicelib.domain.transitions import Transition
from chalicelib.errors import Conflict, Unavailable
from chalicelib.services.work.recover_exports import recover_exports
from tests.factories import Service, make_service
from tests.unit.services.work.steps import MANY, NAMES, lose_messages, read_meanwhile, step


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


def test_a_worker_that_lost_its_lease_changes_nothing() -> None:
    service = make_service(products=3)
    job = service.request(**NAMES)

    def take_over() -> None:
        service.clock.advance(service.settings.lease_seconds + 1)
        recover_exports(service.worker)
        step(service)

    read_meanwhile(service, take_over)
    step(service)
    # The second pending event says that the work was interrupted.
    begun = ["EXPORT_PENDING", "EXPORT_PENDING"]
    assert service.events_of(job) == [*begun, "EXPORT_SUCCESS", "EXPORTED_FILE_SENT"]
    assert list(service.files.objects) == [service.job(job).file_key]
    assert len(service.mailer.sent) == 1


def test_a_worker_releases_its_lease_if_a_service_does_not_answer() -> None:
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


def test_a_job_in_a_long_queue_is_sent_again_ever_more_rarely_and_without_an_attempt() -> None:
    service = make_service(products=1)
    job = service.request(**NAMES)
    for _ in range(6 * 60):
        service.clock.advance(60)
        recover_exports(service.worker)
    assert (service.job(job).status, service.job(job).attempts) == (JobStatus.PENDING, 0)
    assert len(service.queue.bodies) < 10


def test_a_job_that_no_worker_reaches_fails_after_a_day() -> None:
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


def die_in_a_step(service: Service) -> None:
    """Let a worker die while it reads; SQS then delivers its message again."""
    read_meanwhile(service, _die)
    body = service.queue.bodies[0]
    with pytest.raises(SystemExit):
        step(service)
    service.queue.bodies = [body]
    service.clock.advance(service.settings.lease_seconds + 1)


def test_a_worker_that_dies_each_time_fails_its_job_in_the_end() -> None:
    service = make_service(products=1)
    job = service.request(**NAMES)
    for _ in range(service.settings.max_attempts):
        die_in_a_step(service)
    service.work()
    failed = service.job(job)
    assert (failed.status, failed.error_type) == (JobStatus.FAILED, "TooManyAttempts")


def _die() -> None:
    raise SystemExit


def test_attempts_to_plan_do_not_count_for_the_assembly() -> None:
    service = make_service(products=1_200, settings=MANY)
    job = service.change(service.request(**NAMES), attempts=service.settings.max_attempts - 1)
    service.work()
    assert service.job(job).status is JobStatus.SUCCESS


def test_a_file_is_kept_when_the_answer_to_its_success_was_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    service = make_service(products=1)
    job = service.request(**NAMES)
    saving = service.store.save

    def save(transition: Transition) -> None:
        saving(transition)
        raise Conflict("Another worker has notified of it since.")

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


def test_an_export_is_sent_again_soon_after_a_long_outage_of_the_queue() -> None:
    service = make_service(products=1)
    job = service.request(**NAMES)
    lose_messages(service)
    service.queue.failure = Unavailable("The queue does not answer.")
    for _ in range(6 * 60):
        service.clock.advance(60)
        recover_exports(service.worker)
    service.queue.failure = None
    service.clock.advance(service.settings.lease_seconds)
    recover_exports(service.worker)
    service.work()
    assert service.job(job).status is JobStatus.SUCCESS
