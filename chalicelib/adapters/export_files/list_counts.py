"""Totals and statistics of lists: from counters per day, and from entries up to a bound."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Final

from chalicelib.adapters.aws.item_attributes import read_int, read_time
from chalicelib.adapters.export_files.list_entries import EnoughRead, Range, ReadLimit
from chalicelib.adapters.export_files.list_models import ExportListItem
from chalicelib.adapters.export_files.list_query import matches
from chalicelib.adapters.export_files.list_sources import (
    CREATED,
    STATUS,
    find_people,
    given_filters,
    in_order,
    most_selective,
)
from chalicelib.adapters.export_files.list_writes import COUNTERS, NO_REQUESTOR
from chalicelib.adapters.export_files.table import days_list, pending_list, person_of
from chalicelib.domain.export_file import JobStatus
from chalicelib.domain.export_list import Day, ListedExport, ListFilter, ListRequest, SortField

# Entries of 0.5 KB: a count reads at most 2.5 MB.
MAX_COUNTED: Final = 5_000
COUNTED_PER_QUERY: Final = 500
DAY: Final = timedelta(days=1)
# The resolution of times, and so the distance of two days that touch.
INSTANT: Final = timedelta(microseconds=1)


def count_listed(request: ListRequest) -> int | None:
    """Return how many exports pass the filter, None if counting them would read too much."""
    if given_filters(request.filter) <= CREATED | STATUS:
        return _count_days(request)
    return _count_entries(request)


def count_pending(shop: str) -> Counter[str]:
    """Return how many exports of a shop are PENDING, by the global id of their requestors."""
    counters = ExportListItem.query(pending_list(shop), consistent_read=True)
    pending = {one.position: read_int(one.pending) or 0 for one in counters}
    return Counter(
        {"" if who == NO_REQUESTOR else who: count for who, count in pending.items() if count > 0}
    )


def count_days(shop: str, export_types: frozenset[str], first: date, last: date) -> list[Day]:
    """Return the days, from `first` to `last`, of which there are exports, in their order."""
    counters = [item for name in export_types for item in _days(shop, name, first, last)]
    days = {item.position: Day(date.fromisoformat(item.position)) for item in counters}
    for item in counters:
        days[item.position] = _with(days[item.position], item)
    return [days[day] for day in sorted(days)]


def find_recent(
    shop: str, export_types: frozenset[str], since: datetime, limit: int
) -> list[ListedExport]:
    """Return the latest exports since a time, the newest first, as far as lists show them."""
    wanted = ListFilter(export_types=export_types, created_from=since)
    [source] = in_order(ListRequest(shop=shop, filter=wanted, size=limit))
    entries = source.entries(descending=True, per_query=min(limit, COUNTED_PER_QUERY))
    return [_listed(entry) for entry in islice(entries, limit)]


def _count_days(request: ListRequest) -> int | None:
    """Add the counters of whole days to the entries of days that are wanted in part."""
    low, high = _utc(request.filter.created_from), _utc(request.filter.created_to)
    first = _first_whole_day(low) if low else date.min
    last = _last_whole_day(high) if high else date.max
    if first > last:
        return _count_entries(request)
    counted = [
        _of_status(day, request.filter.status)
        for name in request.filter.export_types
        for day in _days(request.shop, name, first, last)
    ]
    parts = [
        _count_between(request, low, _start(first) - INSTANT) if low else 0,
        _count_between(request, _start(last) + DAY, high) if high else 0,
    ]
    return None if None in parts else sum(counted) + sum(part or 0 for part in parts)


def _count_between(request: ListRequest, low: datetime, high: datetime) -> int | None:
    wanted = replace(request.filter, created_from=low, created_to=high)
    return _count_entries(replace(request, filter=wanted))


def _count_entries(request: ListRequest) -> int | None:
    request = replace(request, sort=SortField.CREATED_AT)
    source = most_selective(request, find_people(request)) or in_order(request)[0]
    entries = source.entries(descending=False, per_query=COUNTED_PER_QUERY)
    try:
        return sum(
            matches(entry, request.filter) for entry in ReadLimit(MAX_COUNTED).count(entries)
        )
    except EnoughRead:
        return None


def _days(shop: str, export_type: str, first: date, last: date) -> Iterator[ExportListItem]:
    between = Range(first.isoformat(), last.isoformat()).condition(ExportListItem.position)
    found: Iterator[ExportListItem] = ExportListItem.query(
        days_list(shop, export_type), between, consistent_read=True
    )
    return found


def _of_status(day: ExportListItem, status: JobStatus | None) -> int:
    wanted = [status] if status else list(JobStatus)
    return sum(read_int(getattr(day, COUNTERS[one].attr_name)) or 0 for one in wanted)


def _with(day: Day, counters: ExportListItem) -> Day:
    """Return the day with the counters of one more export type."""
    return replace(
        day,
        exports=day.exports + _of_status(counters, None),
        failed=day.failed + _of_status(counters, JobStatus.FAILED),
        rows=day.rows + (read_int(counters.rows) or 0),
    )


def _listed(entry: ExportListItem) -> ListedExport:
    return ListedExport(
        export_type=entry.export_type or "",
        status=JobStatus(entry.status),
        created_at=read_time(entry.created_at),
        updated_at=read_time(entry.updated_at),
        row_count=read_int(entry.row_count) or 0,
        requestor_id=person_of(entry.person_list or ""),
        # Entries of earlier versions have no name.
        requestor_name=entry.requestor_name or _searched(entry),
        requestor_search=_searched(entry),
        is_app=bool(entry.app_search),
    )


def _searched(entry: ExportListItem) -> str:
    """Return the e-mail of the person, or the name of the app, in lower case."""
    return entry.app_search or (entry.user_search or "").partition("\n")[0]


def _utc(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC) if moment else None


def _start(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


def _first_whole_day(low: datetime) -> date:
    return low.date() if low == _start(low.date()) else low.date() + DAY


def _last_whole_day(high: datetime) -> date:
    return high.date() if high == _start(high.date()) + DAY - INSTANT else high.date() - DAY
