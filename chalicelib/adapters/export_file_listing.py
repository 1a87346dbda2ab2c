"""Lists of exports, from the indexes of ExportFiles.

An index holds just what lists are filtered by. The filter runs in DynamoDB, a page ends as soon as it is full, and only
the jobs on it are read whole. A position is the sort key in the index, so ties are broken by the id.
"""

from __future__ import annotations

from functools import reduce
from operator import and_
from typing import Any, Final

from pynamodb.expressions.condition import Condition

from chalicelib.adapters.export_file_models import ExportFileItem, read_job, write_time
from chalicelib.domain.export_file import ExportFile
from chalicelib.domain.listing import ListFilter, ListPage, ListRequest, SortField

_INDEXES: Final[dict[SortField, tuple[Any, str]]] = {
    SortField.CREATED_AT: (ExportFileItem.by_created_at, "created_at_id"),
    SortField.UPDATED_AT: (ExportFileItem.by_updated_at, "updated_at_id"),
    SortField.STATUS: (ExportFileItem.by_status, "status_id"),
}


def list_exports(request: ListRequest) -> ListPage:
    """One page, as `ExportFileStore.list` promises it."""
    index, key = _INDEXES[request.sort]
    found = list(
        index.query(
            request.shop,
            _range(getattr(ExportFileItem, key), request),
            filter_condition=_condition(request.filter),
            scan_index_forward=request.descending == request.backward,
            limit=request.size + 1,
            consistent_read=True,
        )
    )
    more = len(found) > request.size
    items = found[: request.size]
    if request.backward:
        items.reverse()
    return ListPage(
        exports=_whole([(item.shop, item.id) for item in items]),
        positions=tuple(getattr(item, key) for item in items),
        has_next=request.before is not None if request.backward else more,
        has_previous=more if request.backward else request.after is not None,
        total=index.count(request.shop, filter_condition=_condition(request.filter)) if request.count else None,
    )


def _range(key: Any, request: ListRequest) -> Condition | None:
    """Between the two positions, both left out; which of them is the lower bound depends on the direction."""
    low, high = (request.before, request.after) if request.descending else (request.after, request.before)
    if low is not None and high is not None:
        # A key condition knows only inclusive ranges: the bounds themselves are moved inside by one code point.
        condition: Condition = key.between(low + "\x00", high[:-1] + chr(ord(high[-1]) - 1) + "\U0010ffff")
        return condition
    if low is not None:
        return key > low  # type: ignore[no-any-return]
    return key < high if high is not None else None


def _condition(wanted: ListFilter) -> Condition:
    item = ExportFileItem
    conditions = [item.export_type.is_in(*sorted(wanted.export_types))]
    if wanted.status:
        conditions.append(item.status == wanted.status.value)
    for attribute, low, high in (
        (item.created_at, wanted.created_from, wanted.created_to),
        (item.updated_at, wanted.updated_from, wanted.updated_to),
    ):
        if low:
            conditions.append(attribute >= write_time(low))
        if high:
            conditions.append(attribute <= write_time(high))
    if wanted.user:
        conditions.append(item.user_search.contains(wanted.user.casefold()))
    if wanted.app:
        conditions.append(item.app_search.contains(wanted.app.casefold()))
    return reduce(and_, conditions)


def _whole(keys: list[tuple[str, str]]) -> tuple[ExportFile, ...]:
    found = {item.id: read_job(item) for item in ExportFileItem.batch_get(keys, consistent_read=True)} if keys else {}
    return tuple(found[export_id] for _, export_id in keys if export_id in found)
