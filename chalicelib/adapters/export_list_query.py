"""Lists of exports, from the indexes of ExportFiles.

An index holds the attributes that lists are filtered by. DynamoDB filters, a page ends as soon as
it is full, and only the jobs on it are read whole. A position is the sort key in the index.
"""

from __future__ import annotations

from functools import reduce
from operator import and_
from typing import Any, Final

from pynamodb.expressions.condition import Condition

from chalicelib.adapters.export_file_items import read_job
from chalicelib.adapters.export_file_models import ExportFileItem
from chalicelib.adapters.export_table import BY_CREATED_AT, BY_STATUS, BY_UPDATED_AT, LIST_INDEXES
from chalicelib.adapters.item_attributes import write_time
from chalicelib.domain.export_file import ExportFile
from chalicelib.domain.export_list import ListFilter, ListPage, ListRequest, SortField
from chalicelib.exports.registry import EXPORT_TYPES

# DynamoDB filters after it has read so many items. With only as many as the page holds, a filter
# that few exports pass would take a round trip for each handful of the others.
ITEMS_PER_QUERY: Final = 500
_INDEXES: Final[dict[SortField, tuple[Any, str]]] = {
    SortField.CREATED_AT: (ExportFileItem.by_created_at, LIST_INDEXES[BY_CREATED_AT]),
    SortField.UPDATED_AT: (ExportFileItem.by_updated_at, LIST_INDEXES[BY_UPDATED_AT]),
    SortField.STATUS: (ExportFileItem.by_status, LIST_INDEXES[BY_STATUS]),
}


def list_exports(request: ListRequest) -> ListPage:
    """Return one page of a shop's exports."""
    index, key = _INDEXES[request.sort]
    found = index.query(
        request.shop,
        _range(getattr(ExportFileItem, key), request),
        filter_condition=_condition(request.filter),
        scan_index_forward=request.descending == request.backward,
        limit=_wanted(request),
        page_size=max(_wanted(request), 1 if _admits_all(request.filter) else ITEMS_PER_QUERY),
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
    """Return how many items fill the page and show whether another one follows."""
    return request.size + 1 + len(_bounds(request))


def _admits_all(wanted: ListFilter) -> bool:
    return wanted == ListFilter(export_types=frozenset(EXPORT_TYPES))


def _bounds(request: ListRequest) -> set[str]:
    return {position for position in (request.after, request.before) if position is not None}


def _range(key: Any, request: ListRequest) -> Condition | None:
    """Return the condition that lies between the positions, which it includes."""
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
    """Return the whole jobs by id. A job that was removed in between is missing."""
    if not keys:
        return {}
    return {
        item.id: read_job(item) for item in ExportFileItem.batch_get(keys, consistent_read=True)
    }
