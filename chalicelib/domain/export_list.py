"""Requests for lists of exports, pages of them, and figures about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from chalicelib.domain.export_file import ExportFile, JobStatus


class SortField(StrEnum):
    """The order of a list. Ids break ties."""

    CREATED_AT = "CREATED_AT"
    UPDATED_AT = "UPDATED_AT"
    STATUS = "STATUS"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFilter:
    """Conditions that must all hold.

    Bounds are included. `user` and `app` are parts of names or addresses, in any case.
    """

    export_types: frozenset[str]
    status: JobStatus | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None
    updated_from: datetime | None = None
    updated_to: datetime | None = None
    user: str | None = None
    app: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRequest:
    """A request for a page of `size` exports of `shop`, before or after a position.

    `after` and `before` are positions of a `ListPage`. `backward` asks for the last exports
    between them instead of the first, `count` for the total.
    """

    shop: str
    filter: ListFilter
    size: int
    sort: SortField = SortField.CREATED_AT
    descending: bool = False
    after: str | None = None
    before: str | None = None
    backward: bool = False
    count: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """Exports in the order asked for, a position for each, and whether there are more beyond.

    A page may end before it is full, if a filter has left out too many exports; `has_next` or
    `has_previous` is then set, and the next page continues from `end` or `start`. Requests that are
    too large to be stored with their jobs lack ids, filter and parameters. `total` is None if it
    was not asked for, or counting would read too much.
    """

    exports: tuple[ExportFile, ...]
    positions: tuple[str, ...]
    has_next: bool
    has_previous: bool
    start: str | None = None
    end: str | None = None
    total: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedExport:
    """The facts about an export that lists hold.

    `row_count` is 0 unless it has a file. `requestor_id` is a global id, "" if unknown, of an app
    if `is_app`. A filter of the list finds the exports of the requestor by `requestor_search`.
    """

    export_type: str
    status: JobStatus
    created_at: datetime
    updated_at: datetime
    row_count: int = 0
    requestor_id: str = ""
    requestor_name: str = ""
    requestor_search: str = ""
    is_app: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """One day in UTC: exports requested on it, how many of them have failed, rows of the others."""

    date: date
    exports: int = 0
    failed: int = 0
    rows: int = 0
