"""Find the templates that a requestor may see: saved ones, built-in ones and the last export."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from chalicelib.catalog.dictionaries import Dictionaries
from chalicelib.domain.export_list import ListFilter, ListRequest
from chalicelib.domain.request import ExportRequest
from chalicelib.domain.requestor import Requestor
from chalicelib.domain.template import Template
from chalicelib.exports.references import find_missing
from chalicelib.exports.registry import EXPORT_TYPES
from chalicelib.exports.request_input import input_of
from chalicelib.exports.summary import summarize
from chalicelib.services.requests.api_service import ApiService
from chalicelib.services.requests.get_export import list_exports, readable_types
from chalicelib.services.requests.request_export import check_permission
from chalicelib.words.text import Text, say

LAST_EXPORT: Final = "last-export"
# Exports are listed by a part of a name, so some of the newest may be of others.
NEWEST_EXPORTS: Final = 10
MAX_NAMED_AS_MISSING: Final = 3


@dataclass(frozen=True, slots=True)
class ListedTemplate:
    """A template, and a sentence if it cannot be used now."""

    template: Template
    problem: str | None


def list_templates(service: ApiService, requestor: Requestor) -> list[ListedTemplate]:
    """Return the built-in templates, then the saved ones by name.

    PermissionDenied for a requestor who may export nothing.
    """
    types = readable_types(requestor)
    dictionaries = Dictionaries(service.source, requestor.shop)
    saved = sorted(service.templates.find_all(requestor.shop), key=lambda one: one.name.casefold())
    return [
        ListedTemplate(one, _problem(one, dictionaries))
        for one in (*_not_saved(service, requestor, dictionaries), *saved)
        if one.request.export_type in types and one.is_open_to(requestor)
    ]


def find_template(service: ApiService, requestor: Requestor, template_id: str) -> Template | None:
    """Return a template that is open to the requestor, or None.

    PermissionDenied without the permission of its type.
    """
    readable_types(requestor)
    dictionaries = Dictionaries(service.source, requestor.shop)
    found = service.templates.find(requestor.shop, template_id) or next(
        (one for one in _not_saved(service, requestor, dictionaries) if one.id == template_id), None
    )
    if found is None or not found.is_open_to(requestor):
        return None
    check_permission(requestor, EXPORT_TYPES[found.request.export_type])
    return found


def describe_missing(template: Template, missing: Sequence[str]) -> Text:
    """Return the sentence that names what a template uses and the shop does not have any more."""
    named = ", ".join(missing[:MAX_NAMED_AS_MISSING])
    more = len(missing) - MAX_NAMED_AS_MISSING
    others = say(" and {more:,} more", more=more) if more > 0 else ""
    return say(
        "The template {name} uses {named}{others}, which this shop does not have any "
        "more. Change the template, then export again.",
        name=template.name,
        named=named,
        others=others,
    )


def _problem(template: Template, dictionaries: Dictionaries) -> str | None:
    export_type = EXPORT_TYPES[template.request.export_type]
    given = input_of(export_type, template.request)
    missing = find_missing(export_type, given, template.names, dictionaries)
    return describe_missing(template, missing) if missing else None


def _not_saved(
    service: ApiService, requestor: Requestor, dictionaries: Dictionaries
) -> Iterator[Template]:
    """Yield the built-in templates of all types, and the requestor's last export."""
    for export_type in EXPORT_TYPES.values():
        for one in export_type.templates:
            request = one.make_request(dictionaries)
            summary = summarize(export_type, request, dictionaries)
            yield _built_in(requestor.shop, one.id, one.name, replace(request, summary=summary))
    if last := _last_request(service, requestor):
        yield _built_in(requestor.shop, LAST_EXPORT, "Last export", last)


def _built_in(shop: str, template_id: str, name: str, request: ExportRequest) -> Template:
    return Template(id=template_id, shop=shop, name=name, request=request, is_shared=True)


def _last_request(service: ApiService, requestor: Requestor) -> ExportRequest | None:
    """Return the request of the requestor's newest export, None if there is none."""
    user, app = requestor.user, requestor.app
    wanted = ListFilter(
        export_types=readable_types(requestor),
        user=user.email if user else None,
        app=app.name if app else None,
    )
    newest = ListRequest(shop=requestor.shop, filter=wanted, size=NEWEST_EXPORTS, descending=True)
    for job in list_exports(service, requestor, newest).exports:
        if job.requestor_id == requestor.id:
            # Lists leave large requests out.
            return service.store.get(job.shop, job.id).request
    return None
