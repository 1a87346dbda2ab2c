from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.domain.export_file import ExportFile, JobStatus, Notification
from chalicelib.errors import Unavailable
from chalicelib.services.requests.change_export import cancel_export
from chalicelib.services.work.recover_exports import recover_exports
from tests.factories import (
    PUBLIC_URL,
    Service,
    make_app,
    make_requestor,
    make_service,
    make_settings,
)
from tests.shop_world import make_shop
from tests.unit.services.work.steps import NAMES

GERMAN = replace(make_requestor(), language="de")
FAILURES = (Unavailable("It does not answer."), ValueError("This is not an address."))


def let_the_schedule_retry(service: Service, times: int = 1) -> None:
    for _ in range(times):
        service.clock.advance(service.settings.lease_seconds + 1)
        recover_exports(service.worker)


def sent(service: Service) -> dict[str, int]:
    return {"bus": len(service.bus.published), "mailer": len(service.mailer.sent)}


def export_while(part: str, failure: Exception) -> tuple[Service, ExportFile]:
    """A finished export, and a part that raises the failure since."""
    service = make_service(products=1)
    job = service.request(**NAMES)
    getattr(service, part).failure = failure
    service.work()
    return service, job


@pytest.mark.parametrize("failure", FAILURES, ids=repr)
@pytest.mark.parametrize("part", ["bus", "mailer"])
def test_bus_and_mail_are_each_sent_once_however_long_the_other_fails(
    part: str, failure: Exception
) -> None:
    service, job = export_while(part, failure)
    let_the_schedule_retry(service, times=3)
    assert sent(service) == {"bus": 1, "mailer": 1} | {part: 0}
    assert "EXPORTED_FILE_SENT" not in service.events_of(job)


@pytest.mark.parametrize("failure", FAILURES, ids=repr)
@pytest.mark.parametrize("part", ["bus", "mailer"])
def test_a_notification_that_failed_is_sent_once_as_soon_as_it_can(
    part: str, failure: Exception
) -> None:
    service, job = export_while(part, failure)
    getattr(service, part).failure = None
    let_the_schedule_retry(service, times=2)
    assert sent(service) == {"bus": 1, "mailer": 1}
    assert service.events_of(job)[-1] == "EXPORTED_FILE_SENT"
    assert service.job(job).notified_at is not None


@pytest.mark.parametrize("failure", FAILURES, ids=repr)
@pytest.mark.parametrize("part", ["bus", "mailer"])
def test_a_notification_that_fails_changes_nothing_about_the_export(
    part: str, failure: Exception
) -> None:
    service, job = export_while(part, failure)
    assert service.job(job).status is JobStatus.SUCCESS
    assert service.file_of(job)
    assert service.queue.bodies == []


def test_an_app_has_no_mail_and_its_event_is_sent_all_the_same() -> None:
    service = make_service(products=1)
    job = service.request(requestor=make_requestor(app=make_app()), **NAMES)
    service.bus.failure = Unavailable("It does not answer.")
    service.work()
    assert service.job(job).notifications == {Notification.NO_MAIL}
    service.bus.failure = None
    let_the_schedule_retry(service)
    assert sent(service) == {"bus": 1, "mailer": 0}
    assert service.events_of(job)[-1] == "EXPORT_SUCCESS"


def test_mails_wait_until_the_deployment_knows_its_address() -> None:
    service = make_service(products=1, settings={"public_url": ""})
    job = service.request(**NAMES)
    service.work()
    assert (service.job(job).status, sent(service)) == (
        JobStatus.SUCCESS,
        {"bus": 0, "mailer": 0},
    )
    let_the_schedule_retry(replace(service, settings=make_settings()), times=2)
    assert sent(service) == {"bus": 1, "mailer": 1}
    assert "http" in service.mailer.sent[0].text


def mail_of_a_shop(dashboard_url: str) -> str:
    """The mail about an export of a connected shop."""
    service = make_service(products=1)
    service.shops.save(make_shop("default", dashboard_url=dashboard_url))
    service.request(**NAMES)
    service.work()
    return service.mailer.sent[0].text


def test_a_mail_leads_to_the_app_in_the_dashboard_that_staff_confirmed() -> None:
    page = "https://shop.example/dashboard/extensions/app/QXBwOjE%3D?export="
    assert page in mail_of_a_shop("https://shop.example/dashboard/")


def test_a_mail_leads_to_the_page_of_the_service_until_then() -> None:
    assert f"{PUBLIC_URL}/exports/" in mail_of_a_shop("")


def test_a_link_that_works_without_a_session_leads_to_the_file_itself() -> None:
    service = make_service(products=1, settings={"download_token_seconds": 600})
    service.shops.save(make_shop("default", dashboard_url="https://shop.example/dashboard/"))
    service.request(**NAMES)
    service.work()
    assert "/file?token=" in service.mailer.sent[0].text


def test_a_mail_is_in_the_language_of_the_request() -> None:
    service = make_service(products=1)
    service.request(requestor=GERMAN, **NAMES)
    service.work()
    [mail] = service.mailer.sent
    assert mail.subject == "Ihr Export ist fertig: Produkte"
    assert "Die Datei wird am 24.12.2026 gelöscht." in mail.text
    assert '<html lang="de">' in mail.html
    assert ">Datei herunterladen</a>" in mail.html


def test_a_mail_about_a_failure_has_its_reason_in_the_language_of_the_request() -> None:
    service = make_service(products=1)
    job = service.request(requestor=GERMAN, **NAMES)
    cancel_export(service.api, make_requestor(), job.id)
    let_the_schedule_retry(service)
    [mail] = service.mailer.sent
    assert mail.subject == "Export fehlgeschlagen: Produkte"
    assert "Der Export wurde von" in mail.text
    assert "UTC angefordert." in mail.text
