from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from chalicelib.domain.export_file import DueFor, ExportFile, JobStatus
from chalicelib.domain.message import ExportMessage
from chalicelib.errors import Unavailable
from chalicelib.services.work.recover_exports import DUTIES, recover_exports
from chalicelib.services.work.schedule import MAX_DUE_JOBS, Duty, run_duties
from chalicelib.services.work.worker import Worker
from tests.factories import Service, make_service, make_settings
from tests.fake_export_store import FakeExportFileStore
from tests.fakes import FakeClock, FakeQueue
from tests.unit.services.work.steps import NAMES, NO_LIMITS, lose_messages


class FakeSlowQueue(FakeQueue):
    """Takes eight seconds to take a message."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__()
        self.clock = clock

    def send(self, messages: Sequence[ExportMessage], *, delay_seconds: int = 0) -> None:
        self.clock.advance(8)
        super().send(messages)


class FakeStoreWithoutIndex(FakeExportFileStore):
    """Cannot say which jobs are due for recovery."""

    def find_due(self, due_for: DueFor, now: datetime, limit: int) -> Sequence[tuple[str, str]]:
        if due_for is DueFor.RECOVERY:
            raise Unavailable("The index does not answer.")
        return super().find_due(due_for, now, limit)


class FakeStoreWithOldIndex(FakeExportFileStore):
    """Says of all jobs that they are due."""

    def find_due(self, due_for: DueFor, now: datetime, limit: int) -> Sequence[tuple[str, str]]:
        return super().find_due(due_for, datetime.max.replace(tzinfo=UTC), limit)


def act_on_nothing(worker: Worker, job: ExportFile) -> None:
    pytest.fail(f"{job.id} is not due.")


@pytest.mark.parametrize("kind", ["refused", "unreadable"])
def test_a_job_that_cannot_be_helped_does_not_keep_others_waiting(kind: str) -> None:
    service = make_service(products=1)
    bad, good = service.request(**NAMES), service.request(**NAMES)
    lose_messages(service)
    (service.queue.refused if kind == "refused" else service.store.unreadable).add(bad.id)
    service.clock.advance(130)
    assert recover_exports(service.worker) == 1
    service.work()
    assert service.job(good).status is JobStatus.SUCCESS


def test_jobs_that_cannot_be_helped_are_postponed_so_that_others_come_first() -> None:
    service = make_service(products=1, settings=NO_LIMITS)
    service.queue.refused = {service.request().id for _ in range(MAX_DUE_JOBS)}
    service.clock.advance(1)
    good = service.request(**NAMES)
    lose_messages(service)
    service.clock.advance(130)
    assert (recover_exports(service.worker), recover_exports(service.worker)) == (0, 1)
    service.work()
    assert service.job(good).status is JobStatus.SUCCESS


def test_a_job_that_is_due_later_by_now_is_left_alone() -> None:
    service = Service(store=FakeStoreWithOldIndex())
    job = service.request(**NAMES)
    assert run_duties(service.worker, Duty(DueFor.RECOVERY, act_on_nothing, seconds=12)) == 0
    assert service.job(job) == job


def test_a_slow_duty_ends_in_time_for_the_next_one() -> None:
    service = make_service(products=1)
    for _ in range(3):
        service.request(**NAMES)
    service.clock.advance(130)
    acted: list[str] = []

    def act_slowly(worker: Worker, job: ExportFile) -> None:
        acted.append(job.id)
        service.clock.advance(8)

    assert run_duties(service.worker, Duty(DueFor.RECOVERY, act_slowly, seconds=12)) == 2
    assert len(acted) == 2


def test_many_stalled_exports_do_not_starve_notifications_and_removals() -> None:
    clock = FakeClock()
    service = Service(settings=make_settings(**NO_LIMITS), clock=clock, queue=FakeSlowQueue(clock))
    jobs = [service.request(**NAMES) for _ in range(9)]
    service.change(jobs[-1], status=JobStatus.FAILED, due_for=DueFor.NOTIFICATION)
    service.change(jobs[-2], status=JobStatus.DELETED, due_for=DueFor.REMOVAL)
    clock.advance(400)
    began_at = clock.now()
    recover_exports(service.worker)
    assert (clock.now() - began_at).total_seconds() < sum(duty.seconds for duty in DUTIES)
    assert service.job(jobs[-1]).notified_at is not None
    assert service.job(jobs[-2]).due_for is None


def test_a_duty_whose_jobs_cannot_be_listed_does_not_stop_the_others() -> None:
    service = Service(store=FakeStoreWithoutIndex())
    job = service.change(
        service.request(**NAMES), status=JobStatus.FAILED, due_for=DueFor.NOTIFICATION
    )
    service.clock.advance(400)
    with pytest.raises(Unavailable, match="index"):
        recover_exports(service.worker)
    assert service.job(job).notified_at is not None
