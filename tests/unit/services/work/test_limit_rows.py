from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.export_file import ExportFile, JobStatus
from chalicelib.domain.request import Scope
from chalicelib.formats.registry import FileType
from tests.factories import Service, fill, make_product, make_service, make_variant

NAMES: dict[str, Any] = {"parameters": {"fields": ["NAME"]}, "file_type": FileType.XLSX}
REFUSED = (
    "The file would have more than 1,000 rows, the most that an XLSX file with these columns can "
    "have. Export as CSV, or choose fewer records or columns."
)


def make_limited(products: int, variants: int = 1) -> Service:
    """A service whose workbooks have 1,000 rows at most, in segments of one bucket."""
    service = make_service(settings={"segment_records": 500, "max_xlsx_rows": 1_000})
    made = [make_variant(number) for number in range(1, variants + 1)]
    fill(service.source, "products", *(make_product(n, variants=made) for n in range(1, products)))
    return service


def outcome_of(service: Service, job: ExportFile) -> tuple[JobStatus, str | None]:
    service.work()
    return service.job(job).status, service.job(job).message


def test_a_workbook_of_more_records_than_rows_is_refused_before_a_row_is_written() -> None:
    service = make_limited(products=1_300)
    job = service.request(**NAMES)
    assert outcome_of(service, job) == (JobStatus.FAILED, REFUSED)
    assert service.job(job).plan is None
    assert service.files.objects == {}


def test_a_workbook_that_exceeds_the_limit_by_variants_is_refused_after_a_few_segments() -> None:
    service = make_limited(products=1_000, variants=3)
    job = service.request(**NAMES)
    assert outcome_of(service, job) == (JobStatus.FAILED, REFUSED)
    assert len(service.store.segments[job.shop, job.id]) < 2


def test_a_filter_that_leaves_few_rows_is_no_reason_to_refuse() -> None:
    service = make_limited(products=1_300)
    few: dict[str, Any] = {"scope": Scope.FILTER, "filter": {"slugs": ["product-3"]}}
    assert outcome_of(service, service.request(**NAMES, **few)) == (JobStatus.SUCCESS, None)


@pytest.mark.parametrize("products", [1_001, 1_002])
def test_the_limit_is_the_last_number_of_rows_that_is_written(products: int) -> None:
    service = make_limited(products)
    status, _ = outcome_of(service, service.request(**NAMES))
    assert (status is JobStatus.SUCCESS) == (products == 1_001)


def test_csv_has_no_limit_of_rows() -> None:
    service = make_limited(products=1_300)
    job = service.request(parameters=NAMES["parameters"])
    assert outcome_of(service, job) == (JobStatus.SUCCESS, None)


def test_a_wide_workbook_has_fewer_rows() -> None:
    service = make_limited(products=600)
    wide = {"fields": ["NAME"] * 99}
    status, message = outcome_of(service, service.request(**{**NAMES, "parameters": wide}))
    assert (status, "more than 500 rows" in (message or "")) == (JobStatus.FAILED, True)
