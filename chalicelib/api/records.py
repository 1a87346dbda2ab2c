"""The resolver of `exportRecords`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from graphql import GraphQLResolveInfo

from chalicelib.api.context import READS_PER_LIST, RequestContext
from chalicelib.api.graphql_errors import QueryRefused
from chalicelib.api.lookups import answer
from chalicelib.exports.registry import EXPORT_TYPES
from chalicelib.services.requests.find_records import (
    FoundRecords,
    find_named,
    find_records,
    search_records,
)

Info = GraphQLResolveInfo
MAX_RECORDS: Final = 100
# A search reads the catalogue for two seconds; a hundred records by id are one batch or two.
READS_PER_SEARCH: Final = 5 * READS_PER_LIST


def _records(
    _: Any,
    info: Info,
    exportType: str,  # noqa: N803 - GraphQL's name
    search: str | None = None,
    names: list[str] | None = None,
    ids: list[str] | None = None,
    first: int | None = None,
    start: float | None = None,
) -> FoundRecords:
    context: RequestContext = info.context
    if exportType not in EXPORT_TYPES:
        raise QueryRefused(f"There is no export type `{exportType}`.")
    size = 20 if first is None else first
    if not 0 < size <= MAX_RECORDS:
        raise QueryRefused(f"Argument `first` must be between 1 and {MAX_RECORDS}.")
    _check_count("ids", ids)
    _check_count("names", names)
    context.budget.spend(READS_PER_SEARCH)
    service, requestor, export_type = context.service, context.requestor, EXPORT_TYPES[exportType]
    if ids is not None:
        return answer(context, lambda: find_records(service, requestor, export_type, ids))
    text, begin = search or "", int(start or 0)
    if names is not None:
        return answer(
            context, lambda: find_named(service, requestor, export_type, names, size, begin)
        )
    return answer(
        context, lambda: search_records(service, requestor, export_type, text, size, begin)
    )


def _check_count(argument: str, given: list[str] | None) -> None:
    if given is not None and len(given) > MAX_RECORDS:
        raise QueryRefused(f"Argument `{argument}` may have {MAX_RECORDS} items at most.")


RECORDS: Final[Mapping[str, Mapping[str, Callable[..., Any]]]] = {
    "Query": {"exportRecords": _records},
    "ExportRecords": {"leftOut": lambda found, info: found.left_out},
    "ExportRecord": {
        "name": lambda found, info: found.names.name,
        "otherNames": lambda found, info: found.names.others,
    },
}
