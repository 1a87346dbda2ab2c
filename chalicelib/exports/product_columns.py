"""The columns of a product's export, as the contract orders and names them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

from chalicelib.catalog import kinds
from chalicelib.catalog.cell_texts import set_text
from chalicelib.catalog.dictionaries import Dictionaries
from chalicelib.catalog.kinds import key_of
from chalicelib.catalog.listings import ProductListing, VariantListing, place_of
from chalicelib.catalog.versions import BY_ID
from chalicelib.domain.request import ExportRequest
from chalicelib.exports.columns import (
    NAME_WIDTH,
    TEXT_WIDTH,
    Column,
    Join,
    Level,
    Path,
    SpokenHeader,
)
from chalicelib.formats.cells import CellKind, CellType

# Saleor has this column and leaves it empty.
NOWHERE: Final = ("charge_taxes",)
ID: Final = Column("id", CellKind.BARE, Level.RECORD, ("id",), spoken=SpokenHeader("Product ID"))
# Stored as numbers. `field_column` joins the names.
NUMBER: Final = Join(int | str, str)
NUMBERS: Final = Join(tuple[int, ...], str)
FIELDS: Final[Mapping[str, Column]] = {
    "NAME": Column(
        "name",
        CellKind.TEXT,
        Level.RECORD,
        ("name",),
        spoken=SpokenHeader("Product name"),
        width=NAME_WIDTH,
    ),
    "DESCRIPTION": Column(
        "description",
        CellKind.TEXT,
        Level.RECORD,
        ("description",),
        spoken=SpokenHeader("Description"),
        width=TEXT_WIDTH,
    ),
    "PRODUCT_TYPE": Column(
        "product type",
        CellKind.TEXT,
        Level.RECORD,
        ("product_type",),
        BY_ID,
        join=NUMBER,
        spoken=SpokenHeader("Product type"),
    ),
    "CATEGORY": Column(
        "category",
        CellKind.TEXT,
        Level.RECORD,
        ("category",),
        BY_ID,
        join=NUMBER,
        spoken=SpokenHeader("Category"),
    ),
    "PRODUCT_WEIGHT": Column(
        "product weight",
        CellKind.BARE,
        Level.RECORD,
        ("weight",),
        spoken=SpokenHeader("Product weight"),
    ),
    "COLLECTIONS": Column(
        "collections",
        CellKind.TEXT,
        Level.RECORD,
        ("collections",),
        BY_ID,
        join=NUMBERS,
        spoken=SpokenHeader("Collections"),
    ),
    "CHARGE_TAXES": Column(
        "charge taxes", CellKind.BARE, Level.RECORD, NOWHERE, spoken=SpokenHeader("Charge taxes")
    ),
    "PRODUCT_MEDIA": Column(
        "product media",
        CellKind.TEXT,
        Level.RECORD,
        ("media",),
        spoken=SpokenHeader("Product images"),
    ),
    "VARIANT_ID": Column(
        "variant id", CellKind.BARE, Level.ROW, ("id",), spoken=SpokenHeader("Variant ID")
    ),
    "VARIANT_SKU": Column(
        "variant sku", CellKind.TEXT, Level.ROW, ("sku",), spoken=SpokenHeader("SKU")
    ),
    "VARIANT_WEIGHT": Column(
        "variant weight",
        CellKind.BARE,
        Level.ROW,
        ("weight",),
        spoken=SpokenHeader("Variant weight"),
    ),
    "VARIANT_MEDIA": Column(
        "variant media", CellKind.TEXT, Level.ROW, ("media",), spoken=SpokenHeader("Variant images")
    ),
}
# The fields whose cell is a name of another record: its dictionary and which of its names.
_NAMED: Final[Mapping[Path, tuple[str, str]]] = {
    ("product_type",): (kinds.PRODUCT_TYPES, "name"),
    ("category",): (kinds.CATEGORIES, "slug"),
}
# Products share few sets of collections.
MAX_SETS_REMEMBERED: Final = 10_000
_PUBLISHED_AT: Final = place_of(ProductListing, "published_at")
# Each column of a channel: its header, the one for people, its level, the field of the listing and
# the type. Saleor fills the two dates alike.
_CHANNEL_COLUMNS: Final = (
    (
        "product currency code",
        "Product currency ({})",
        Level.RECORD,
        place_of(ProductListing, "currency"),
        CellType.TEXT,
    ),
    (
        "published",
        "Published ({})",
        Level.RECORD,
        place_of(ProductListing, "is_published"),
        CellType.BOOLEAN,
    ),
    ("publication date", "Publication date ({})", Level.RECORD, _PUBLISHED_AT, CellType.DATE_TIME),
    ("published at", "Published since ({})", Level.RECORD, _PUBLISHED_AT, CellType.DATE_TIME),
    (
        "searchable",
        "In search results ({})",
        Level.RECORD,
        place_of(ProductListing, "is_searchable"),
        CellType.BOOLEAN,
    ),
    (
        "available for purchase",
        "Available from ({})",
        Level.RECORD,
        place_of(ProductListing, "available_at"),
        CellType.DATE_TIME,
    ),
    ("price amount", "Price ({})", Level.ROW, place_of(VariantListing, "price"), CellType.MONEY),
    (
        "variant currency code",
        "Currency ({})",
        Level.ROW,
        place_of(VariantListing, "currency"),
        CellType.TEXT,
    ),
    (
        "variant cost price",
        "Cost price ({})",
        Level.ROW,
        place_of(VariantListing, "cost"),
        CellType.MONEY,
    ),
    (
        "variant preorder quantity threshold",
        "Preorder limit ({})",
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


def product_columns(request: ExportRequest, dictionaries: Dictionaries) -> list[Column]:
    """Return `id`, the fields as asked, then attributes, warehouses and channels by slug."""
    chosen = request.parameters
    return [
        ID,
        *(field_column(FIELDS[field], dictionaries) for field in chosen.get("fields") or ()),
        *attribute_columns(dictionaries.chosen("attributes", chosen.get("attributes"))),
        *(warehouse_column(w) for w in dictionaries.chosen("warehouses", chosen.get("warehouses"))),
        *(
            column
            for c in dictionaries.chosen("channels", chosen.get("channels"))
            for column in channel_columns(c)
        ),
    ]


def field_column(column: Column, dictionaries: Dictionaries) -> Column:
    """Return the column of a field with the names that it shows; other columns unchanged."""
    if column.path in _NAMED:
        return replace(column, join=_name_join(dictionaries.names(*_NAMED[column.path])))
    if column.path == ("collections",):
        return replace(column, join=_collections_join(dictionaries))
    return column


def _name_join(names: Mapping[Any, str]) -> Join:
    return replace(NUMBER, write=names.__getitem__)


def _collections_join(dictionaries: Dictionaries) -> Join:
    slugs = dictionaries.names(kinds.COLLECTIONS, "slug")

    @lru_cache(MAX_SETS_REMEMBERED)
    def text(numbers: tuple[int, ...]) -> str:
        return set_text(slugs[number] for number in numbers)

    return replace(NUMBERS, write=text)


def attribute_columns(attributes: Sequence[Mapping[str, Any]]) -> list[Column]:
    """Return columns for product attributes, then for variant attributes.

    An attribute may be both.
    """
    return [
        *(
            attribute_column(a, "product attribute", Level.RECORD)
            for a in attributes
            if a["of_products"]
        ),
        *(
            attribute_column(a, "variant attribute", Level.ROW)
            for a in attributes
            if a["of_variants"]
        ),
    ]


def attribute_column(attribute: Mapping[str, Any], role: str, level: Level) -> Column:
    """Return the column of an attribute in one of its roles."""
    cell_type = _TYPED_INPUTS.get(attribute["input_type"])
    # An attribute of both may have two columns.
    is_second = level is Level.ROW and attribute["of_products"]
    return Column(
        f"{attribute['slug']} ({role})",
        CellKind.VALUE if cell_type else CellKind.TEXT,
        level,
        ("attributes", key_of(attribute["id"])),
        BY_ID,
        type=cell_type or CellType.TEXT,
        spoken=SpokenHeader.of("{} (variant)" if is_second else "{}", attribute),
    )


def warehouse_column(warehouse: Mapping[str, Any]) -> Column:
    """Return the column of the quantity in a warehouse; the cell is empty without a stock row."""
    return Column(
        f"{warehouse['slug']} (warehouse quantity)",
        CellKind.NUMBER,
        Level.ROW,
        ("stocks", key_of(warehouse["id"])),
        BY_ID,
        type=CellType.NUMBER,
        spoken=SpokenHeader.of("Stock: {}", warehouse),
    )


def channel_columns(channel: Mapping[str, Any]) -> list[Column]:
    """Return six columns of the product's listing in a channel and four of the variant's."""
    slug, key = channel["slug"], key_of(channel["id"])
    return [
        Column(
            f"{slug} (channel {header})",
            CellKind.BARE,
            level,
            ("listings", key, place),
            BY_ID,
            type=cell_type,
            currency=channel.get("currency", ""),
            spoken=SpokenHeader.of(spoken, channel),
        )
        for header, spoken, level, place, cell_type in _CHANNEL_COLUMNS
    ]
