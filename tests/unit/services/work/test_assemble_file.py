from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.export_file import ExportFile, JobStatus
from chalicelib.domain.message import Step
from chalicelib.domain.request import Compression
from chalicelib.formats.registry import FileType
from chalicelib.services.work.work_export import work_export
from tests.catalog_files import id_of
from tests.factories import (
    Service,
    fill,
    make_assigned,
    make_attribute,
    make_product,
    make_service,
    make_value,
)


def test_a_segment_of_several_buckets_has_the_records_of_all_of_them() -> None:
    service = make_service(products=2_700, settings={"segment_records": 1_000})
    job = service.request(parameters={"fields": ["NAME"]})
    service.work()
    lines = service.file_of(job).decode().splitlines()
    assert [line.partition(",")[2] for line in lines[1:]] == [
        f"Product {n}" for n in range(1, 2_701)
    ]


@pytest.mark.parametrize("file_type", FileType)
def test_a_segment_whose_object_is_gone_fails_the_export_with_a_sentence(
    file_type: FileType,
) -> None:
    service = make_service(products=1_200, settings={"segment_records": 500})
    job = service.request(parameters={"fields": ["NAME"]}, file_type=file_type)
    while (message := service.queue.take()) and message.step is not Step.ASSEMBLE:
        work_export(service.worker, message)
    assert message
    del service.files.objects[service.store.segments[job.shop, job.id][1].file_key]
    work_export(service.worker, message)
    assert (service.job(job).status, service.files.objects) == (JobStatus.FAILED, {})
    assert service.job(job).message == "A part of the file is missing. Please export again."


@pytest.mark.parametrize(
    "asked",
    [
        *({"file_type": one} for one in FileType),
        {"file_type": FileType.JSONL, "compression": Compression.GZIP},
    ],
)
def test_segments_with_other_columns_than_the_header_fail_the_export(asked: dict[str, Any]) -> None:
    service = make_service(settings={"segment_records": 500})
    load(service, "brand")
    both = [id_of("Attribute", slug) for slug in ("brand", "taste")]
    job = service.request(parameters={"attributes": both}, **asked)
    for _ in ("the plan", "the first segment"):
        message = service.queue.take()
        assert message
        work_export(service.worker, message)
    load(service, "zbrand")
    service.work()
    assert (service.job(job).status, service.files.objects) == (JobStatus.FAILED, {})
    assert (
        service.job(job).message == "The columns changed while the export ran. Please export again."
    )


PACKED: list[dict[str, Any]] = [{"file_type": "XLSX"}, {"compression": Compression.GZIP}]


@pytest.mark.parametrize("asked", PACKED)
def test_segments_that_an_earlier_version_packed_otherwise_fail_the_export(
    asked: dict[str, Any],
) -> None:
    service = make_service(products=1_200, settings={"segment_records": 500})
    job = service.request(**asked)
    make_segment_of_version_1(service, job)
    service.work()
    assert (service.job(job).status, service.files.objects) == (JobStatus.FAILED, {})
    assert service.job(job).message == (
        "The service was updated while the export ran. Please export again."
    )


def test_an_export_as_csv_survives_an_update_of_the_service() -> None:
    service = make_service(products=1_200, settings={"segment_records": 500})
    job = service.request()
    make_segment_of_version_1(service, job)
    service.work()
    assert service.job(job).row_count == service.file_of(job).count(b"\r\n") - 1 == 1_200


def make_segment_of_version_1(service: Service, job: ExportFile) -> None:
    """Have the first segment written and recorded as versions before the first update did."""
    for _ in ("the plan", "the first segment"):
        work_export(service.worker, service.queue.take() or pytest.fail("nothing is queued"))
    ((number, segment),) = service.store.segments[job.shop, job.id].items()
    old = replace(segment, raw_bytes=0, raw_crc32=0, format_version=1)
    service.store.segments[job.shop, job.id][number] = old


def test_segments_of_a_catalogue_that_was_loaded_again_as_it_was_are_one_file() -> None:
    service = make_service(settings={"segment_records": 500})
    load(service, "brand")
    job = service.request(parameters={"attributes": [id_of("Attribute", "brand")]})
    message = service.queue.take()
    assert message
    work_export(service.worker, message)
    load(service, "brand")
    service.work()
    assert service.file_of(job).splitlines()[:2] == [
        b"id,brand (product attribute)",
        b"UHJvZHVjdDox,made by 1",
    ]


def load(service: Service, slug: str) -> None:
    """1,200 products with two attributes, the first of which has this slug."""
    for kind in ("products", "attributes"):
        service.source.records["default", kind].clear()
        service.source.directory["default", kind].clear()
    brand = [make_assigned("brand", make_value(f"made by {number}")) for number in range(1, 1_201)]
    taste = make_assigned("taste", make_value("good"))
    products = [
        make_product(number, attributes=[brand[number - 1], taste]) for number in range(1, 1_201)
    ]
    fill(service.source, "products", *products)
    fill(
        service.source,
        "attributes",
        make_attribute(1, slug, id=id_of("Attribute", "brand")),
        make_attribute(2, "taste"),
    )
