"""The resolvers that find ids and names of no record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from graphql import GraphQLResolveInfo

from chalicelib.api.context import READS_PER_LIST, RequestContext
from chalicelib.api.graphql_errors import QueryRefused
from chalicelib.api.lookups import OPTION_KINDS, answer
from chalicelib.exports.registry import EXPORT_TYPES
from chalicelib.services.requests.find_unknown import (
    UnknownNames,
    find_unknown_ids,
    find_unknown_names,
)

Info = GraphQLResolveInfo
# 5,000 records by id in batches of 100, or as many pages of the catalogue as five seconds allow.
READS_PER_SEARCH: Final = 5 * READS_PER_LIST


def _unknown_ids(_: Any, info: Info, kind: str, ids: list[str]) -> list[str]:
    context: RequestContext = info.context
    found = kind if kind in EXPORT_TYPES else OPTION_KINDS.get(kind)
    if found is None:
        raise QueryRefused(f"There is no kind `{kind}`.")
    _check_count("ids", ids, context)
    context.budget.spend(READS_PER_SEARCH)
    return answer(context, lambda: find_unknown_ids(context.service, context.requestor, found, ids))


def _unknown_names(
    _: Any, info: Info, names: list[str], start: float | None = None
) -> UnknownNames:
    context: RequestContext = info.context
    _check_count("names", names, context)
    context.budget.spend(READS_PER_SEARCH)
    return answer(
        context,
        lambda: find_unknown_names(context.service, context.requestor, names, int(start or 0)),
    )


def _check_count(argument: str, given: list[str], context: RequestContext) -> None:
    most = context.service.settings.ids_per_request
    if len(given) > most:
        raise QueryRefused(f"Argument `{argument}` may have {most:,} items at most.")


UNKNOWN: Final[Mapping[str, Mapping[str, Callable[..., Any]]]] = {
    "Query": {"exportUnknownIds": _unknown_ids, "exportUnknownNames": _unknown_names},
}
