from __future__ import annotations

from chalicelib.domain.export_file import DueFor
from chalicelib.services.requests.change_export import delete_export
from chalicelib.services.work.recover_exports import recover_exports
from tests.factories import make_requestor, make_service
from tests.unit.services.work.steps import MANY, NAMES


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
