"""The resolvers of mutations: create, cancel, delete and retry an export."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from graphql import GraphQLResolveInfo

from chalicelib.api.context import RequestContext
from chalicelib.catalog.dictionaries import Dictionaries
from chalicelib.domain.export_file import ExportFile
from chalicelib.domain.global_id import InvalidGlobalId, decode_global_id, is_export_key
from chalicelib.domain.idempotency import IdempotencyKey
from chalicelib.domain.requestor import Requestor
from chalicelib.errors import PermissionDenied, RequestRefused
from chalicelib.exports.export_type import ExportType, InputContext
from chalicelib.exports.registry import EXPORT_TYPES
from chalicelib.services.requests.api_service import ApiService
from chalicelib.services.requests.change_export import (
    cancel_export,
    delete_export,
    retry_export,
    revoke_link,
)
from chalicelib.services.requests.confirm_dashboard import confirm_dashboard
from chalicelib.services.requests.get_export import readable_types
from chalicelib.services.requests.request_export import (
    check_permission,
    find_replayed,
    request_export,
)
from chalicelib.words.text import in_language, say

Info = GraphQLResolveInfo
Changed = TypeVar("Changed")


def _export(export_type: ExportType) -> Callable[..., dict[str, Any]]:
    """Return the resolver of the mutation that creates exports of this type."""

    def resolve(_: Any, info: Info, input: dict[str, Any]) -> dict[str, Any]:
        context: RequestContext = info.context
        key = context.next_key()
        check_permission(context.requestor, export_type)

        def act() -> ExportFile:
            request = export_type.read_input(input_context(context), input)
            return request_export(context.service, context.requestor, export_type, request, key)

        return export_payload(context, act, key)

    return resolve


def input_context(context: RequestContext) -> InputContext:
    """Return the facts that reading an export's input needs."""
    service, shop = context.service, context.requestor.shop
    return InputContext(
        dictionaries=Dictionaries(service.source, shop),
        formulas=service.settings.formulas,
        max_ids=service.settings.ids_per_request,
    )


def _change(
    change: Callable[[ApiService, Requestor, str], ExportFile],
) -> Callable[..., dict[str, Any]]:
    """Return the resolver of a mutation that changes an export."""

    def resolve(_: Any, info: Info, id: str) -> dict[str, Any]:
        context: RequestContext = info.context
        # Before the id is read: a stranger must not learn which exports exist.
        readable_types(context.requestor)
        return export_payload(
            context, lambda: change(context.service, context.requestor, _export_key(id))
        )

    return resolve


def retry(_: Any, info: Info, id: str) -> dict[str, Any]:
    """Resolve `exportFileRetry`: create a new export with the same request."""
    context: RequestContext = info.context
    key = context.next_key()
    readable_types(context.requestor)
    return export_payload(
        context, lambda: retry_export(context.service, context.requestor, _export_key(id), key), key
    )


def confirm(_: Any, info: Info, url: str) -> dict[str, Any]:
    """Resolve `dashboardConfirm`."""
    context: RequestContext = info.context
    stored, errors = attempt(
        context, lambda: confirm_dashboard(context.service, context.requestor, url)
    )
    return {"url": stored, "errors": errors}


def export_payload(
    context: RequestContext, act: Callable[[], ExportFile], key: IdempotencyKey | None = None
) -> dict[str, Any]:
    """Return the payload of a mutation that returns an export: the one that the key made, if any.

    A repeated request gets its first answer, even if its input would be refused by now.
    """
    job, errors = attempt(context, lambda: _find_made(context, key) or act())
    return {"exportFile": job, "errors": errors, "exportErrors": errors}


def _find_made(context: RequestContext, key: IdempotencyKey | None) -> ExportFile | None:
    """Return the export that the key made before, if the requestor may still have it."""
    made = find_replayed(context.service, context.requestor, key) if key else None
    if made is not None:
        check_permission(context.requestor, EXPORT_TYPES[made.request.export_type])
    return made


def attempt(
    context: RequestContext, act: Callable[[], Changed]
) -> tuple[Changed | None, list[dict[str, Any]]]:
    """Return the result of a mutation and no errors, or None and the errors of the request."""
    try:
        return act(), []
    except PermissionDenied:
        # Saleor answers a missing permission at the top level, not in the payload.
        raise
    except RequestRefused as refused:
        context.note_wait(refused)
        message = in_language(refused.message, context.language)
        return None, [{"field": refused.field, "message": message, "code": refused.code}]


def _export_key(id: str) -> str:
    try:
        type_name, key = decode_global_id(id)
    except InvalidGlobalId:
        type_name, key = "", ""
    if type_name != "ExportFile" or not is_export_key(key):
        raise RequestRefused(
            say("Invalid ID: {id}. Expected: {kind}.", id=id, kind="ExportFile"),
            field="id",
            code="GRAPHQL_ERROR",
        )
    return key


MUTATIONS: Final[Mapping[str, Callable[..., Any]]] = {
    **{one.mutation: _export(one) for one in EXPORT_TYPES.values()},
    "exportFileCancel": _change(cancel_export),
    "exportFileDelete": _change(delete_export),
    "exportFileRetry": retry,
    "exportFileRevokeLink": _change(revoke_link),
    "dashboardConfirm": confirm,
}
