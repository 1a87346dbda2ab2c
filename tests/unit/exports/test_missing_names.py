"""A name that was not loaded fails the export instead of leaving a cell empty."""

from __future__ import annotations

from chalicelib.domain.export_file import JobStatus
from chalicelib.domain.global_id import encode_global_id
from tests.factories import fill, make_product, make_service


def test_a_category_that_is_not_loaded_fails_the_export_and_says_what_to_load() -> None:
    service = make_service()
    category = {"id": encode_global_id("Category", 1)}
    fill(service.source, "products", make_product(1, category=category))
    job = service.request(parameters={"fields": ["CATEGORY"]})
    service.work()
    ended = service.job(job)
    assert ended.status is JobStatus.FAILED
    assert "Load the categories, then export again." in (ended.message or "")
