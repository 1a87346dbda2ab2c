"""The resolvers of templates: list, save, remove and run them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from graphql import GraphQLError, GraphQLResolveInfo, GraphQLSchema
from graphql.utilities import coerce_input_value, validate_input_value

from chalicelib.api.context import READS_PER_LIST, RequestContext
from chalicelib.api.mutations import attempt, export_payload, input_context
from chalicelib.api.previews import chosen_input
from chalicelib.api.resolvers import app_of, said, user_of
from chalicelib.domain.export_file import ExportFile
from chalicelib.domain.global_id import InvalidGlobalId, decode_global_id, encode_global_id
from chalicelib.domain.idempotency import IdempotencyKey
from chalicelib.domain.template import Template
from chalicelib.errors import RequestRefused
from chalicelib.exports.export_type import ExportType, Input
from chalicelib.exports.references import find_missing
from chalicelib.exports.registry import EXPORT_TYPES
from chalicelib.exports.request_input import input_of
from chalicelib.services.requests.change_templates import (
    get_template,
    remove_template,
    save_template,
)
from chalicelib.services.requests.find_templates import (
    LAST_EXPORT,
    ListedTemplate,
    describe_missing,
    list_templates,
)
from chalicelib.services.requests.get_export import readable_types
from chalicelib.services.requests.request_export import request_export
from chalicelib.words.text import say

Info = GraphQLResolveInfo
# All templates, the dictionaries that they name, and the requestor's last export.
READS_OF_TEMPLATES: Final = 2 * READS_PER_LIST
_KEY: Final = re.compile("[0-9a-z-]{1,64}")


def _list(_: Any, info: Info, exportType: str | None = None) -> list[ListedTemplate]:  # noqa: N803 - GraphQL's name
    context: RequestContext = info.context
    context.budget.spend(READS_OF_TEMPLATES)
    found = list_templates(context.service, context.requestor)
    return [one for one in found if exportType in (None, one.template.request.export_type)]


def _save(_: Any, info: Info, input: dict[str, Any]) -> dict[str, Any]:
    context: RequestContext = info.context
    readable_types(context.requestor)

    def act() -> Template:
        export_type, given = chosen_input(input["export"])
        return save_template(
            context.service,
            context.requestor,
            input["name"],
            export_type.read_input(input_context(context), given),
            is_shared=input["isShared"],
            template_id=_key(input["id"]) if input.get("id") else None,
        )

    return _payload(context, act)


def _remove(_: Any, info: Info, id: str) -> dict[str, Any]:
    context: RequestContext = info.context
    readable_types(context.requestor)
    return _payload(context, lambda: remove_template(context.service, context.requestor, _key(id)))


def _run(_: Any, info: Info, id: str, changes: str | None = None) -> dict[str, Any]:
    context: RequestContext = info.context
    key = context.next_key()
    readable_types(context.requestor)
    return export_payload(context, lambda: _started(info, _key(id), changes, key), key)


def _started(
    info: Info, template_id: str, changes: str | None, key: IdempotencyKey | None
) -> ExportFile:
    context: RequestContext = info.context
    template = get_template(context.service, context.requestor, template_id)
    export_type = EXPORT_TYPES[template.request.export_type]
    given = _coerced(info.schema, export_type, _changed(template, export_type, changes))
    reading = input_context(context)
    missing = find_missing(export_type, given, template.names, reading.dictionaries)
    if missing:
        raise RequestRefused(describe_missing(template, missing), field="id", code="NOT_FOUND")
    request = export_type.read_input(reading, given)
    return request_export(context.service, context.requestor, export_type, request, key)


def _changed(template: Template, export_type: ExportType, changes: str | None) -> dict[str, Any]:
    """Return the template's input with the changes; the template's name is a title too."""
    given, read = input_of(export_type, template.request), _read(changes)
    if template.id != LAST_EXPORT:
        given = {"title": template.name, **given}
    changed = {**_without_replaced_columns(given, read), **read}
    return {name: value for name, value in changed.items() if value is not None}


def _without_replaced_columns(given: Input, changes: Input) -> dict[str, Any]:
    """Return an input without its columns if the changes spell columns in the other way."""
    if "columns" in changes and "exportInfo" in given:
        # A filter may need the channel.
        return {**given, "exportInfo": {"channels": given["exportInfo"].get("channels")}}
    replaced = {"columns"} if "exportInfo" in changes else set()
    return {name: value for name, value in given.items() if name not in replaced}


def _read(changes: str | None) -> dict[str, Any]:
    try:
        read = json.loads(changes or "{}")
        # JSON can hold half a character ("\ud800"), which no table can store.
        json.dumps(read, ensure_ascii=False).encode()
    # Python gives up on text that is nested too deeply.
    except (TypeError, ValueError, RecursionError) as error:
        raise _refused(say("The changes are not JSON.")) from error
    if not isinstance(read, dict):
        raise _refused(say("The changes are not a JSON object."))
    return read


def _coerced(schema: GraphQLSchema, export_type: ExportType, given: Input) -> Any:
    """Return an input as GraphQL would read it; RequestRefused for a field of another type."""
    input_type: Any = schema.type_map[export_type.input_type]

    def refuse(error: GraphQLError, path: list[str | int]) -> None:
        raise _refused(error.message)

    validate_input_value(given, input_type, refuse, hide_suggestions=True)
    return coerce_input_value(given, input_type)


def _refused(message: str) -> RequestRefused:
    return RequestRefused(message, field="changes", code="GRAPHQL_ERROR")


def _key(id: str) -> str:
    try:
        type_name, key = decode_global_id(id)
    except InvalidGlobalId:
        type_name, key = "", ""
    if type_name != "ExportTemplate" or not _KEY.fullmatch(key):
        raise RequestRefused(
            say("Invalid ID: {id}. Expected: {kind}.", id=id, kind="ExportTemplate"),
            field="id",
            code="GRAPHQL_ERROR",
        )
    return key


def _payload(context: RequestContext, act: Callable[[], Template]) -> dict[str, Any]:
    template, errors = attempt(context, act)
    listed = ListedTemplate(template, None) if template else None
    return {"exportTemplate": listed, "errors": errors}


def _request(listed: ListedTemplate, info: Info) -> str:
    request = listed.template.request
    return json.dumps(input_of(EXPORT_TYPES[request.export_type], request), ensure_ascii=False)


TEMPLATES: Final[Mapping[str, Mapping[str, Callable[..., Any]]]] = {
    "Query": {"exportTemplates": _list},
    "Mutation": {
        "exportTemplateSave": _save,
        "exportTemplateRemove": _remove,
        "exportTemplateRun": _run,
    },
    "ExportTemplate": {
        "id": lambda one, info: encode_global_id("ExportTemplate", one.template.id),
        "name": lambda one, info: one.template.name,
        "exportType": lambda one, info: one.template.request.export_type,
        "fileType": lambda one, info: one.template.request.file_type,
        "summary": lambda one, info: said(one.template.request.summary, info),
        "problem": lambda one, info: said(one.problem, info),
        "request": _request,
        "isShared": lambda one, info: one.template.is_shared,
        "isBuiltIn": lambda one, info: one.template.is_built_in,
        "isOwn": lambda one, info: one.template.is_of(info.context.requestor),
        "user": lambda one, info: user_of(one.template, info),
        "app": lambda one, info: app_of(one.template, info),
        "createdAt": lambda one, info: one.template.created_at,
        "updatedAt": lambda one, info: one.template.updated_at,
    },
}
