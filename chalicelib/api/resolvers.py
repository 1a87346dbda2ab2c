"""The resolvers of exports: from the results of services to the fields of the schema."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from graphql import GraphQLResolveInfo

from chalicelib.api.context import RequestContext
from chalicelib.api.export_list import MAX_PER_PAGE, export_files
from chalicelib.api.graphql_errors import QueryRefused
from chalicelib.api.links import link_to
from chalicelib.api.mutations import MUTATIONS
from chalicelib.domain.download_name import download_name
from chalicelib.domain.export_event import Download, EventType, ExportEvent
from chalicelib.domain.export_file import ExportFile, JobStatus
from chalicelib.domain.global_id import (
    InvalidGlobalId,
    decode_global_id,
    encode_global_id,
    is_export_key,
)
from chalicelib.domain.progress import Progress, is_running
from chalicelib.domain.requestor import MANAGE_APPS, MANAGE_STAFF, App, User
from chalicelib.domain.template import Template
from chalicelib.domain.transitions import CANCELED
from chalicelib.errors import PermissionDenied
from chalicelib.exports.registry import EXPORT_TYPES
from chalicelib.exports.request_input import input_of
from chalicelib.services.requests.get_export import (
    find_export,
    find_progress,
    readable_types,
)
from chalicelib.words.text import Text, in_language

Info = GraphQLResolveInfo
Owned = ExportFile | ExportEvent | Download | Template


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


def _url(job: ExportFile, info: Info) -> str | None:
    return link_to(info.context, job)


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


def _progress(job: ExportFile, info: Info) -> Progress:
    """Return the progress of an export, which its fields read once."""
    context: RequestContext = info.context
    if job.id not in context.progress:
        if is_running(job):
            context.budget.spend(1)
        context.progress[job.id] = find_progress(context.service, job)
    return context.progress[job.id]


def said(text: str | None, info: Info) -> str | None:
    """Return a text in the language of the request."""
    return text and in_language(text, info.context.language)


def _title(job: ExportFile, info: Info) -> str:
    return job.request.title or in_language(_type_title(job), info.context.language)


def _summary(job: ExportFile, info: Info) -> str:
    # Exports of earlier versions have none.
    return in_language(job.request.summary or _type_title(job), info.context.language)


def _type_title(job: ExportFile) -> Text:
    return EXPORT_TYPES[job.request.export_type].title


def _request(job: ExportFile, info: Info) -> str:
    # Lists leave large requests out.
    info.context.budget.spend(1)
    request = info.context.service.store.get(job.shop, job.id).request
    return json.dumps(input_of(EXPORT_TYPES[request.export_type], request), ensure_ascii=False)


def _as_of(job: ExportFile, info: Info) -> list[dict[str, Any]]:
    return [{"facts": facts.value, "at": moment} for facts, moment in sorted(job.as_of.items())]


def user_of(owned: Owned, info: Info) -> User | None:
    """Resolve `user`: PermissionDenied unless it is the requestor, or who may see staff asks."""
    # Saleor denies even null. Clients that ask for `user` and `app` together need one of them to
    # work.
    requestor = info.context.requestor
    if owned.user is None or requestor.may_know(owned.user.id, is_app=False):
        return owned.user
    raise PermissionDenied(MANAGE_STAFF, "OWNER")


def app_of(owned: Owned, info: Info) -> App | None:
    """Resolve `app`: PermissionDenied unless it is the requestor, or who may see apps asks."""
    requestor = info.context.requestor
    if owned.app is None or requestor.may_know(owned.app.id, is_app=True):
        return owned.app
    raise PermissionDenied(MANAGE_APPS, "OWNER")


RESOLVERS: Final[Mapping[str, Mapping[str, Callable[..., Any]]]] = {
    "Query": {"exportFile": export_file, "exportFiles": export_files},
    "Mutation": MUTATIONS,
    "ExportFile": {
        "id": lambda job, info: encode_global_id("ExportFile", job.id),
        "status": lambda job, info: job.status.value,
        "createdAt": lambda job, info: job.created_at,
        "updatedAt": lambda job, info: job.updated_at,
        "message": lambda job, info: said(job.message, info),
        "url": _url,
        "events": _events,
        "downloads": _downloads,
        "user": user_of,
        "app": app_of,
        "exportType": lambda job, info: job.request.export_type,
        "fileType": lambda job, info: job.request.file_type,
        "fileName": lambda job, info: download_name(job),
        # A Float in the schema, because an Int of GraphQL ends at 2 GB.
        "fileSize": lambda job, info: job.file_size_bytes,
        "rowCount": lambda job, info: job.row_count,
        "progress": lambda job, info: _progress(job, info).share,
        "rowsDone": lambda job, info: _progress(job, info).rows_done,
        "rowsTotal": lambda job, info: _progress(job, info).rows_total,
        "expiresAt": lambda job, info: job.expires_at,
        "formulas": lambda job, info: job.request.formulas.value,
        "compression": lambda job, info: job.request.compression.value,
        "title": _title,
        "summary": _summary,
        "request": _request,
        "asOf": _as_of,
        "canceled": lambda job, info: job.error_type == CANCELED,
    },
    "ExportEvent": {
        "id": lambda event, info: encode_global_id("ExportEvent", event.id),
        "type": lambda event, info: event.type.value,
        "message": lambda event, info: said(event.message, info),
        "user": user_of,
        "app": app_of,
    },
    "ExportDownload": {"user": user_of, "app": app_of},
    "User": {
        "firstName": lambda user, info: user.first_name,
        "lastName": lambda user, info: user.last_name,
        "isStaff": lambda user, info: user.is_staff,
        "isActive": lambda user, info: user.is_active,
    },
    "App": {"isActive": lambda app, info: app.is_active, "type": lambda app, info: "LOCAL"},
}
