"""Statistics of recent exports: per day, per person, and the duration of each run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain
from typing import Final

from chalicelib.domain.export_file import JobStatus
from chalicelib.domain.export_list import Day, ListedExport
from chalicelib.domain.requestor import Requestor
from chalicelib.services.requests.api_service import ApiService
from chalicelib.services.requests.get_export import readable_types

# A thousand entries of 0.5 KB cost 63 read units.
MAX_EXPORTS: Final = 1_000
MAX_DAYS: Final = 90
MAX_PEOPLE: Final = 10


@dataclass(frozen=True, slots=True)
class Run:
    """A finished export; `seconds` from the request to the file."""

    export_type: str
    rows: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Person:
    """The exports of a person or an app, and their rows; without a name, of all others together.

    A filter of the list by `user` or by `app` finds them.
    """

    exports: int
    rows: int
    name: str | None = None
    user: str | None = None
    app: str | None = None


@dataclass(frozen=True, slots=True)
class Statistics:
    """The days in order, today last; the runs, newest first; the people with the most exports.

    `is_complete` is False if there were more exports than `MAX_EXPORTS`: runs and people are then
    those of the latest ones.
    """

    days: tuple[Day, ...]
    runs: tuple[Run, ...]
    people: tuple[Person, ...]
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
        people=tuple(_people(recent[:MAX_EXPORTS], requestor)),
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


def _people(exports: Iterable[ListedExport], requestor: Requestor) -> Iterator[Person]:
    """Yield at most `MAX_PEOPLE` people whom the requestor may see by name, then the others."""
    of_people: dict[str, list[ListedExport]] = {}
    for export in exports:
        is_known = requestor.may_know(export.requestor_id, is_app=export.is_app)
        who = export.requestor_id if is_known else ""
        of_people.setdefault(who, []).append(export)
    others = of_people.pop("", [])
    ranked = sorted(of_people.values(), key=_rank)
    for of_one in ranked[:MAX_PEOPLE]:
        yield _person(of_one)
    others += chain.from_iterable(ranked[MAX_PEOPLE:])
    if others:
        yield Person(len(others), _rows(others))


def _rank(exports: Sequence[ListedExport]) -> tuple[int, str]:
    return -len(exports), exports[0].requestor_name.casefold()


def _person(exports: Sequence[ListedExport]) -> Person:
    first = exports[0]
    search = {"app" if first.is_app else "user": first.requestor_search}
    return Person(len(exports), _rows(exports), first.requestor_name, **search)


def _rows(exports: Iterable[ListedExport]) -> int:
    return sum(export.row_count for export in exports)


def _run(export: ListedExport) -> Run:
    duration = export.updated_at - export.created_at
    return Run(export.export_type, export.row_count, duration.total_seconds())
