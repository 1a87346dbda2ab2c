"""The export of products: one row per variant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from chalicelib.catalog.dictionaries import Dictionaries
from chalicelib.catalog.listings import ProductListing, VariantListing, place_of
from chalicelib.domain.global_id import number_of
from chalicelib.domain.request import ExportRequest, Scope
from chalicelib.domain.requestor import MANAGE_PRODUCTS
from chalicelib.errors import LimitReached, RequestRefused
from chalicelib.exports.columns import Column, Level
from chalicelib.exports.export_type import ExportType, Input, InputContext, Predicate
from chalicelib.exports.input_options import SCOPED, InputOption
from chalicelib.exports.inputs import make_request, once, read_scope
from chalicelib.filters import products as product_filters
from chalicelib.filters.ids import check_ids
from chalicelib.formats.cells import CellKind, CellType

# Saleor has this column and leaves it empty.
NOWHERE: Final = ("charge_taxes",)
ID: Final = Column("id", CellKind.BARE, Level.RECORD, ("id",))
FIELDS: Final[Mapping[str, Column]] = {
    "NAME": Column("name", CellKind.TEXT, Level.RECORD, ("name",)),
    "DESCRIPTION": Column("description", CellKind.TEXT, Level.RECORD, ("description",)),
    "PRODUCT_TYPE": Column("product type", CellKind.TEXT, Level.RECORD, ("product_type",)),
    "CATEGORY": Column("category", CellKind.TEXT, Level.RECORD, ("category",)),
    "PRODUCT_WEIGHT": Column("product weight", CellKind.BARE, Level.RECORD, ("weight",)),
    "COLLECTIONS": Column("collections", CellKind.TEXT, Level.RECORD, ("collections",)),
    "CHARGE_TAXES": Column("charge taxes", CellKind.BARE, Level.RECORD, NOWHERE),
    "PRODUCT_MEDIA": Column("product media", CellKind.TEXT, Level.RECORD, ("media",)),
    "VARIANT_ID": Column("variant id", CellKind.BARE, Level.ROW, ("id",)),
    "VARIANT_SKU": Column("variant sku", CellKind.TEXT, Level.ROW, ("sku",)),
    "VARIANT_WEIGHT": Column("variant weight", CellKind.BARE, Level.ROW, ("weight",)),
    "VARIANT_MEDIA": Column("variant media", CellKind.TEXT, Level.ROW, ("media",)),
}
_PUBLISHED_AT: Final = place_of(ProductListing, "published_at")
# Each column of a channel: its level, the field of the listing and the type. Saleor fills the two
# dates alike.
_CHANNEL_COLUMNS: Final = (
    ("product currency code", Level.RECORD, place_of(ProductListing, "currency"), CellType.TEXT),
    ("published", Level.RECORD, place_of(ProductListing, "is_published"), CellType.BOOLEAN),
    ("publication date", Level.RECORD, _PUBLISHED_AT, CellType.DATE_TIME),
    ("published at", Level.RECORD, _PUBLISHED_AT, CellType.DATE_TIME),
    ("searchable", Level.RECORD, place_of(ProductListing, "is_searchable"), CellType.BOOLEAN),
    (
        "available for purchase",
        Level.RECORD,
        place_of(ProductListing, "available_at"),
        CellType.DATE_TIME,
    ),
    ("price amount", Level.ROW, place_of(VariantListing, "price"), CellType.MONEY),
    ("variant currency code", Level.ROW, place_of(VariantListing, "currency"), CellType.TEXT),
    ("variant cost price", Level.ROW, place_of(VariantListing, "cost"), CellType.MONEY),
    (
        "variant preorder quantity threshold",
        Level.ROW,
        place_of(VariantListing, "threshold"),
        CellType.NUMBER,
    ),
)
CHANNEL_HEADERS: Final = tuple(header for header, *_ in _CHANNEL_COLUMNS)
# A minus sign in these cells belongs to a number, so it does not start a formula.
_TYPED_INPUTS: Final = {
    "NUMERIC": CellType.NUMBER,
    "BOOLEAN": CellType.BOOLEAN,
    "DATE": CellType.DATE,
    "DATE_TIME": CellType.DATE_TIME,
    "REFERENCE": CellType.TEXT,
}


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
    parameters = {name: ids for name, ids in columns_of(info).items() if ids}
    _check_channel(chosen["filter"], info.get("channels") or (), context.dictionaries)
    product_filters.check_filter(chosen["filter"])
    return make_request(context, given, PRODUCTS, parameters=parameters, **chosen)


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
            f"At most {MAX_PER_COLUMN_LIST:,} {field} can be given. Split the columns over "
            "several exports.",
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
            "Exactly one channel must be provided in export_info.channels when using "
            "channel-dependent filters: "
            f"{', '.join(needing)}.",
            field="channels",
            code="REQUIRED",
        )
    if not dictionaries.chosen("channels", channels):
        raise RequestRefused("Channel not found.", field="channels", code="NOT_FOUND")


def product_columns(request: ExportRequest, dictionaries: Dictionaries) -> list[Column]:
    """Return `id`, the fields as asked, then attributes, warehouses and channels by slug."""
    chosen = request.parameters
    return [
        ID,
        *(FIELDS[field] for field in chosen.get("fields") or ()),
        *attribute_columns(dictionaries.chosen("attributes", chosen.get("attributes"))),
        *(
            warehouse_column(w["slug"])
            for w in dictionaries.chosen("warehouses", chosen.get("warehouses"))
        ),
        *(
            column
            for c in dictionaries.chosen("channels", chosen.get("channels"))
            for column in channel_columns(c["slug"])
        ),
    ]


def attribute_columns(attributes: Sequence[Mapping[str, Any]]) -> list[Column]:
    """Return columns for product attributes, then for variant attributes.

    An attribute may be both.
    """
    return [
        *(
            _attribute_column(a, "product attribute", Level.RECORD)
            for a in attributes
            if a["of_products"]
        ),
        *(
            _attribute_column(a, "variant attribute", Level.ROW)
            for a in attributes
            if a["of_variants"]
        ),
    ]


def _attribute_column(attribute: Mapping[str, Any], role: str, level: Level) -> Column:
    slug = attribute["slug"]
    cell_type = _TYPED_INPUTS.get(attribute["input_type"])
    return Column(
        f"{slug} ({role})",
        CellKind.VALUE if cell_type else CellKind.TEXT,
        level,
        ("attributes", slug),
        type=cell_type or CellType.TEXT,
    )


def warehouse_column(slug: str) -> Column:
    """Return the column of the quantity in a warehouse; the cell is empty without a stock row."""
    return Column(
        f"{slug} (warehouse quantity)",
        CellKind.NUMBER,
        Level.ROW,
        ("stocks", slug),
        type=CellType.NUMBER,
    )


def channel_columns(slug: str) -> list[Column]:
    """Return six columns of the product's listing in a channel and four of the variant's."""
    return [
        Column(
            f"{slug} (channel {header})",
            CellKind.BARE,
            level,
            ("listings", slug, place),
            type=cell_type,
        )
        for header, level, place, cell_type in _CHANNEL_COLUMNS
    ]


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
    columns=product_columns,
    rows_key="variants",
    predicate=_predicate,
    filter_versions={"search": 1},  # whole plain texts
)
