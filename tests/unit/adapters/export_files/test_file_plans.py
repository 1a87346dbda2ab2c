from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest

from chalicelib.adapters.export_files.file_items import (
    job_attributes,
    read_job,
    read_segment,
    segment_item,
)
from chalicelib.adapters.export_files.file_models import ExportFileItem
from chalicelib.domain.export_file import ExportFile, planned
from chalicelib.domain.requestor import App
from chalicelib.domain.segment import CursorBounds, Segment, SegmentPlan, SegmentResult
from tests.pending_jobs import make_pending


@pytest.fixture
def job() -> ExportFile:
    return make_pending()


def test_a_plan_with_slices_is_read_back_as_it_was(job: ExportFile) -> None:
    plan = SegmentPlan((Segment(0, 0, 3, 9, None, 1_519), Segment(1, 3, 4, 5, 1_520, None)))
    item = ExportFileItem(**job_attributes(planned(job, plan)))
    assert read_job(item).plan == plan


def test_a_plan_that_an_older_version_stored_is_read(job: ExportFile) -> None:
    item = ExportFileItem(**job_attributes(job))
    item.plan = "[[0, 3, 1900], [4, 9, 2000]]"
    assert read_job(item).plan == SegmentPlan((Segment(0, 0, 3, 1_900), Segment(1, 4, 9, 2_000)))


def test_a_segment_without_rows_is_read_as_it_was_stored(job: ExportFile) -> None:
    stored = SegmentResult(number=7, file_key="k", size_bytes=0, row_count=0, crc32=0)
    assert read_segment(segment_item(job, stored)) == stored


def test_a_segment_is_read_as_it_was_stored(job: ExportFile) -> None:
    numbers = [field.name for field in fields(SegmentResult) if field.name != "file_key"]
    of_each: dict[str, Any] = dict(zip(numbers, range(1, 9), strict=True))
    stored = SegmentResult(file_key="k", **of_each)
    assert read_segment(segment_item(job, stored)) == stored


def test_a_plan_of_a_shop_is_read_back_with_its_cursors(job: ExportFile) -> None:
    bounds = CursorBounds("after", "last", "before")
    plan = SegmentPlan((Segment(0, 0, 0, 9, None, 4, bounds), Segment(1, 0, 0, 5)))
    item = ExportFileItem(**job_attributes(planned(job, plan)))
    assert read_job(item).plan == plan


def test_an_app_is_read_back_with_its_identifier(job: ExportFile) -> None:
    app = App(id="QXBwOjE=", name="Robot", identifier="robot.example")
    asked = replace(job, user=None, app=app)
    assert read_job(ExportFileItem(**job_attributes(asked))).app == app


def test_a_segment_of_a_version_without_raw_rows_has_none(job: ExportFile) -> None:
    stored = SegmentResult(number=0, file_key="k", size_bytes=5, row_count=1, crc32=2)
    item = segment_item(job, stored)
    item.raw_bytes = item.raw_crc32 = item.format_version = None
    assert read_segment(item) == stored


def test_a_job_is_stored_with_the_segments_that_are_done(job: ExportFile) -> None:
    done = replace(job, segments_done=frozenset({0, 2}))
    item = ExportFileItem(job.shop, job.id, **job_attributes(done))
    assert read_job(item).segments_done == done.segments_done
