"""Where the entries of a list are read.

The partitions and key conditions for a filter and an order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from chalicelib.adapters.aws.item_attributes import write_time_or_none
from chalicelib.adapters.export_files.list_entries import Partitions, Range, times
from chalicelib.adapters.export_files.list_models import ExportListItem
from chalicelib.adapters.export_files.table import (
    exports_list,
    people_list,
    person_list,
    status_list,
)
from chalicelib.domain.export_file import JobStatus
from chalicelib.domain.export_list import ListFilter, ListRequest, SortField

Person = tuple[str, str]

# More people than these are not looked up one by one: their exports fill a page of the whole list.
MAX_PEOPLE: Final = 50
MAX_PEOPLE_READ: Final = 2_000
PERSON: Final = frozenset({"user", "app"})
CREATED: Final = frozenset({"created"})
UPDATED: Final = frozenset({"updated"})
STATUS: Final = frozenset({"status"})


def given_filters(wanted: ListFilter) -> frozenset[str]:
    """Return the names of the filters that are set, beside the export types."""
    filters = {
        "created": wanted.created_from or wanted.created_to,
        "updated": wanted.updated_from or wanted.updated_to,
        "status": wanted.status,
        "user": wanted.user,
        "app": wanted.app,
    }
    return frozenset(name for name, value in filters.items() if value)


def find_people(request: ListRequest) -> Sequence[Person] | None:
    """Return (export type, requestor id) of the people who match `user` and `app`.

    None without these filters, or if there are too many people.
    """
    if not given_filters(request.filter) & PERSON:
        return None
    people: list[Person] = []
    for export_type in _types(request):
        read = 0
        for person in ExportListItem.query(
            people_list(request.shop, export_type), consistent_read=True, limit=MAX_PEOPLE_READ
        ):
            read += 1
            if _is_wanted(person, request.filter):
                people.append((export_type, person.position))
        if read == MAX_PEOPLE_READ or len(people) > MAX_PEOPLE:
            return None
    return people


def in_order(request: ListRequest) -> list[Partitions]:
    """Return the partitions that hold the list in the order asked for, whatever the filter."""
    if request.sort is SortField.UPDATED_AT:
        return [_by_change(request)]
    if request.sort is SortField.STATUS:
        statuses = [request.filter.status] if request.filter.status else sorted(JobStatus)
        return [with_status(_by_status(request, status), status) for status in statuses]
    return [_by_creation(request)]


def with_status(source: Partitions, status: JobStatus) -> Partitions:
    """Return partitions of one status as part of a list that is sorted by status."""
    return replace(source, prefix=f"{status.value}#")


def most_selective(request: ListRequest, people: Sequence[Person] | None) -> Partitions | None:
    """Return the partitions that hold the fewest entries beside the wanted ones; None for all."""
    status = request.filter.status
    if people is not None:
        return _by_person(request, people)
    if given_filters(request.filter) & UPDATED:
        return _by_change(request)
    return _by_status(request, status) if status else None


def _by_creation(request: ListRequest) -> Partitions:
    names = [exports_list(request.shop, export_type) for export_type in _types(request)]
    created = _created(request.filter)
    return Partitions(ExportListItem, names, "position", CREATED, created)


def _by_status(request: ListRequest, status: JobStatus) -> Partitions:
    names = [status_list(request.shop, name, status.value) for name in _types(request)]
    index, created = ExportListItem.by_status, _created(request.filter)
    return Partitions(index, names, "position", CREATED | STATUS, created)


def _by_person(request: ListRequest, people: Sequence[Person]) -> Partitions:
    names = [person_list(request.shop, export_type, person) for export_type, person in people]
    index, created = ExportListItem.by_person, _created(request.filter)
    return Partitions(index, names, "position", CREATED | PERSON, created)


def _by_change(request: ListRequest) -> Partitions:
    names = [exports_list(request.shop, export_type) for export_type in _types(request)]
    wanted = request.filter
    updated = times(write_time_or_none(wanted.updated_from), write_time_or_none(wanted.updated_to))
    # An export changes after its creation only.
    updated = updated.narrowed(write_time_or_none(wanted.created_from), None)
    return Partitions(ExportListItem.by_change, names, "updated_at_id", UPDATED, updated)


def _created(wanted: ListFilter) -> Range:
    created = times(write_time_or_none(wanted.created_from), write_time_or_none(wanted.created_to))
    # An export that has changed before a time was created before that time.
    return created.narrowed(None, times(None, write_time_or_none(wanted.updated_to)).high)


def _types(request: ListRequest) -> list[str]:
    return sorted(request.filter.export_types)


def _is_wanted(person: ExportListItem, wanted: ListFilter) -> bool:
    return _any_has(person.user_texts, wanted.user) and _any_has(person.app_texts, wanted.app)


def _any_has(texts: set[str] | None, wanted: str | None) -> bool:
    return not wanted or any(wanted.casefold() in text for text in texts or ())
