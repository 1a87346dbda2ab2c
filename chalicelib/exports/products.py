"""The export of products: one row per variant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from chalicelib.catalog.dictionaries import Dictionaries
from chalicelib.catalog.versions import BY_ID
from chalicelib.domain.global_id import number_of
from chalicelib.domain.request import ExportRequest, Freshness, Scope
from chalicelib.domain.requestor import MANAGE_PRODUCTS
from chalicelib.errors import LimitReached, RequestRefused
from chalicelib.exports.column_keys import chosen_columns, read_columns
from chalicelib.exports.columns import Column
from chalicelib.exports.export_type import (
    ExportType,
    Input,
    InputContext,
    Predicate,
    RecordNames,
)
from chalicelib.exports.input_options import COLUMN, SCOPED, InputOption
from chalicelib.exports.inputs import make_request, once, read_scope
from chalicelib.exports.product_columns import FIELDS, product_columns
from chalicelib.exports.product_keys import PRODUCT_KEYS
from chalicelib.exports.product_templates import PRODUCT_TEMPLATES
from chalicelib.filters import products as product_filters
from chalicelib.filters.ids import check_ids
from chalicelib.words.text import say

# Each segment compiles all columns: 1,000 of each kind are up to 14,000 columns.
MAX_PER_COLUMN_LIST: Final = 1_000
# The lists of `exportInfo` that name other records, and the type of their ids.
_COLUMN_TYPES: Final = {"attributes": "Attribute", "warehouses": "Warehouse", "channels": "Channel"}
_OPTIONS: Final = (
    *SCOPED,
    InputOption(
        name="field",
        path=("exportInfo", "fields"),
        help="A product field to export. Repeatable. Default: all fields.",
        many=True,
        choices=tuple(FIELDS),
        # Without fields the file has ids only, which is hardly ever meant on a command line.
        default=tuple(FIELDS),
        yields_to="column",
    ),
    COLUMN,
    InputOption(
        name="freshness",
        path=("freshness",),
        help="LIVE reads stocks, prices and publication from the connected shop during the export.",
        choices=tuple(Freshness),
    ),
    *(
        InputOption(
            name=type_name.lower(),
            path=("exportInfo", key),
            help=(
                f"Add columns for this {type_name.lower()} (slug, number or global id). Repeatable."
            ),
            many=True,
        )
        for key, type_name in _COLUMN_TYPES.items()
    ),
)


def _read_input(context: InputContext, given: Input) -> ExportRequest:
    # Saleor checks scope, columns and filter in this order and reports the first mistake.
    chosen, info = read_scope(context, given, PRODUCTS), given.get("exportInfo") or {}
    parameters: dict[str, Any] = {name: ids for name, ids in columns_of(info).items() if ids}
    parameters |= read_columns(given.get("columns"), PRODUCT_KEYS, context.dictionaries)
    if given.get("freshness") == Freshness.LIVE:
        parameters["freshness"] = Freshness.LIVE.value
    _check_spelling(parameters)
    _check_channel(chosen["filter"], info.get("channels") or (), context.dictionaries)
    product_filters.check_filter(chosen["filter"])
    return make_request(context, given, PRODUCTS, parameters=parameters, **chosen)


def _check_spelling(parameters: Mapping[str, Any]) -> None:
    """Raise RequestRefused for both spellings of columns: their order would be unclear.

    `exportInfo.channels` may stand beside `columns`: it names the channel of the filter.
    """
    if "columns" in parameters and parameters.keys() & {"fields", "attributes", "warehouses"}:
        raise RequestRefused(
            say("Give the columns either by `columns` or by `exportInfo`."), field="columns"
        )


def _columns(request: ExportRequest, dictionaries: Dictionaries) -> list[Column]:
    chosen = request.parameters.get("columns")
    if chosen:
        return chosen_columns(chosen, PRODUCT_KEYS, dictionaries)
    return product_columns(request, dictionaries)


def columns_of(info: Input) -> dict[str, list[str]]:
    """Return the column parameters of an `exportInfo`.

    RequestRefused for ids of another type, LimitReached for a list that is too long.
    """
    for field in ("fields", *_COLUMN_TYPES):
        # Before any id is decoded: a list can have a million of them.
        _check_length(field, info.get(field) or ())
    columns = {"fields": list(info.get("fields") or ())}
    for field, type_name in _COLUMN_TYPES.items():
        ids = info.get(field) or ()
        check_ids(ids, type_name, field=field)
        columns[field] = list(once(ids))
    return columns


def _check_length(field: str, given: Sequence[str]) -> None:
    if len(given) > MAX_PER_COLUMN_LIST:
        raise LimitReached(
            say(
                "At most {most:,} {columns} can be given. Split the columns over several exports.",
                most=MAX_PER_COLUMN_LIST,
                columns=say(field),
            ),
            field=field,
        )


def _check_channel(filter_: Input, channels: Sequence[str], dictionaries: Dictionaries) -> None:
    """Raise RequestRefused if the filter needs a channel and not exactly one exists."""
    needing = sorted(
        name for field, name in product_filters.CHANNEL_FIELDS.items() if field in filter_
    )
    if not needing:
        return
    if len(channels) != 1:
        raise RequestRefused(
            say(
                "Exactly one channel must be provided in export_info.channels when using "
                "channel-dependent filters: {filters}.",
                filters=", ".join(needing),
            ),
            field="channels",
            code="REQUIRED",
        )
    if not dictionaries.chosen("channels", channels):
        raise RequestRefused(say("Channel not found."), field="channels", code="NOT_FOUND")


def _predicate(
    request: ExportRequest, dictionaries: Dictionaries, now: datetime
) -> Predicate | None:
    if request.scope is not Scope.FILTER:
        return None
    channels = dictionaries.chosen("channels", request.parameters.get("channels"))
    context = product_filters.make_context(
        dictionaries, channels[0] if len(channels) == 1 else None, now
    )
    return product_filters.make_predicate(dict(request.filter), context)


def _names(product: dict[str, Any]) -> RecordNames:
    return RecordNames(product.get("name", ""), tuple(product_filters.names_of(product)))


PRODUCTS: Final = ExportType(
    name="products",
    singular="product",
    label="products",
    permission=MANAGE_PRODUCTS,
    file_prefix="product",
    mutation="exportProducts",
    input_type="ExportProductsInput",
    id_type="Product",
    read_input=_read_input,
    options=_OPTIONS,
    dictionaries=(
        "attributes",
        "warehouses",
        "channels",
        "categories",
        "collections",
        "product_types",
    ),
    kind=lambda request: "products",
    number=number_of,
    columns=_columns,
    column_keys=PRODUCT_KEYS,
    templates=PRODUCT_TEMPLATES,
    rows_key="variants",
    has_blocks=True,
    names=_names,
    predicate=_predicate,
    live_filters=product_filters.LIVE_FIELDS,
    filter_versions=dict.fromkeys(product_filters.FIELDS, BY_ID),
)
