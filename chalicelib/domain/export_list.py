"""The request for a list of exports, and one page of the answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.export_file import ExportFile, JobStatus


class SortField(StrEnum):
    """The order of a list. Ids break ties."""

    CREATED_AT = "CREATED_AT"
    UPDATED_AT = "UPDATED_AT"
    STATUS = "STATUS"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFilter:
    """Conditions that must all hold. Bounds are inclusive.

    `user` and `app` are substrings, upper and lower case are the same.
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
    """A page of `size` exports of `shop`, before or after a position.

    `after` and `before` are positions from `ListPage.positions`. `backward` returns the last
    exports instead of the first. `count` requests `total`.
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
    """Exports in the requested order, a position for each, and whether there are more."""

    exports: tuple[ExportFile, ...]
    positions: tuple[str, ...]
    has_next: bool
    has_previous: bool
    total: int | None = None
