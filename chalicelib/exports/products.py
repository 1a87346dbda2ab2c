"""The export of products: one row a variant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from chalicelib.catalog.dictionaries import Dictionaries
from chalicelib.domain.global_id import number_of
from chalicelib.domain.request import ExportRequest, Scope
from chalicelib.domain.requestor import MANAGE_PRODUCTS
from chalicelib.exports.columns import Column, Level
from chalicelib.exports.export_type import ExportType, Predicate
from chalicelib.filters import products as product_filters
from chalicelib.formats.cells import CellKind

# Saleor has this column and nothing in it.
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
# A channel's columns: whose listing it is, and the place in it. "publication date" and "published at" are the same.
_CHANNEL_COLUMNS: Final = (
    ("product currency code", Level.RECORD, 0),
    ("published", Level.RECORD, 1),
    ("publication date", Level.RECORD, 2),
    ("published at", Level.RECORD, 2),
    ("searchable", Level.RECORD, 3),
    ("available for purchase", Level.RECORD, 4),
    ("price amount", Level.ROW, 0),
    ("variant currency code", Level.ROW, 1),
    ("variant cost price", Level.ROW, 2),
    ("variant preorder quantity threshold", Level.ROW, 3),
)
CHANNEL_HEADERS: Final = tuple(header for header, _, _ in _CHANNEL_COLUMNS)
# Cells that people did not type as text: a minus sign there is a number's.
_TYPED_INPUTS: Final = frozenset({"NUMERIC", "BOOLEAN", "DATE", "DATE_TIME", "REFERENCE"})


def product_columns(request: ExportRequest, dictionaries: Dictionaries) -> list[Column]:
    """`id`, the fields in the order asked, then attributes, warehouses and channels, each sorted by slug."""
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
    """All columns of product attributes, then all of variant attributes; one used in both roles has two."""
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
    kind = CellKind.VALUE if attribute["input_type"] in _TYPED_INPUTS else CellKind.TEXT
    return Column(f"{slug} ({role})", kind, level, ("attributes", slug))


def warehouse_column(slug: str) -> Column:
    """The stock quantity there, empty without a stock row."""
    return Column(f"{slug} (warehouse quantity)", CellKind.NUMBER, Level.ROW, ("stocks", slug))


def channel_columns(slug: str) -> list[Column]:
    """Six columns from the product's listing in the channel and four from the variant's."""
    return [
        Column(f"{slug} (channel {header})", CellKind.BARE, level, ("listings", slug, place))
        for header, level, place in _CHANNEL_COLUMNS
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
    label="products",
    permission=MANAGE_PRODUCTS,
    file_prefix="product",
    id_type="Product",
    kind=lambda request: "products",
    number=number_of,
    columns=product_columns,
    rows_key="variants",
    predicate=_predicate,
)
