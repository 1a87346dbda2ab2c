"""The log lines by which operators find out why an export does not go on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.domain.export_file import DueFor, ExportFile
from chalicelib.domain.message import ExportMessage, Step
from chalicelib.errors import ExportFailed, Unavailable
from chalicelib.services.work.bury_message import bury_message
from chalicelib.services.work.expire_exports import expire_exports
from chalicelib.services.work.recover_exports import recover_exports
from chalicelib.services.work.remove_objects import try_to_remove_objects
from chalicelib.services.work.schedule import Duty, run_duties
from chalicelib.services.work.work_export import work_export
from chalicelib.services.work.worker import Worker
from tests.factories import Service, make_service
from tests.log_lines import Lines, logged_lines
from tests.unit.services.work.steps import NAMES, lose_messages, read_meanwhile, step, take

NO_ANSWER = "It does not answer."


@pytest.fixture
def logged() -> Iterator[Lines]:
    with logged_lines() as lines:
        yield lines


@pytest.fixture
def service() -> Service:
    return make_service(products=1)


def stalled(service: Service) -> ExportFile:
    """An export whose message is lost, when the schedule looks for such exports."""
    job = service.request(**NAMES)
    lose_messages(service)
    service.clock.advance(130)
    return job


def fail_with(error: Exception) -> Any:
    def act(*_: Any) -> None:
        raise error

    return act


def about(line: dict[str, Any], *names: str) -> tuple[Any, ...]:
    return tuple(line[name] for name in ("level", "shop", "export_id", *names))


def test_an_export_that_cannot_be_helped_is_named_with_the_reason(
    service: Service, logged: Lines
) -> None:
    job = stalled(service)
    service.queue.failure = Unavailable(NO_ANSWER)
    assert recover_exports(service.worker) == 0
    [line] = logged.of("still due")
    assert about(line, "reason") == ("WARNING", job.shop, job.id, NO_ANSWER)
    assert logged.of("schedule ran")[0]["helped"] == 0


def test_an_export_that_cannot_be_read_is_stuck_and_named_with_the_exception(
    service: Service, logged: Lines
) -> None:
    job = stalled(service)
    service.store.unreadable.add(job.id)
    recover_exports(service.worker)
    [line] = logged.of("still due")
    assert about(line) == ("ERROR", job.shop, job.id)
    assert "ValueError" in line["exception"]
    assert logged.of("schedule ran")[0]["exports_stuck"] == 1


def test_a_duty_that_ran_out_of_time_is_named(service: Service, logged: Lines) -> None:
    for _ in range(2):
        stalled(service)

    def act_slowly(worker: Worker, job: ExportFile) -> None:
        service.clock.advance(1)

    run_duties(service.worker, Duty(DueFor.RECOVERY, act_slowly, seconds=1))
    [line] = logged.of("duty ran out of time")
    assert (line["level"], line["due_for"]) == ("WARNING", "recovery")


def test_a_recovered_export_is_named_with_its_attempts(service: Service, logged: Lines) -> None:
    job = service.change(stalled(service), attempts=2)
    recover_exports(service.worker)
    [line] = logged.of("export recovered")
    assert about(line, "attempts") == ("WARNING", job.shop, job.id, 2)


@pytest.mark.parametrize(
    ("failure", "logged_as"),
    [
        (Unavailable(NO_ANSWER), ("WARNING", NO_ANSWER)),
        # The text of an unknown error may hold an address.
        (ValueError("ann@shop.example is odd."), ("ERROR", "ValueError")),
    ],
)
def test_a_notification_that_failed_is_named_with_the_reason(
    service: Service, logged: Lines, failure: Exception, logged_as: tuple[str, str]
) -> None:
    service.mailer.failure = failure
    job = service.request(**NAMES)
    service.work()
    [line] = logged.of("notification failed")
    assert (line["level"], line["reason"]) == logged_as
    assert line["export_id"] == job.id


def test_a_notification_is_logged_with_the_end_and_whether_a_mail_went_out(
    service: Service, logged: Lines
) -> None:
    service.request(**NAMES)
    service.work()
    [line] = logged.of("requestor notified")
    assert (line["status"], line["mail"]) == ("SUCCESS", True)


def test_a_refused_mail_is_named_with_the_reason(service: Service, logged: Lines) -> None:
    job = service.request(**NAMES)
    assert job.user is not None
    service.mailer.refused = {job.user.email}
    service.work()
    [line] = logged.of("mail refused")
    assert (line["level"], line["export_id"]) == ("ERROR", job.id)
    assert line["reason"].endswith("is refused.")


def test_a_step_that_the_queue_delivers_again_is_named_with_the_reason(
    service: Service, logged: Lines
) -> None:
    job = service.request(**NAMES)
    read_meanwhile(service, fail_with(Unavailable(NO_ANSWER)))
    with pytest.raises(Unavailable):
        step(service)
    [line] = logged.of("step failed, the queue delivers it again")
    assert about(line, "step", "reason") == ("WARNING", job.shop, job.id, "start", NO_ANSWER)


@pytest.mark.parametrize(
    ("error", "logged_as"),
    [
        (ExportFailed("The shop is closed."), ("ExportFailed", "The shop is closed.")),
        (ZeroDivisionError(), ("ZeroDivisionError", "The export failed because of an error")),
    ],
)
def test_a_failed_export_is_named_with_the_error_and_its_sentence(
    service: Service, logged: Lines, error: Exception, logged_as: tuple[str, str]
) -> None:
    read_meanwhile(service, fail_with(error))
    job = service.request(**NAMES)
    service.work()
    [line] = logged.of("export failed")
    assert about(line, "error_type") == ("WARNING", job.shop, job.id, logged_as[0])
    assert line["reason"].startswith(logged_as[1])


def test_an_unexpected_error_is_logged_with_its_traceback(service: Service, logged: Lines) -> None:
    read_meanwhile(service, fail_with(ZeroDivisionError()))
    job = service.request(**NAMES)
    service.work()
    [line] = logged.of("unexpected error")
    assert about(line) == ("ERROR", job.shop, job.id)
    assert "ZeroDivisionError" in line["exception"]


def test_objects_that_stay_are_named_with_their_export_and_the_reason(
    service: Service, logged: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = service.request(**NAMES)
    monkeypatch.setattr(service.files, "remove", fail_with(Unavailable(NO_ANSWER)))
    try_to_remove_objects(service.worker, job)
    [line] = logged.of("objects not removed yet")
    assert (line["level"], line["export_id"], line["reason"]) == ("WARNING", job.id, NO_ANSWER)


def test_a_dead_letter_is_named_with_its_step(service: Service, logged: Lines) -> None:
    job = service.request(**NAMES)
    bury_message(service.worker, json.dumps(take(service).to_json()))
    [letter], [again] = (
        logged.of(text) for text in ("dead letter", "dead letter sent again by the schedule")
    )
    assert about(letter, "step") == ("ERROR", job.shop, job.id, "start")
    assert about(again, "attempts") == ("WARNING", job.shop, job.id, 0)


def test_an_expired_export_is_named(service: Service, logged: Lines) -> None:
    job = service.request(**NAMES)
    service.work()
    service.clock.advance((job.expires_at - service.clock.now()).total_seconds())
    assert expire_exports(service.worker) == 1
    [line] = logged.of("export expired")
    assert about(line) == ("INFO", job.shop, job.id)


@pytest.mark.parametrize("body", ["", "{}", "[]", '{"step": "DANCE"}'])
def test_a_dead_letter_of_another_service_is_only_logged(
    service: Service, logged: Lines, body: str
) -> None:
    bury_message(service.worker, body)
    [line] = logged.lines
    assert line["message"] == "dead letter is not a message of this service"
    assert line["level"] == "ERROR"


def test_a_message_for_an_export_that_is_gone_is_named(service: Service, logged: Lines) -> None:
    work_export(service.worker, ExportMessage(shop="north", export_id="gone", step=Step.START))
    [line] = logged.lines
    assert line["message"] == "message for an export that does not exist"
    assert about(line, "step") == ("WARNING", "north", "gone", "start")
