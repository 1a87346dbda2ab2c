"""The resolvers that the page uses before it starts an export."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from graphql import GraphQLResolveInfo

from chalicelib.api.context import READS_PER_LIST, READS_PER_LIST_OF_SHOP, RequestContext
from chalicelib.api.graphql_errors import QueryRefused
from chalicelib.domain.request import ExportRequest, Scope
from chalicelib.errors import ExportFailed, PermissionDenied, RequestRefused
from chalicelib.exports.input_options import snake_case
from chalicelib.exports.product_columns import FIELDS
from chalicelib.exports.products import columns_of
from chalicelib.exports.registry import EXPORT_TYPES, LIVE_KINDS
from chalicelib.services.requests.confirm_dashboard import find_staffed_shop
from chalicelib.services.requests.estimate_export import Estimate, estimate_export
from chalicelib.services.requests.export_statistics import MAX_DAYS, Statistics, count_exports
from chalicelib.services.requests.look_up import (
    PERMISSIONS,
    Me,
    describe_requestor,
    find_columns,
    find_headers,
    find_options,
)

MAX_OPTIONS: Final = 500
# One read of the directory and one of its page.
READS_PER_NAME: Final = 2
# Statistics read up to 1,000 exports, ten at a time, and some index pages.
READS_OF_STATISTICS: Final = 110
Info = GraphQLResolveInfo
Found = TypeVar("Found")


def _me(_: Any, info: Info) -> Me:
    context: RequestContext = info.context
    context.budget.spend(READS_PER_NAME)
    return describe_requestor(context.service, context.requestor)


def _dashboard(info: Info) -> str | None:
    """Return the dashboard of a member of staff, "" if it is not known; None for other people."""
    context: RequestContext = info.context
    context.budget.spend(1)
    shop = find_staffed_shop(context.service, context.requestor)
    return shop.dashboard_url if shop else None


def _options(kind: str) -> Callable[..., list[Mapping[str, Any]]]:
    """Return the resolver of one kind of options."""

    def resolve(
        _: Any, info: Info, search: str | None = None, first: int | None = None
    ) -> list[Mapping[str, Any]]:
        context: RequestContext = info.context
        size = MAX_OPTIONS if first is None else first
        if not 0 < size <= MAX_OPTIONS:
            raise QueryRefused(f"Argument `first` must be between 1 and {MAX_OPTIONS}.")
        context.budget.spend(_reads(kind in LIVE_KINDS))
        return find_options(context.service, context.requestor, kind, search or "", size)

    return resolve


def _reads(is_live: bool) -> int:
    return READS_PER_LIST_OF_SHOP if is_live else READS_PER_LIST


def _estimate(_: Any, info: Info, exportType: str, **given: Any) -> Estimate:  # noqa: N803 - GraphQL's name
    context: RequestContext = info.context
    if exportType not in EXPORT_TYPES:
        raise QueryRefused(f"There is no export type `{exportType}`.")
    request = ExportRequest(
        export_type=exportType,
        scope=Scope(given.pop("scope")),
        ids=tuple(given.pop("ids", None) or ()),
        # Further arguments belong to single export types, such as `voucherId`.
        parameters={snake_case(name): value for name, value in given.items()},
    )
    export_type = EXPORT_TYPES[exportType]
    context.budget.spend(_reads(bool(export_type.live_kinds)))
    return answer(
        context, lambda: estimate_export(context.service, context.requestor, export_type, request)
    )


def _columns(
    _: Any,
    info: Info,
    exportType: str,  # noqa: N803 - GraphQL's name
    search: str | None = None,
    first: int | None = None,
) -> list[Mapping[str, str]]:
    context: RequestContext = info.context
    size = MAX_OPTIONS if first is None else first
    if exportType not in EXPORT_TYPES:
        raise QueryRefused(f"There is no export type `{exportType}`.")
    if not 0 < size <= MAX_OPTIONS:
        raise QueryRefused(f"Argument `first` must be between 1 and {MAX_OPTIONS}.")
    context.budget.spend(READS_PER_LIST)
    export_type = EXPORT_TYPES[exportType]
    return find_columns(context.service, context.requestor, export_type, search or "", size)


def _header(_: Any, info: Info, input: dict[str, Any] | None = None) -> list[str]:
    context: RequestContext = info.context
    context.budget.spend(READS_PER_LIST)
    return answer(
        context, lambda: find_headers(context.service, context.requestor, columns_of(input or {}))
    )


def answer(context: RequestContext, find: Callable[[], Found]) -> Found:
    """Return the result of a look-up; a refused one is an error at the top level."""
    try:
        return find()
    except PermissionDenied:
        raise
    except RequestRefused as refused:
        context.note_wait(refused)
        raise QueryRefused(refused.message) from refused
    except ExportFailed as failed:
        # The export would fail with the same sentence.
        raise QueryRefused(failed.message) from failed


def _statistics(_: Any, info: Info, days: int | None = None) -> Statistics:
    context: RequestContext = info.context
    wanted = 30 if days is None else days
    if not 0 < wanted <= MAX_DAYS:
        raise QueryRefused(f"Argument `days` must be between 1 and {MAX_DAYS}.")
    context.budget.spend(READS_OF_STATISTICS)
    return count_exports(context.service, context.requestor, wanted)


def _camel_case(name: str) -> str:
    return re.sub("_([a-z])", lambda letter: letter[1].upper(), name)


# The fields of `exportOptions` that list a kind, with its name in the catalogue.
OPTION_KINDS: Final = {_camel_case(kind): kind for kind in PERMISSIONS}
LOOKUPS: Final[Mapping[str, Mapping[str, Callable[..., Any]]]] = {
    "Query": {
        "me": _me,
        "exportOptions": lambda _, info: {},
        "exportEstimate": _estimate,
        "exportHeader": _header,
        "exportColumns": _columns,
        "exportStatistics": _statistics,
    },
    "Me": {
        "user": lambda me, info: me.requestor.user,
        "app": lambda me, info: me.requestor.app,
        # A customer's token may list permissions, but they do not count.
        "permissions": lambda me, info: sorted(filter(me.requestor.may, me.requestor.permissions)),
        "shop": lambda me, info: me.requestor.shop,
        "shopName": lambda me, info: me.shop_name,
        "dashboardUrl": lambda me, info: _dashboard(info) or None,
        "canConfirmDashboard": lambda me, info: _dashboard(info) == "",
    },
    "ExportOptions": {
        "fields": lambda _, info: [
            {"field": name, "header": column.header} for name, column in FIELDS.items()
        ],
        **{name: _options(kind) for name, kind in OPTION_KINDS.items()},
    },
    "AttributeOption": {
        "ofProducts": lambda attribute, info: attribute["of_products"],
        "ofVariants": lambda attribute, info: attribute["of_variants"],
    },
    "ChannelOption": {"currencyCode": lambda channel, info: channel["currency"]},
    "ExportEstimate": {"isUpperBound": lambda estimate, info: estimate.is_upper_bound},
    "ExportStatistics": {"isComplete": lambda statistics, info: statistics.is_complete},
    "ExportRun": {"exportType": lambda run, info: run.export_type},
}
