"""The resolver of lists of exports: arguments, page and cursors."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLResolveInfo,
    InlineFragmentNode,
    SelectionSetNode,
)

from chalicelib.api.context import READS_PER_LIST, RequestContext
from chalicelib.api.graphql_errors import QueryRefused
from chalicelib.domain.export_file import JobStatus
from chalicelib.domain.export_list import ListFilter, ListRequest, SortField
from chalicelib.exports.registry import EXPORT_TYPES
from chalicelib.services.requests.get_export import list_exports, readable_types

MAX_PER_PAGE: Final = 100
EXPORTS_PER_READ: Final = 10
# Ours have half that length. DynamoDB refuses keys beyond 1,024 bytes.
MAX_POSITION_CHARACTERS: Final = 200
Info = GraphQLResolveInfo


def export_files(_: Any, info: Info, **arguments: Any) -> dict[str, Any]:
    """Resolve `exportFiles`, a Relay connection."""
    context: RequestContext = info.context
    # Permissions come first: a stranger must not learn which arguments are valid.
    readable = readable_types(context.requestor)
    selected = {name for node in info.field_nodes for name in _names(node.selection_set, info)}
    size = _page_size(arguments, required="edges" in selected)
    request = _list_request(arguments, size=size, count="totalCount" in selected)
    context.budget.spend(
        _reads(request, narrowed=bool(arguments.get("filter")) or len(readable) < len(EXPORT_TYPES))
    )
    page = list_exports(context.service, context.requestor, request)
    context.links.pages.update(dict.fromkeys((job.id for job in page.exports), page.exports))
    edges = [
        {"node": job, "cursor": _cursor(p)}
        for job, p in zip(page.exports, page.positions, strict=True)
    ]
    return {
        "edges": edges,
        "totalCount": page.total,
        "pageInfo": {
            "hasNextPage": page.has_next and size > 0,
            "hasPreviousPage": page.has_previous and size > 0,
            "startCursor": _cursor(page.start) if page.start else None,
            "endCursor": _cursor(page.end) if page.end else None,
        },
    }


def _reads(request: ListRequest, *, narrowed: bool) -> int:
    """Return about how many table reads a page costs."""
    # Counting and filtering go through the whole list, however small the page is.
    return 1 + -(-request.size // EXPORTS_PER_READ) + READS_PER_LIST * (request.count + narrowed)


def _names(selected: SelectionSetNode | None, info: Info) -> Iterator[str]:
    """Yield the names of the selected fields, including those in fragments and behind aliases."""
    for node in selected.selections if selected else ():
        if isinstance(node, FieldNode):
            yield node.name.value
        elif isinstance(node, FragmentSpreadNode):
            yield from _names(info.fragments[node.name.value].selection_set, info)
        elif isinstance(node, InlineFragmentNode):
            yield from _names(node.selection_set, info)


def _list_request(arguments: dict[str, Any], *, size: int, count: bool) -> ListRequest:
    sort = arguments.get("sortBy") or {"field": "CREATED_AT", "direction": "ASC"}
    # Saleor has two names for this time; UPDATED_AT is the deprecated one.
    field = "UPDATED_AT" if sort["field"] == "LAST_MODIFIED_AT" else sort["field"]
    return ListRequest(
        shop="",
        filter=_list_filter(arguments.get("filter") or {}),
        size=size,
        sort=SortField(field),
        descending=sort["direction"] == "DESC",
        after=_position(arguments.get("after")),
        before=_position(arguments.get("before")),
        backward=bool(arguments.get("last")),
        count=count,
    )


def _page_size(arguments: dict[str, Any], *, required: bool) -> int:
    """Return the page's size, 0 if the query needs no page; QueryRefused for wrong arguments."""
    # Of several mistakes Saleor reports the first in this order.
    first, last = arguments.get("first"), arguments.get("last")
    if required and not first and not last:
        raise QueryRefused(
            "You must provide a `first` or `last` value to properly paginate the "
            "`exportFiles` connection."
        )
    for name, value in (("first", first), ("last", last)):
        if value is not None and value > MAX_PER_PAGE:
            raise QueryRefused(
                f"Requesting {value} records on the `exportFiles` connection exceeds the "
                f"`{name}` limit of "
                f"{MAX_PER_PAGE} records."
            )
    for name, value in (("first", first), ("last", last)):
        if value is not None and value < 0:
            raise QueryRefused(f"Argument `{name}` must be a non-negative integer.")
    if first and last:
        raise QueryRefused("Argument `last` cannot be combined with `first`.")
    if last and arguments.get("after"):
        raise QueryRefused("Argument `last` cannot be combined with `after`.")
    if first and arguments.get("before"):
        raise QueryRefused("Argument `first` cannot be combined with `before`.")
    return first or last or 0


def _list_filter(given: dict[str, Any]) -> ListFilter:
    created, updated = given.get("createdAt") or {}, given.get("updatedAt") or {}
    return ListFilter(
        export_types=_export_types(given.get("exportType")),
        status=JobStatus(given["status"]) if given.get("status") else None,
        created_from=_moment(created.get("gte")),
        created_to=_moment(created.get("lte")),
        updated_from=_moment(updated.get("gte")),
        updated_to=_moment(updated.get("lte")),
        user=(given.get("user") or "").strip() or None,
        app=(given.get("app") or "").strip() or None,
    )


def _export_types(given: list[str] | None) -> frozenset[str]:
    unknown = set(given or ()) - set(EXPORT_TYPES)
    if unknown:
        raise QueryRefused(f"There is no export type `{min(unknown)}`.")
    return frozenset(given or EXPORT_TYPES)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _cursor(position: str) -> str:
    # Saleor's cursors are base64 of a JSON list too.
    return base64.b64encode(json.dumps([position]).encode()).decode()


def _position(cursor: str | None) -> str | None:
    if not cursor:
        return None
    try:
        (position,) = json.loads(base64.b64decode(cursor, validate=True))
    except (ValueError, TypeError, RecursionError):
        raise QueryRefused("Received cursor is invalid.") from None
    if (
        not isinstance(position, str)
        or not 0 < len(position.encode(errors="replace")) <= MAX_POSITION_CHARACTERS
    ):
        raise QueryRefused("Received cursor is invalid.")
    return position
