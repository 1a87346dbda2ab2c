"""The resolver of `exportPreview`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from graphql import GraphQLResolveInfo

from chalicelib.api.context import READS_PER_LIST, RequestContext
from chalicelib.api.graphql_errors import QueryRefused
from chalicelib.api.lookups import answer
from chalicelib.api.mutations import input_context
from chalicelib.errors import RequestRefused
from chalicelib.exports.export_type import ExportType
from chalicelib.exports.registry import EXPORT_TYPES
from chalicelib.services.requests.preview_export import (
    MAX_PREVIEW_ROWS,
    Preview,
    preview_export,
)
from chalicelib.services.requests.request_export import check_permission
from chalicelib.words.text import say

Info = GraphQLResolveInfo
# Directory, dictionaries and up to 5,000 records in pages of a megabyte.
READS_PER_PREVIEW: Final = 5 * READS_PER_LIST


_TYPES: Final = {one.input_name: one for one in EXPORT_TYPES.values()}


def preview(_: Any, info: Info, input: dict[str, Any], first: int | None = None) -> Preview:
    """Resolve `exportPreview`; a refused input is an error at the top level."""
    context: RequestContext = info.context
    rows = 5 if first is None else first
    if not 0 <= rows <= MAX_PREVIEW_ROWS:
        raise QueryRefused(f"Argument `first` must be between 0 and {MAX_PREVIEW_ROWS}.")
    export_type, given = answer(context, lambda: chosen_input(input))
    check_permission(context.requestor, export_type)
    context.budget.spend(READS_PER_PREVIEW)

    def act() -> Preview:
        request = export_type.read_input(input_context(context), given)
        return preview_export(context.service, context.requestor, export_type, request, rows)

    return answer(context, act)


def chosen_input(input: Mapping[str, Any]) -> tuple[ExportType, dict[str, Any]]:
    """Return the type and the input that were given; RequestRefused for none or several."""
    chosen = [(_TYPES[name], given) for name, given in input.items() if given is not None]
    if len(chosen) != 1:
        raise RequestRefused(
            say("Give exactly one of these inputs: {inputs}.", inputs=", ".join(_TYPES))
        )
    return chosen[0]


PREVIEWS: Final[Mapping[str, Mapping[str, Callable[..., Any]]]] = {
    "Query": {"exportPreview": preview},
    "ExportPreview": {
        "recordCount": lambda found, info: found.records,
        "rowCount": lambda found, info: found.row_count,
        "isExact": lambda found, info: found.is_exact,
        # A Float in the schema, because an Int of GraphQL ends at 2 GB.
        "fileSize": lambda found, info: found.size_bytes,
    },
}
