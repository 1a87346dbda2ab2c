"""Lists of exports, from the indexes of ExportFiles.

An index holds just what lists are filtered by. The filter runs in DynamoDB, a page ends as soon as it is full, and only
the jobs on it are read whole. A position is the sort key in the index, so ties are broken by the id.
"""

from __future__ import annotations

from functools import reduce
from operator import and_
from typing import Any, Final

from pynamodb.expressions.condition import Condition

from chalicelib.adapters.export_file_models import ExportFileItem, read_job
from chalicelib.adapters.item_attributes import write_time
from chalicelib.domain.export_file import ExportFile
from chalicelib.domain.export_list import ListFilter, ListPage, ListRequest, SortField
from chalicelib.exports.registry import EXPORT_TYPES

# DynamoDB looks at so many items before it answers, and filters afterwards: with as few as the page has, a filter that
# few exports pass would take a round trip for each handful of all the others.
ITEMS_LOOKED_AT: Final = 500
_INDEXES: Final[dict[SortField, tuple[Any, str]]] = {
    SortField.CREATED_AT: (ExportFileItem.by_created_at, "created_at_id"),
    SortField.UPDATED_AT: (ExportFileItem.by_updated_at, "updated_at_id"),
    SortField.STATUS: (ExportFileItem.by_status, "status_id"),
}


def list_exports(request: ListRequest) -> ListPage:
    """One page, as `ExportFileStore.list` promises it."""
    index, key = _INDEXES[request.sort]
    found = index.query(
        request.shop,
        _range(getattr(ExportFileItem, key), request),
        filter_condition=_condition(request.filter),
        scan_index_forward=request.descending == request.backward,
        limit=_wanted(request),
        page_size=max(_wanted(request), 1 if _admits_all(request.filter) else ITEMS_LOOKED_AT),
        consistent_read=True,
    )
    items = [item for item in found if getattr(item, key) not in _bounds(request)]
    more = len(items) > request.size
    items = items[: request.size]
    if request.backward:
        items.reverse()
    whole = _whole([(item.shop, item.id) for item in items])
    return ListPage(
        exports=tuple(whole[item.id] for item in items if item.id in whole),
        positions=tuple(getattr(item, key) for item in items if item.id in whole),
        has_next=request.before is not None if request.backward else more,
        has_previous=more if request.backward else request.after is not None,
        total=index.count(request.shop, filter_condition=_condition(request.filter))
        if request.count
        else None,
    )


def _wanted(request: ListRequest) -> int:
    """How many items fill the page and tell whether another follows."""
    return request.size + 1 + len(_bounds(request))


def _admits_all(wanted: ListFilter) -> bool:
    return wanted == ListFilter(export_types=frozenset(EXPORT_TYPES))


def _bounds(request: ListRequest) -> set[str]:
    return {position for position in (request.after, request.before) if position is not None}


def _range(key: Any, request: ListRequest) -> Condition | None:
    """Between the positions. A key condition includes its bounds; `list_exports` leaves them out."""
    low, high = (
        (request.before, request.after) if request.descending else (request.after, request.before)
    )
    condition: Condition | None = None
    if low is not None and high is not None:
        condition = key.between(low, high)
    elif low is not None:
        condition = key >= low
    elif high is not None:
        condition = key <= high
    return condition


def _condition(wanted: ListFilter) -> Condition:
    item = ExportFileItem
    conditions: list[Condition] = [item.export_type.is_in(*sorted(wanted.export_types))]
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


def _whole(keys: list[tuple[str, str]]) -> dict[str, ExportFile]:
    """The jobs by id, read whole; one that has gone meanwhile is missing."""
    if not keys:
        return {}
    return {
        item.id: read_job(item) for item in ExportFileItem.batch_get(keys, consistent_read=True)
    }
