"""The resolvers of mutations: ask for an export, cancel it, delete it, ask again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from graphql import GraphQLResolveInfo

from chalicelib.api.context import RequestContext
from chalicelib.api.inputs import gift_cards_request, products_request, voucher_codes_request
from chalicelib.domain.export_file import ExportFile
from chalicelib.domain.global_id import InvalidGlobalId, decode_global_id, is_export_key
from chalicelib.domain.idempotency import IdempotencyKey
from chalicelib.domain.request import ExportRequest
from chalicelib.domain.requestor import Requestor
from chalicelib.errors import PermissionDenied, RequestRefused
from chalicelib.exports.export_type import ExportType
from chalicelib.exports.registry import EXPORT_TYPES
from chalicelib.services.requests.api_service import ApiService
from chalicelib.services.requests.change_export import (
    cancel_export,
    delete_export,
    retry_export,
    revoke_link,
)
from chalicelib.services.requests.get_export import readable_types
from chalicelib.services.requests.request_export import check_permission, request_export

Info = GraphQLResolveInfo
ReadInput = Callable[[ApiService, str, dict[str, Any]], ExportRequest]


def _export(export_type: ExportType, read_input: ReadInput) -> Callable[..., dict[str, Any]]:
    """The resolver of a mutation: errors of the request are part of the payload."""

    def resolve(_: Any, info: Info, input: dict[str, Any]) -> dict[str, Any]:
        context: RequestContext = info.context
        check_permission(context.requestor, export_type)

        def act() -> ExportFile:
            request = read_input(context.service, context.requestor.shop, input)
            return request_export(
                context.service, context.requestor, export_type, request, _key(info)
            )

        return _payload(act)

    return resolve


def _change(
    change: Callable[[ApiService, Requestor, str], ExportFile],
) -> Callable[..., dict[str, Any]]:
    """The resolver of a mutation that changes an export."""

    def resolve(_: Any, info: Info, id: str) -> dict[str, Any]:
        context: RequestContext = info.context
        readable_types(context.requestor)
        return _payload(lambda: change(context.service, context.requestor, _export_key(id)))

    return resolve


def retry(_: Any, info: Info, id: str) -> dict[str, Any]:
    """`exportFileRetry`: a new export of the same request."""
    context: RequestContext = info.context
    readable_types(context.requestor)
    return _payload(
        lambda: retry_export(context.service, context.requestor, _export_key(id), _key(info))
    )


def _payload(act: Callable[[], ExportFile]) -> dict[str, Any]:
    """The payload of a mutation: what is wrong with the request is part of it, a missing permission is not."""
    try:
        job = act()
    except PermissionDenied:
        raise
    except RequestRefused as refused:
        error = {"field": refused.field, "message": refused.message, "code": refused.code}
        return {"exportFile": None, "errors": [error], "exportErrors": [error]}
    return {"exportFile": job, "errors": [], "exportErrors": []}


def _export_key(id: str) -> str:
    try:
        type_name, key = decode_global_id(id)
    except InvalidGlobalId:
        type_name, key = "", ""
    if type_name != "ExportFile" or not is_export_key(key):
        raise RequestRefused(
            f"Invalid ID: {id}. Expected: ExportFile.", field="id", code="GRAPHQL_ERROR"
        )
    return key


def _key(info: Info) -> IdempotencyKey | None:
    context: RequestContext = info.context
    return context.key_of(str(info.path.key))


MUTATIONS: Final[Mapping[str, Callable[..., Any]]] = {
    "exportProducts": _export(EXPORT_TYPES["products"], products_request),
    "exportGiftCards": _export(EXPORT_TYPES["gift_cards"], gift_cards_request),
    "exportVoucherCodes": _export(EXPORT_TYPES["voucher_codes"], voucher_codes_request),
    "exportFileCancel": _change(cancel_export),
    "exportFileDelete": _change(delete_export),
    "exportFileRetry": retry,
    "exportFileRevokeLink": _change(revoke_link),
}
