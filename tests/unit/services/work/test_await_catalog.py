"""An export waits for its shop, says so, and ends with current facts, a sentence, or their age."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import Mock

import pytest

from chalicelib.domain.currency import Currency, Facts
from chalicelib.domain.export_file import JobStatus
from chalicelib.domain.global_id import encode_global_id
from chalicelib.domain.request import IfOutdated, Scope
from chalicelib.services.work.work_export import work_export
from tests.factories import Service, make_service
from tests.fakes import START
from tests.log_lines import logged_lines
from tests.unit.services.work.steps import take

AS_OF = {Facts.PRODUCTS: START, Facts.STOCKS: START - timedelta(minutes=40)}
CURRENT = Currency(as_of=AS_OF)
WAITING = Currency(as_of=AS_OF, is_waiting=True, reason="Waybill is catching up with your shop.")
FIRST, SECOND = (encode_global_id("Product", number) for number in (1, 2))
UNKNOWN = encode_global_id("Product", 99)
USE_STORED: dict[str, Any] = {"if_outdated": IfOutdated.USE_STORED}


@dataclass
class FakeCurrency:
    """Says what it is told to say."""

    said: Currency = field(default_factory=Currency)

    def ensure(self, shop: str, kind: str, moment: datetime) -> Currency:
        return self.said


def make(said: Currency) -> tuple[Service, FakeCurrency]:
    service, currency = make_service(products=2), FakeCurrency(said)
    service.worker = replace(service.worker, currency=currency)
    return service, currency


def work_once(service: Service) -> None:
    work_export(service.worker, take(service))


def test_an_export_that_waits_is_pending_and_says_why() -> None:
    service, _ = make(WAITING)
    job = service.request()
    work_once(service)
    waiting = service.job(job)
    assert (waiting.status, waiting.message) == (JobStatus.PENDING, WAITING.reason)
    assert waiting.attempts == 0


def test_an_export_that_waits_for_the_shop_is_in_the_log_with_the_reason() -> None:
    service, _ = make(WAITING)
    job = service.request()
    with logged_lines() as logged:
        work_once(service)
    [line] = logged.of("export waits for the shop")
    assert (line["export_id"], line["reason"]) == (job.id, WAITING.reason)


def test_an_export_begins_when_its_catalogue_is_current_and_keeps_its_age() -> None:
    service, currency = make(WAITING)
    job = service.request()
    work_once(service)
    currency.said = CURRENT
    service.work()
    done = service.job(job)
    assert (done.status, done.message, done.as_of) == (JobStatus.SUCCESS, None, AS_OF)


def test_a_shop_that_is_silent_for_five_minutes_fails_the_export() -> None:
    service, _ = make(WAITING)
    job = service.request()
    service.clock.advance(301)
    work_once(service)
    failed = service.job(job)
    assert failed.status is JobStatus.FAILED
    assert "did not answer for five minutes" in (failed.message or "")


def test_the_reason_that_a_shop_cannot_be_read_is_in_the_message() -> None:
    service, _ = make(replace(WAITING, refusal="Install Waybill again."))
    job = service.request()
    service.clock.advance(301)
    work_once(service)
    assert service.job(job).message == "Install Waybill again."


def test_an_export_that_takes_what_is_stored_says_how_old_it_is() -> None:
    service, _ = make(WAITING)
    job = service.request(**USE_STORED)
    service.clock.advance(301)
    service.work()
    done = service.job(job)
    assert (done.status, done.as_of) == (JobStatus.SUCCESS, AS_OF)


@pytest.mark.parametrize("given", [{}, USE_STORED])
def test_a_first_sync_may_take_longer(given: dict[str, Any]) -> None:
    service, _ = make(replace(WAITING, is_first_sync=True))
    job = service.request(**given)
    service.clock.advance(3_000)
    work_once(service)
    assert service.job(job).status is JobStatus.PENDING


def end(broken: str, **given: Any) -> tuple[JobStatus, str]:
    service, _ = make(replace(CURRENT, broken=(broken,)))
    job = service.request(**given)
    service.work()
    ended = service.job(job)
    return ended.status, ended.message or ""


@pytest.mark.parametrize(
    "given",
    [
        {"scope": Scope.ALL},
        {"scope": Scope.IDS, "ids": (FIRST, SECOND)},
        {"scope": Scope.FILTER, "filter": {"slugs": ["product-1"]}},
    ],
)
def test_an_export_with_a_record_that_the_shop_cannot_show_fails_naming_it(
    given: dict[str, Any],
) -> None:
    status, message = end(FIRST, **given)
    assert (status, FIRST in message) == (JobStatus.FAILED, True)


def test_one_record_that_the_shop_cannot_show_is_said_in_the_singular() -> None:
    service, _ = make(replace(CURRENT, broken=(FIRST,)))
    job = service.request()
    service.work()
    assert service.job(job).message == (
        f"Your shop cannot show {FIRST}, so the file would lack it or have old data. "
        "Open this product in the dashboard and save it, or export without it."
    )


@pytest.mark.parametrize(("count", "others"), [(5, ""), (7, " and 2 more")])
def test_of_many_records_that_the_shop_cannot_show_five_are_named(count: int, others: str) -> None:
    broken = tuple(encode_global_id("Product", number) for number in range(count))
    service, _ = make(replace(CURRENT, broken=broken))
    job = service.request()
    service.work()
    assert service.job(job).message == (
        f"Your shop cannot show {', '.join(broken[:5])}{others}, so the file would lack them or "
        "have old data. Open these products in the dashboard and save them, or export without them."
    )


@pytest.mark.parametrize(
    "given",
    [
        {"scope": Scope.IDS, "ids": (SECOND,)},
        {"scope": Scope.FILTER, "filter": {"slugs": ["product-2"]}},
    ],
)
def test_an_export_without_that_record_is_written(given: dict[str, Any]) -> None:
    assert end(FIRST, **given) == (JobStatus.SUCCESS, "")


def test_a_record_that_was_never_read_may_match_any_filter() -> None:
    status, message = end(UNKNOWN, scope=Scope.FILTER, filter={"slugs": ["product-2"]})
    assert (status, UNKNOWN in message) == (JobStatus.FAILED, True)


def test_records_that_the_shop_cannot_show_are_looked_up_together() -> None:
    service, _ = make(replace(CURRENT, broken=(FIRST, UNKNOWN)))
    service.worker = replace(service.worker, source=Mock(wraps=service.worker.source))
    service.request(scope=Scope.FILTER, filter={"slugs": ["product-2"]})
    service.work()
    [asked] = service.worker.source.read_numbers.call_args_list  # type: ignore[attr-defined]
    assert asked.args[2] == [1, 99]
