"""Refuse files that one assembly cannot write within its time, before the work is done."""

from __future__ import annotations

from typing import Final

from chalicelib.domain.segment import SegmentPlan
from chalicelib.errors import ExportFailed
from chalicelib.rendering.exporter import Exporter
from chalicelib.services.work.worker import Worker
from chalicelib.words.text import say

# The setting holds for files of up to so many columns. Wider rows take longer, so fewer fit.
COLUMNS_OF_SETTING: Final = 50


def _max_rows(worker: Worker, exporter: Exporter) -> int | None:
    """Return the most rows that one assembly can write; None if the store composes the file."""
    if exporter.concatenable:
        return None
    columns = max(len(exporter.headers), COLUMNS_OF_SETTING)
    return worker.settings.max_xlsx_rows * COLUMNS_OF_SETTING // columns


def check_rows(worker: Worker, exporter: Exporter, rows: int) -> None:
    """Raise ExportFailed for more rows than one assembly can write. `rows` may be a part of all."""
    limit = _max_rows(worker, exporter)
    if limit is not None and rows > limit:
        raise ExportFailed(
            say(
                "The file would have more than {most:,} rows, the most that an XLSX file with "
                "these columns can have. Export as CSV, or choose fewer records or columns.",
                most=limit,
            )
        )


def check_plan(worker: Worker, exporter: Exporter, plan: SegmentPlan) -> None:
    """Raise ExportFailed if the planned records are more rows than one assembly can write."""
    # Without a filter, every record of a bucket is one row at least. Unknown ids are not.
    if exporter.predicate is None and exporter.numbers is None:
        check_rows(worker, exporter, sum(segment.records for segment in plan.segments))
