"""Save and remove templates.

Whoever may use a template may change it. Only its owner may make it private.
"""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from typing import Final
from uuid import uuid4

from chalicelib.catalog.dictionaries import Dictionaries
from chalicelib.domain.request import ExportRequest
from chalicelib.domain.requestor import Requestor
from chalicelib.domain.template import MAX_TEMPLATES_PER_SHOP, Template
from chalicelib.errors import Conflict, LimitReached, NotFound, RequestRefused
from chalicelib.exports.references import find_names
from chalicelib.exports.registry import EXPORT_TYPES
from chalicelib.exports.request_input import input_of
from chalicelib.services.requests.api_service import ApiService
from chalicelib.services.requests.find_templates import find_template
from chalicelib.services.requests.request_export import check_permission, summarized
from chalicelib.words.text import say

log: Final = logging.getLogger("waybill")

# A list reads all templates of a shop, and Lambda answers with 6 MB at most.
MAX_TEMPLATE_BYTES: Final = 30_000
MAX_NAME_CHARACTERS: Final = 100
NO_TEMPLATE: Final = say("There is no such template.")


def save_template(
    service: ApiService,
    requestor: Requestor,
    name: str,
    request: ExportRequest,
    *,
    is_shared: bool,
    template_id: str | None = None,
) -> Template:
    """Store a new template, or the one with the id in a new state, and return it.

    LimitReached for a full shop or a large request. RequestRefused for a name that does not fit on
    a line, or for a template that the requestor may not change.
    """
    check_permission(requestor, EXPORT_TYPES[request.export_type])
    _check_size(request)
    made = Template(
        id=str(uuid4()),
        shop=requestor.shop,
        name=_read_name(name),
        request=summarized(service, requestor, request),
        is_shared=is_shared,
        user=requestor.user,
        app=requestor.app,
        created_at=service.clock.now(),
        updated_at=service.clock.now(),
        names=_names(service, requestor, request),
    )
    saved = (
        _add(service, made)
        if template_id is None
        else _replace(service, requestor, template_id, made)
    )
    log.info("template saved", extra={"template_id": saved.id, "requestor_id": requestor.id})
    return saved


def remove_template(service: ApiService, requestor: Requestor, template_id: str) -> Template:
    """Remove a template and return it; RequestRefused if there is none, or it is built in."""
    found = get_template(service, requestor, template_id)
    _check_saved(found)
    service.templates.remove(found.shop, found.id)
    log.info("template removed", extra={"template_id": found.id, "requestor_id": requestor.id})
    return found


def get_template(service: ApiService, requestor: Requestor, template_id: str) -> Template:
    """Return a template that is open to the requestor; RequestRefused if there is none."""
    found = find_template(service, requestor, template_id)
    if found is None:
        raise RequestRefused(NO_TEMPLATE, field="id", code="NOT_FOUND")
    return found


def _add(service: ApiService, template: Template) -> Template:
    try:
        service.templates.add(template)
    except Conflict as conflict:
        raise LimitReached(
            say(
                "This shop has {most} templates, which is the limit. Remove one "
                "that is not needed any more, then save again.",
                most=MAX_TEMPLATES_PER_SHOP,
            )
        ) from conflict
    return template


def _replace(
    service: ApiService, requestor: Requestor, template_id: str, made: Template
) -> Template:
    before = get_template(service, requestor, template_id)
    _check_saved(before)
    if before.is_shared and not made.is_shared and not before.is_of(requestor):
        raise RequestRefused(
            say("Only the owner of a shared template can make it private. Save a copy instead."),
            field="isShared",
        )
    changed = replace(
        made, id=before.id, user=before.user, app=before.app, created_at=before.created_at
    )
    try:
        service.templates.replace(changed)
    except NotFound as error:
        raise RequestRefused(NO_TEMPLATE, field="id", code="NOT_FOUND") from error
    return changed


def _check_saved(template: Template) -> None:
    if template.is_built_in:
        raise RequestRefused(
            say("A built-in template cannot be changed. Save a copy instead."), field="id"
        )


def _check_size(request: ExportRequest) -> None:
    if len(json.dumps(request.to_json(), ensure_ascii=False).encode()) > MAX_TEMPLATE_BYTES:
        raise LimitReached(
            say(
                "A template has at most {most:,} bytes. Use a filter instead of ids, or "
                "fewer columns.",
                most=MAX_TEMPLATE_BYTES,
            )
        )


def _read_name(given: str) -> str:
    name = " ".join(given.split())
    if not 0 < len(name) <= MAX_NAME_CHARACTERS or not name.isprintable():
        raise RequestRefused(
            say(
                "A template needs a name of at most {most} printable characters.",
                most=MAX_NAME_CHARACTERS,
            ),
            field="name",
        )
    return name


def _names(service: ApiService, requestor: Requestor, request: ExportRequest) -> dict[str, str]:
    given = input_of(EXPORT_TYPES[request.export_type], request)
    return find_names(given, Dictionaries(service.source, requestor.shop))
