"""Templates of a deployment, from its table or over HTTPS, and exports of them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

from chalicelib.domain.global_id import decode_global_id, encode_global_id
from chalicelib.domain.ports import TemplateStore
from chalicelib.domain.template import Template
from chalicelib.errors import NotFound, RequestRefused
from chalicelib.exports.export_type import ExportType
from chalicelib.exports.registry import EXPORT_TYPES
from chalicelib.exports.request_input import input_of
from ops.export_input import make_changes
from ops.names import resolve_names
from ops.service_client import ServiceClient

LIST: Final = (
    "query($type:String){exportTemplates(exportType:$type)"
    "{id name exportType summary request isShared isBuiltIn problem}}"
)
REMOVE: Final = (
    "mutation($id:ID!){exportTemplateRemove(id:$id){errors{field message} exportTemplate{id}}}"
)
RUN: Final = (
    "mutation($id:ID!,$changes:JSONString){exportTemplateRun(id:$id,changes:$changes)"
    "{errors{field message} exportFile{id}}}"
)
Described = dict[str, Any]


class Templates(Protocol):
    """Templates of a deployment, from its table or over HTTPS."""

    def list(self, export_type: str | None = None) -> Sequence[Described]:
        """Return descriptions of the templates, of one type or of all."""

    def remove(self, template_id: str) -> None:
        """Remove a saved template, given its global id."""


class ServedTemplates:
    """The templates that a token may use."""

    def __init__(self, client: ServiceClient) -> None:
        self.client = client

    def list(self, export_type: str | None = None) -> Sequence[Described]:
        """Return descriptions of the templates, of one type or of all."""
        found: list[Described] = self.client.ask(LIST, {"type": export_type})["exportTemplates"]
        return [{**one, "request": json.loads(one["request"])} for one in found]

    def remove(self, template_id: str) -> None:
        """Remove a saved template, given its global id."""
        self.client.change(REMOVE, "exportTemplateRemove", {"id": template_id}, "exportTemplate")


class StoredTemplates:
    """The saved templates of one shop, private ones too. The built-in ones are not stored."""

    def __init__(self, store: TemplateStore, shop: str) -> None:
        self._store = store
        self._shop = shop

    def list(self, export_type: str | None = None) -> Sequence[Described]:
        """Return descriptions of the templates, of one type or of all."""
        found = self._store.find_all(self._shop)
        return [_describe(one) for one in found if export_type in (None, one.request.export_type)]

    def remove(self, template_id: str) -> None:
        """Remove a saved template, given its global id."""
        self._store.remove(self._shop, decode_global_id(template_id)[1])


def _describe(template: Template) -> Described:
    request = template.request
    return {
        "id": encode_global_id("ExportTemplate", template.id),
        "name": template.name,
        "exportType": request.export_type,
        "summary": request.summary,
        "request": input_of(EXPORT_TYPES[request.export_type], request),
        "isShared": template.is_shared,
        "isBuiltIn": template.is_built_in,
        "owner": (template.user.email if template.user else "")
        or (template.app.name if template.app else ""),
    }


def find_template(templates: Templates, name: str, export_type: str | None = None) -> Described:
    """Return a template by its name or id; NotFound, or RequestRefused if several have the name."""
    listed = templates.list(export_type)
    found = [one for one in listed if one["id"] == name]
    found = found or [one for one in listed if one["name"].casefold() == name.casefold()]
    if not found:
        of_type = f" of {EXPORT_TYPES[export_type].label}" if export_type else ""
        raise NotFound(f"There is no template{of_type} {name}. See: python -m ops templates list")
    if len(found) > 1:
        ids = ", ".join(one["id"] for one in found)
        raise RequestRefused(f"Several templates are named {name}. Give an id: {ids}")
    return found[0]


def start_template(
    client: ServiceClient, export_type: ExportType, name: str, options: Mapping[str, Any]
) -> str:
    """Start an export of a template, which the options override, and return its global id."""
    found = find_template(ServedTemplates(client), name, export_type.name)
    asked = resolve_names(client, make_changes(export_type, options), export_type)
    variables = {"id": found["id"], "changes": json.dumps(asked)}
    return client.change(RUN, "exportTemplateRun", variables)
