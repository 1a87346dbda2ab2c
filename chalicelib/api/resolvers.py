"""The resolvers of exports: from the results of services to the fields of the schema."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping
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
from chalicelib.api.mutations import MUTATIONS
from chalicelib.domain.export_event import Download, EventType, ExportEvent
from chalicelib.domain.export_file import ExportFile, JobStatus
from chalicelib.domain.export_list import ListFilter, ListRequest, SortField
from chalicelib.domain.global_id import (
    InvalidGlobalId,
    decode_global_id,
    encode_global_id,
    is_export_key,
)
from chalicelib.domain.requestor import MANAGE_APPS, MANAGE_STAFF, App, User
from chalicelib.errors import PermissionDenied
from chalicelib.exports.registry import EXPORT_TYPES
from chalicelib.services.requests.get_export import (
    find_export,
    list_exports,
    make_download_url,
    readable_types,
)

MAX_PER_PAGE: Final = 100
EXPORTS_PER_READ: Final = 10
# Ours have half that length. DynamoDB refuses keys beyond 1,024 bytes.
MAX_POSITION_CHARACTERS: Final = 200
Info = GraphQLResolveInfo


def export_file(_: Any, info: Info, id: str) -> ExportFile | None:
    """Resolve `exportFile`: null for the id of another type or of no export."""
    context: RequestContext = info.context
    readable_types(context.requestor)
    try:
        type_name, key = decode_global_id(id)
    except InvalidGlobalId:
        raise QueryRefused(f"Invalid ID: {id}. Expected: ExportFile.") from None
    if type_name != "ExportFile":
        return None
    if not is_export_key(key):
        raise QueryRefused(f"Invalid ID: {id}. Expected: ExportFile.")
    context.budget.spend(1)
    return find_export(context.service, context.requestor, key)


def export_files(_: Any, info: Info, **arguments: Any) -> dict[str, Any]:
    """Resolve `exportFiles`, a Relay connection."""
    context: RequestContext = info.context
    readable = readable_types(context.requestor)
    selected = {name for node in info.field_nodes for name in _names(node.selection_set, info)}
    size = _page_size(arguments, required="edges" in selected)
    request = _list_request(arguments, size=size, count="totalCount" in selected)
    context.budget.spend(
        _reads(request, narrowed=bool(arguments.get("filter")) or len(readable) < len(EXPORT_TYPES))
    )
    page = list_exports(context.service, context.requestor, request)
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
            "startCursor": edges[0]["cursor"] if edges else None,
            "endCursor": edges[-1]["cursor"] if edges else None,
        },
    }


def _reads(request: ListRequest, *, narrowed: bool) -> int:
    """Return about how many table reads a page costs."""
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
    """Return the size of the page, 0 if the query needs none; checks run in Saleor's order."""
    first, last = arguments.get("first"), arguments.get("last")
    if required and not first and not last:
        raise QueryRefused(
            "You must provide a `first` or `last` value to properly paginate the `exportFiles` connection."
        )
    for name, value in (("first", first), ("last", last)):
        if value is not None and value > MAX_PER_PAGE:
            raise QueryRefused(
                f"Requesting {value} records on the `exportFiles` connection exceeds the `{name}` limit of "
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


def _url(job: ExportFile, info: Info) -> str | None:
    return make_download_url(info.context.service, job)


def _events(job: ExportFile, info: Info) -> tuple[ExportEvent, ...]:
    # A quick worker may have finished since the job was read; status and events must agree.
    info.context.budget.spend(1)
    events: tuple[ExportEvent, ...] = info.context.service.store.find_events(job.shop, job.id)
    if job.status is JobStatus.PENDING:
        return tuple(event for event in events if event.type is EventType.EXPORT_PENDING)
    return events


def _downloads(job: ExportFile, info: Info) -> tuple[Download, ...]:
    info.context.budget.spend(1)
    found: tuple[Download, ...] = info.context.service.store.find_downloads(
        job.shop, job.id, MAX_PER_PAGE
    )
    return found


def _user(owned: ExportFile | ExportEvent | Download, info: Info) -> User | None:
    # Saleor denies even null. Clients that ask for `user` and `app` together need one of them to work.
    requestor = info.context.requestor
    if owned.user is None or requestor.may(MANAGE_STAFF) or _is(requestor.user, owned.user):
        return owned.user
    raise PermissionDenied(MANAGE_STAFF, "OWNER")


def _app(owned: ExportFile | ExportEvent | Download, info: Info) -> App | None:
    requestor = info.context.requestor
    if owned.app is None or requestor.may(MANAGE_APPS) or _is(requestor.app, owned.app):
        return owned.app
    raise PermissionDenied(MANAGE_APPS, "OWNER")


def _is(one: User | App | None, other: User | App) -> bool:
    return one is not None and one.id == other.id


RESOLVERS: Final[Mapping[str, Mapping[str, Callable[..., Any]]]] = {
    "Query": {"exportFile": export_file, "exportFiles": export_files},
    "Mutation": MUTATIONS,
    "ExportFile": {
        "id": lambda job, info: encode_global_id("ExportFile", job.id),
        "status": lambda job, info: job.status.value,
        "createdAt": lambda job, info: job.created_at,
        "updatedAt": lambda job, info: job.updated_at,
        "url": _url,
        "events": _events,
        "downloads": _downloads,
        "user": _user,
        "app": _app,
        "exportType": lambda job, info: job.request.export_type,
        "fileType": lambda job, info: job.request.file_type,
        "fileName": lambda job, info: job.file_name,
        "fileSize": lambda job, info: job.file_size_bytes,
        "rowCount": lambda job, info: job.row_count,
        "expiresAt": lambda job, info: job.expires_at,
        "formulas": lambda job, info: job.request.formulas.value,
        "compression": lambda job, info: job.request.compression.value,
    },
    "ExportEvent": {
        "id": lambda event, info: encode_global_id("ExportEvent", event.id),
        "type": lambda event, info: event.type.value,
        "user": _user,
        "app": _app,
    },
    "ExportDownload": {"user": _user, "app": _app},
    "User": {
        "firstName": lambda user, info: user.first_name,
        "lastName": lambda user, info: user.last_name,
        "isStaff": lambda user, info: user.is_staff,
        "isActive": lambda user, info: user.is_active,
    },
    "App": {"isActive": lambda app, info: app.is_active, "type": lambda app, info: "LOCAL"},
}
