"""The export of products: one row a variant."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from chalicelib.domain.global_id import number_of
from chalicelib.domain.request import ExportRequest, Scope
from chalicelib.domain.requestor import MANAGE_PRODUCTS
from chalicelib.exports.columns import AnyColumn, Column, ColumnGroup, Document, Level
from chalicelib.exports.export_type import ExportType, Predicate, Reference
from chalicelib.filters import products as product_filters
from chalicelib.formats.cells import CellKind


def _field(key: str) -> Callable[[Document], str]:
    return lambda document: document.get(key, "")


def _nothing(document: Document) -> str:
    return ""


ID: Final = Column("id", CellKind.BARE, Level.RECORD, _field("id"))
FIELDS: Final[Mapping[str, Column]] = {
    "NAME": Column("name", CellKind.TEXT, Level.RECORD, _field("name")),
    "DESCRIPTION": Column("description", CellKind.TEXT, Level.RECORD, _field("description")),
    "PRODUCT_TYPE": Column("product type", CellKind.TEXT, Level.RECORD, _field("product_type")),
    "CATEGORY": Column("category", CellKind.TEXT, Level.RECORD, _field("category")),
    "PRODUCT_WEIGHT": Column("product weight", CellKind.BARE, Level.RECORD, _field("weight")),
    "COLLECTIONS": Column("collections", CellKind.TEXT, Level.RECORD, _field("collections")),
    "CHARGE_TAXES": Column("charge taxes", CellKind.BARE, Level.RECORD, _nothing),
    "PRODUCT_MEDIA": Column("product media", CellKind.TEXT, Level.RECORD, _field("media")),
    "VARIANT_ID": Column("variant id", CellKind.BARE, Level.ROW, _field("id")),
    "VARIANT_SKU": Column("variant sku", CellKind.TEXT, Level.ROW, _field("sku")),
    "VARIANT_WEIGHT": Column("variant weight", CellKind.BARE, Level.ROW, _field("weight")),
    "VARIANT_MEDIA": Column("variant media", CellKind.TEXT, Level.ROW, _field("media")),
}
CHANNEL_HEADERS: Final = (
    "product currency code",
    "published",
    "publication date",
    "published at",
    "searchable",
    "available for purchase",
    "price amount",
    "variant currency code",
    "variant cost price",
    "variant preorder quantity threshold",
)
# How many of the headers above are filled from the product's listing; the variant's fills the rest.
_OF_PRODUCT: Final = 6
# Cells that people did not type as text: a minus sign there is a number's.
_TYPED_INPUTS: Final = frozenset({"NUMERIC", "BOOLEAN", "DATE", "DATE_TIME", "REFERENCE"})
_EMPTY: Final[Mapping[str, Any]] = {}


def product_columns(request: ExportRequest, reference: Reference) -> list[AnyColumn]:
    """`id`, the fields in the order asked, then attributes, warehouses and channels, each sorted by slug."""
    chosen = request.parameters
    return [
        ID,
        *(FIELDS[field] for field in chosen.get("fields") or ()),
        *attribute_columns(reference.chosen("attributes", chosen.get("attributes"))),
        *(warehouse_column(w["slug"]) for w in reference.chosen("warehouses", chosen.get("warehouses"))),
        *(
            column
            for c in reference.chosen("channels", chosen.get("channels"))
            for column in channel_columns(c["slug"])
        ),
    ]


def attribute_columns(attributes: Sequence[Document]) -> list[AnyColumn]:
    """All columns of product attributes, then all of variant attributes; one used in both roles has two."""
    return [
        *(_attribute_column(a, "product attribute", Level.RECORD) for a in attributes if a["of_products"]),
        *(_attribute_column(a, "variant attribute", Level.ROW) for a in attributes if a["of_variants"]),
    ]


def _attribute_column(attribute: Document, role: str, level: Level) -> Column:
    slug = attribute["slug"]
    kind = CellKind.VALUE if attribute["input_type"] in _TYPED_INPUTS else CellKind.TEXT
    return Column(f"{slug} ({role})", kind, level, lambda document: document.get("attributes", _EMPTY).get(slug, ""))


def warehouse_column(slug: str) -> Column:
    """The stock quantity there, None without a stock row."""
    return Column(
        f"{slug} (warehouse quantity)",
        CellKind.NUMBER,
        Level.ROW,
        lambda variant: variant.get("stocks", _EMPTY).get(slug),
    )


def channel_columns(slug: str) -> tuple[ColumnGroup, ColumnGroup]:
    """Six columns from the product's listing in the channel and four from the variant's."""
    headers = tuple(f"{slug} (channel {name})" for name in CHANNEL_HEADERS)
    unlisted = ("",) * _OF_PRODUCT
    unlisted_variant = ("",) * (len(headers) - _OF_PRODUCT)

    def of_product(product: Document) -> Sequence[str]:
        listing = product.get("listings", _EMPTY).get(slug)
        if listing is None:
            return unlisted
        currency, published, published_at, searchable, available_at = listing
        # "publication date" and "published at" hold the same value.
        return (currency, published, published_at, published_at, searchable, available_at)

    def of_variant(variant: Document) -> Sequence[str]:
        found: Sequence[str] = variant.get("listings", _EMPTY).get(slug, unlisted_variant)
        return found

    return (
        ColumnGroup(headers[:_OF_PRODUCT], Level.RECORD, of_product),
        ColumnGroup(headers[_OF_PRODUCT:], Level.ROW, of_variant),
    )


def _predicate(request: ExportRequest, reference: Reference, now: datetime) -> Predicate | None:
    if request.scope is not Scope.FILTER:
        return None
    channels = reference.chosen("channels", request.parameters.get("channels"))
    context = product_filters.make_context(reference, channels[0] if len(channels) == 1 else None, now)
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
