from __future__ import annotations

import pytest

from chalicelib.domain.export_file import ExportFile, JobStatus
from chalicelib.domain.request import Compression
from chalicelib.domain.requestor import MANAGE_GIFT_CARD, User
from chalicelib.errors import Conflict, LeaseLost, PermissionDenied, RequestRefused, Unavailable
from chalicelib.services.requests.change_export import cancel_export, delete_export, retry_export
from chalicelib.services.work.expire_exports import expire_exports
from chalicelib.services.work.recover_exports import recover_exports
from chalicelib.services.work.work_export import work_export
from tests.factories import Service, make_app, make_requestor, make_service

BOB = make_requestor(
    user=User(id="VXNlcjoy", email="bob@shop.example", first_name="Bob", last_name="Ray")
)


def finished(service: Service) -> ExportFile:
    job = service.request(parameters={"fields": ["NAME"]})
    service.work()
    return service.job(job)


def test_a_canceled_export_fails_with_the_name_of_who_did_it() -> None:
    service = make_service(products=1)
    job = service.request()
    canceled = cancel_export(service.api, BOB, job.id)
    assert (canceled.status, canceled.message) == (
        JobStatus.FAILED,
        "The export was canceled by Bob Ray.",
    )
    event = service.store.find_events("default", job.id)[-1]
    assert (event.type, event.message, event.user) == ("EXPORT_FAILED", canceled.message, BOB.user)


def test_the_history_names_the_app_that_canceled_an_export() -> None:
    service = make_service(products=1)
    job = service.request()
    cancel_export(service.api, make_requestor(app=make_app()), job.id)
    event = service.store.find_events("default", job.id)[-1]
    assert (event.app, event.user) == (make_app(), None)


def test_a_canceled_export_is_told_and_never_done() -> None:
    service = make_service(products=1)
    job = service.request()
    cancel_export(service.api, BOB, job.id)
    service.work()
    assert service.files.objects == {}
    assert service.events_of(job) == ["EXPORT_PENDING", "EXPORT_FAILED", "EXPORT_FAILED_INFO_SENT"]
    assert [mail.subject for mail in service.mailer.sent] == ["Exporting products data failed"]


def test_canceling_twice_is_canceling_once() -> None:
    service = make_service(products=1)
    job = service.request()
    assert cancel_export(service.api, BOB, job.id) == cancel_export(service.api, BOB, job.id)
    assert service.events_of(job) == ["EXPORT_PENDING", "EXPORT_FAILED"]


def test_an_export_that_is_canceled_between_its_segments_leaves_no_objects() -> None:
    service = make_service(products=1_200, settings={"segment_records": 500})
    job = service.request()
    for _ in range(2):
        message = service.queue.take()
        assert message
        work_export(service.worker, message)
    assert service.files.objects
    cancel_export(service.api, BOB, job.id)
    service.work()
    assert (service.files.objects, service.job(job).status) == ({}, JobStatus.FAILED)


def test_a_worker_that_writes_when_its_export_is_canceled_is_refused() -> None:
    service = make_service(products=300)
    job = service.request()
    reading = service.source.read_buckets

    def cancel_meanwhile(*arguments: object, **named: object) -> object:
        yield from reading(*arguments, **named)  # type: ignore[arg-type]
        cancel_export(service.api, BOB, job.id)

    service.source.read_buckets = cancel_meanwhile  # type: ignore[method-assign,assignment]
    service.work()
    assert (service.job(job).status, service.files.objects) == (JobStatus.FAILED, {})
    assert service.events_of(job).count("EXPORT_SUCCESS") == 0


def test_an_export_that_has_ended_is_not_canceled() -> None:
    service = make_service(products=1)
    job = finished(service)
    with pytest.raises(RequestRefused, match="it is SUCCESS"):
        cancel_export(service.api, BOB, job.id)
    assert service.job(job) == job


def test_a_deleted_export_loses_its_file_and_keeps_its_record() -> None:
    service = make_service(products=1)
    job = finished(service)
    deleted = delete_export(service.api, BOB, job.id)
    service.work()
    assert (deleted.status, service.files.objects) == (JobStatus.DELETED, {})
    assert service.store.find_events("default", job.id)[-1].user == BOB.user


def test_deleting_twice_is_deleting_once() -> None:
    service = make_service(products=1)
    job = finished(service)
    delete_export(service.api, BOB, job.id)
    delete_export(service.api, BOB, job.id)
    assert service.events_of(job).count("EXPORT_DELETED") == 1


def test_a_pending_export_is_not_deleted() -> None:
    service = make_service(products=1)
    job = service.request()
    with pytest.raises(RequestRefused, match="Cancel it first"):
        delete_export(service.api, BOB, job.id)
    assert service.job(job).status is JobStatus.PENDING


def test_what_the_queue_did_not_take_is_left_to_the_schedule(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    service = make_service(products=1)
    job, other = finished(service), service.request()

    def refuse(*arguments: object, **options: object) -> None:
        raise Unavailable("The queue is down.")

    with monkeypatch.context() as patched:
        patched.setattr(service.queue, "send", refuse)
        delete_export(service.api, BOB, job.id)
        cancel_export(service.api, BOB, other.id)
    assert (recover_exports(service.worker), expire_exports(service.worker)) == (2, 0)
    assert service.files.objects == {}
    assert service.events_of(other)[-1] == "EXPORT_FAILED_INFO_SENT"


@pytest.mark.parametrize("status", [JobStatus.SUCCESS, JobStatus.FAILED, JobStatus.DELETED])
def test_a_retry_is_a_new_export_of_the_same_request(status: JobStatus) -> None:
    service = make_service(products=1)
    job = service.change(finished(service), status=status)
    again = retry_export(service.api, BOB, job.id)
    service.work()
    assert (again.id != job.id, again.request, again.user) == (True, job.request, BOB.user)
    assert service.job(again).status is JobStatus.SUCCESS


def test_a_retry_keeps_the_compression() -> None:
    service = make_service(products=1)
    job = service.request(compression=Compression.GZIP)
    service.work()
    again = retry_export(service.api, BOB, job.id)
    service.work()
    assert again.file_name.endswith(".csv.gz")
    assert service.file_of(again) == service.file_of(job)


def test_a_pending_export_is_not_asked_for_again() -> None:
    service = make_service(products=1)
    job = service.request()
    with pytest.raises(RequestRefused, match="still pending"):
        retry_export(service.api, BOB, job.id)
    assert len(service.store.jobs) == 1


@pytest.mark.parametrize("change", [cancel_export, delete_export, retry_export])
def test_only_those_who_may_have_an_export_change_it(change: object) -> None:
    service = make_service(products=1)
    job = service.request()
    with pytest.raises(PermissionDenied):
        change(service.api, make_requestor(MANAGE_GIFT_CARD), job.id)  # type: ignore[operator]
    with pytest.raises(RequestRefused, match="no such export"):
        change(service.api, make_requestor(shop="other"), job.id)  # type: ignore[operator]
    assert service.job(job) == job


def test_a_change_goes_on_when_a_worker_moves_the_job_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    service = make_service(products=1)
    job = service.request()
    saving = service.store.save
    failures = iter([Conflict("moved"), LeaseLost("moved")])

    def save(transition: object) -> None:
        for failure in failures:
            raise failure
        saving(transition)  # type: ignore[arg-type]

    monkeypatch.setattr(service.store, "save", save)
    assert cancel_export(service.api, BOB, job.id).status is JobStatus.FAILED
