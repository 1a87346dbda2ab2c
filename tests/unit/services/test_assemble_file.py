from __future__ import annotations

import pytest

from chalicelib.domain.export_file import JobStatus
from chalicelib.domain.message import Step
from chalicelib.domain.request import FileType
from chalicelib.services.work_export import work_export
from tests.factories import make_service


@pytest.mark.parametrize("file_type", FileType)
def test_a_segment_whose_object_is_gone_fails_the_export_with_a_sentence(file_type: FileType) -> None:
    service = make_service(products=1_200, settings={"segment_records": 500})
    job = service.request(parameters={"fields": ["NAME"]}, file_type=file_type)
    while (message := service.queue.take()) and message.step is not Step.ASSEMBLE:
        work_export(service.worker, message)
    assert message
    del service.files.objects[service.store.segments[job.shop, job.id][1].file_key]
    work_export(service.worker, message)
    assert (service.job(job).status, service.files.objects) == (JobStatus.FAILED, {})
    assert service.job(job).message == "A part of the file is missing. Please export again."
