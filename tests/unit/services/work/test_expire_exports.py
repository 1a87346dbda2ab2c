from __future__ import annotations

from chalicelib.domain.export_file import DueFor, JobStatus
from chalicelib.errors import Unavailable
from chalicelib.services.work.expire_exports import expire_exports
from chalicelib.services.work.recover_exports import recover_exports
from chalicelib.services.work.schedule import MAX_DUE_JOBS
from tests.factories import Service, make_service
from tests.fakes import FakeClock, FakeFileStore
from tests.unit.services.work.steps import NAMES, NO_LIMITS


class FakeSlowFileStore(FakeFileStore):
    """Takes 150 seconds to list objects."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__()
        self.clock = clock

    def find_keys(self, prefix: str) -> tuple[str, ...]:
        self.clock.advance(150)
        return super().find_keys(prefix)


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
    service = make_service(products=1, settings=NO_LIMITS)
    jobs = [service.request(**NAMES) for _ in range(MAX_DUE_JOBS + 1)]
    service.work()
    service.clock.advance(service.settings.retention_seconds)
    assert expire_exports(service.worker) == len(jobs)
    assert service.files.objects == {}


def test_a_run_that_takes_long_ends_in_time_and_the_next_one_goes_on() -> None:
    clock = FakeClock()
    service = Service(clock=clock, files=FakeSlowFileStore(clock))
    for _ in range(3):
        service.change(service.request(**NAMES), status=JobStatus.FAILED, due_for=DueFor.EXPIRY)
    clock.advance(service.settings.retention_seconds)
    assert (expire_exports(service.worker), expire_exports(service.worker)) == (2, 1)


def test_a_file_expires_in_time_although_notifications_fail() -> None:
    service = make_service(products=1)
    job = service.request(**NAMES)
    service.bus.failure = Unavailable("There is no such bus.")
    service.work()
    for _ in range(3):
        service.clock.advance(service.settings.lease_seconds + 1)
        recover_exports(service.worker)
    assert service.job(job).status is JobStatus.SUCCESS
    service.clock.advance(service.settings.retention_seconds)
    recover_exports(service.worker)
    assert (service.job(job).status, service.files.objects) == (JobStatus.DELETED, {})
