"""How far a running export is: what its segments have written, also those under way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from chalicelib.domain.export_file import ExportFile, JobStatus

# Clients take 1 for a file that they can download; after the last segment it is not composed yet.
MAX_UNFINISHED: Final = 0.99


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentProgress:
    """What a worker has done of the segment `number`: the records read and the rows written."""

    number: int
    records: int
    row_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """The share of an export that is done, from 0 to 1, its rows so far and all of its rows.

    `rows_done` is None before the first report, `rows_total` if only the export itself can count.
    """

    share: float
    rows_done: int | None = None
    rows_total: int | None = None


class ProgressStore(Protocol):
    """The reports of workers about segments under way. They are not part of the job."""

    def report_progress(self, job: ExportFile, chain: int, progress: SegmentProgress) -> None:
        """Store the progress of the segment of a chain that is under way, in place of the last.

        A report changes neither the job nor a claim, and none is refused.
        """

    def find_progress(self, job: ExportFile) -> tuple[SegmentProgress, ...]:
        """Return the last report of each chain. Their segments may have ended since."""


def is_running(job: ExportFile) -> bool:
    """Return whether workers may report the progress of an export."""
    return job.status is JobStatus.PENDING and job.plan is not None


def progress_of(job: ExportFile, reports: Sequence[SegmentProgress] = ()) -> Progress:
    """Return the progress of a job, with what workers have reported of its segments."""
    if job.status in (JobStatus.SUCCESS, JobStatus.DELETED):
        return Progress(share=1.0, rows_done=job.row_count, rows_total=job.row_count)
    if job.plan is None:
        return Progress(share=0.0)
    running = [report for report in reports if report.number not in job.segments_done]
    rows = [report.row_count for report in running]
    is_known = bool(rows) or job.row_count is not None
    return Progress(
        share=_share(job, running),
        rows_done=(job.row_count or 0) + sum(rows) if is_known else None,
        rows_total=job.plan.rows,
    )


def _share(job: ExportFile, running: Sequence[SegmentProgress]) -> float:
    """Return the share of the planned records that are done."""
    planned = {segment.number: segment.records for segment in job.plan.segments} if job.plan else {}
    total = sum(planned.values())
    if not total:
        return 0.0
    done = sum(planned[number] for number in job.segments_done)
    done += sum(min(one.records, planned.get(one.number, 0)) for one in running)
    return min(done / total, MAX_UNFINISHED)
