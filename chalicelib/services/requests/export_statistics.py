"""Statistics of recent exports: exports and rows per day, and the duration of each run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from chalicelib.domain.export_file import JobStatus
from chalicelib.domain.export_list import Day, ListedExport
from chalicelib.domain.requestor import Requestor
from chalicelib.services.requests.api_service import ApiService
from chalicelib.services.requests.get_export import readable_types

# A thousand entries of 0.5 KB cost 63 read units.
MAX_EXPORTS: Final = 1_000
MAX_DAYS: Final = 90


@dataclass(frozen=True, slots=True)
class Run:
    """A finished export; `seconds` from the request to the file."""

    export_type: str
    rows: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Statistics:
    """The days in order, today last, and the runs, newest first.

    `is_complete` is False if runs are missing, because there were more exports than `MAX_EXPORTS`.
    """

    days: tuple[Day, ...]
    runs: tuple[Run, ...]
    is_complete: bool


def count_exports(service: ApiService, requestor: Requestor, days: int) -> Statistics:
    """Return the statistics of the last `days` days, including today; PermissionDenied."""
    today = service.clock.now().astimezone(UTC).date()
    first = today - timedelta(days=days - 1)
    shop, types = requestor.shop, readable_types(requestor)
    recent = service.store.find_recent(shop, types, _start(first), MAX_EXPORTS + 1)
    return Statistics(
        days=_all_days(first, today, service.store.count_days(shop, types, first, today)),
        runs=tuple(map(_run, filter(_is_finished, recent[:MAX_EXPORTS]))),
        is_complete=len(recent) <= MAX_EXPORTS,
    )


def _all_days(first: date, last: date, counted: Iterable[Day]) -> tuple[Day, ...]:
    """Return all days of the period; those without exports are empty."""
    found = {day.date: day for day in counted}
    dates = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return tuple(found.get(one, Day(one)) for one in dates)


def _start(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=UTC)


def _is_finished(export: ListedExport) -> bool:
    """Return whether `updated_at` is the time of success; a deletion changes it."""
    return export.status is JobStatus.SUCCESS


def _run(export: ListedExport) -> Run:
    duration = export.updated_at - export.created_at
    return Run(export.export_type, export.row_count, duration.total_seconds())
