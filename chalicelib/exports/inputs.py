"""The steps that several export types share on the way from an input to an ExportRequest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from chalicelib.domain.request import Compression, ExportRequest, Formulas, IfOutdated, Scope
from chalicelib.errors import LimitReached, RequestRefused
from chalicelib.exports.export_type import ExportType, Input, InputContext
from chalicelib.exports.file_inputs import read_csv_options, read_layout
from chalicelib.filters.ids import check_ids
from chalicelib.formats.registry import format_of
from chalicelib.words.text import say

# A title is one line of a list.
MAX_TITLE_CHARACTERS: Final = 100


def read_scope(context: InputContext, given: Input, export_type: ExportType) -> dict[str, Any]:
    """Return `scope`, `ids` and `filter` of an input.

    RequestRefused if the scope lacks its part.
    """
    scope = Scope(given["scope"])
    # Clients send `ids` and `filter` beside another scope; Saleor ignores them.
    return {
        "scope": scope,
        "ids": _read_ids(context, given, export_type) if scope is Scope.IDS else (),
        "filter": _read_filter(given) if scope is Scope.FILTER else {},
    }


def make_request(
    context: InputContext, given: Input, export_type: ExportType, **chosen: Any
) -> ExportRequest:
    """Return a request with the file options that every input has.

    RequestRefused for options that the file type does not have, or a title that is too long.
    """
    request = ExportRequest(
        export_type=export_type.name,
        file_type=given["fileType"],
        formulas=Formulas(given.get("formulas") or context.formulas),
        compression=Compression(given.get("compression") or Compression.NONE),
        csv=read_csv_options(given),
        layout=read_layout(given),
        if_outdated=IfOutdated(given.get("ifOutdated") or IfOutdated.FAIL),
        title=_read_title(given),
        **chosen,
    )
    format_of(request)
    return request


def _read_title(given: Input) -> str:
    # Lists show titles on one line, so line breaks become blanks.
    title = " ".join((given.get("title") or "").split())
    if len(title) > MAX_TITLE_CHARACTERS or not title.isprintable():
        raise RequestRefused(
            say("A title has at most {most} printable characters.", most=MAX_TITLE_CHARACTERS),
            field="title",
            code="INVALID",
        )
    return title


def check_count(context: InputContext, ids: Sequence[str]) -> None:
    """Raise LimitReached for more ids than one request may hold."""
    if len(ids) > context.max_ids:
        raise LimitReached(
            say(
                "At most {most:,} ids can be given. Split the export, or use a filter.",
                most=context.max_ids,
            ),
            field="ids",
        )


def once(ids: Iterable[str]) -> tuple[str, ...]:
    """Return each id once, in the order given."""
    # Clients repeat ids, and each record belongs into the file once.
    return tuple(dict.fromkeys(ids))


def _read_ids(context: InputContext, given: Input, export_type: ExportType) -> tuple[str, ...]:
    ids = given.get("ids")
    if not ids:
        raise RequestRefused(say("You must provide at least one id."), field="ids", code="REQUIRED")
    check_ids(ids, export_type.id_type, field="ids")
    check_count(context, ids)
    return once(ids)


def _read_filter(given: Input) -> dict[str, Any]:
    if not given.get("filter"):
        raise RequestRefused(say("You must provide filter input."), field="filter", code="REQUIRED")
    return dict(given["filter"])
