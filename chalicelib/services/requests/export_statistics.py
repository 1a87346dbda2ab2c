"""Statistics of recent exports: exports and rows per day, and the duration of each run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Final

from chalicelib.domain.export_file import ExportFile, JobStatus
from chalicelib.domain.export_list import ListFilter, ListRequest
from chalicelib.domain.requestor import Requestor
from chalicelib.services.requests.api_service import ApiService
from chalicelib.services.requests.get_export import list_exports, readable_types

MAX_EXPORTS: Final = 1_000
EXPORTS_PER_PAGE: Final = 100
MAX_DAYS: Final = 90


@dataclass(frozen=True, slots=True)
class Day:
    """One day in UTC: requested exports, failed ones, and the rows of the others."""

    date: date
    exports: int
    failed: int
    rows: int


@dataclass(frozen=True, slots=True)
class Run:
    """A finished export; `seconds` from the request to the file."""

    export_type: str
    rows: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Statistics:
    """The days in order, today last, and the runs, newest first.

    `is_complete` is False if there were more exports than `MAX_EXPORTS`.
    """

    days: tuple[Day, ...]
    runs: tuple[Run, ...]
    is_complete: bool


def count_exports(service: ApiService, requestor: Requestor, days: int) -> Statistics:
    """Return the statistics of the last `days` days, including today; PermissionDenied."""
    today = service.clock.now().astimezone(UTC).date()
    dates = [today - timedelta(days=ago) for ago in reversed(range(days))]
    found = list(islice(_exports(service, requestor, dates[0]), MAX_EXPORTS + 1))
    jobs = found[:MAX_EXPORTS]
    return Statistics(
        days=tuple(_day(one, jobs) for one in dates),
        runs=tuple(map(_run, filter(_is_finished, jobs))),
        is_complete=len(found) <= MAX_EXPORTS,
    )


def _exports(service: ApiService, requestor: Requestor, since: date) -> Iterator[ExportFile]:
    """Yield the exports since that day, the newest first, reading page by page."""
    wanted = ListFilter(
        export_types=readable_types(requestor),
        created_from=datetime.combine(since, time.min, tzinfo=UTC),
    )
    after = None
    while True:
        request = ListRequest(
            shop="", filter=wanted, size=EXPORTS_PER_PAGE, descending=True, after=after
        )
        page = list_exports(service, requestor, request)
        yield from page.exports
        if not page.has_next or not page.positions:
            return
        after = page.positions[-1]


def _day(day: date, jobs: Iterable[ExportFile]) -> Day:
    of_day = [job for job in jobs if job.created_at.astimezone(UTC).date() == day]
    failed = [job for job in of_day if job.status is JobStatus.FAILED]
    rows = sum(
        job.row_count or 0 for job in of_day if job.status in (JobStatus.SUCCESS, JobStatus.DELETED)
    )
    return Day(day, len(of_day), len(failed), rows)


def _is_finished(job: ExportFile) -> bool:
    """Return whether `updated_at` is the time of success; in a deleted export it is the deletion."""
    return job.status is JobStatus.SUCCESS


def _run(job: ExportFile) -> Run:
    return Run(
        job.request.export_type,
        job.row_count or 0,
        (job.updated_at - job.created_at).total_seconds(),
    )
