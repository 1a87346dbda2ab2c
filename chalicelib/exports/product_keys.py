"""The columns of products by key. Those of the contract's inputs are among them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from chalicelib.catalog import kinds
from chalicelib.catalog.dictionaries import Dictionaries
from chalicelib.catalog.rich_text import plain_text
from chalicelib.catalog.versions import BY_ID
from chalicelib.exports.column_keys import ColumnKeys, Family
from chalicelib.exports.columns import (
    FACTS,
    NAME_WIDTH,
    TEXT_WIDTH,
    Column,
    Join,
    Level,
    Path,
    SpokenHeader,
)
from chalicelib.exports.product_columns import (
    FIELDS,
    ID,
    attribute_column,
    channel_columns,
    field_column,
    warehouse_column,
)
from chalicelib.exports.translation_keys import TRANSLATIONS
from chalicelib.formats.cells import CellKind, CellType

_RATING: Final = Join(float, lambda rating: f"{rating:g}" if rating != "" else "")


def _fact(
    header: str, spoken: str, name: str, cell_type: CellType = CellType.TEXT, **given: Any
) -> Column:
    """Return a column of a product's facts."""
    return _column(header, SpokenHeader(spoken), Level.RECORD, (FACTS, name), cell_type, **given)


def _variant_fact(
    header: str, spoken: str, name: str, cell_type: CellType = CellType.TEXT
) -> Column:
    return _column(header, SpokenHeader(spoken), Level.ROW_FACT, (name,), cell_type)


def _column(
    header: str,
    spoken: SpokenHeader,
    level: Level,
    path: Path,
    cell_type: CellType = CellType.TEXT,
    join: Join | None = None,
    width: int = 0,
) -> Column:
    kind = CellKind.TEXT if cell_type is CellType.TEXT else CellKind.BARE
    return Column(
        header, kind, level, path, BY_ID, type=cell_type, join=join, spoken=spoken, width=width
    )


def _metadata(spoken: str, level: Level, path: Path) -> Family:
    def make(key: str) -> Column:
        return _column(f"{key} (metadata)", SpokenHeader(spoken, key, key), level, (*path, key))

    return Family(make)


def _attributes(role: str) -> Family:
    level = Level.RECORD if role == "product" else Level.ROW
    return Family(
        lambda attribute: attribute_column(attribute, f"{role} attribute", level),
        kinds.ATTRIBUTES,
        lambda attribute: bool(attribute[f"of_{role}s"]),
    )


def _channels(header: str) -> Family:
    """Return the columns with this header of the contract, one for each channel."""

    def make(channel: Mapping[str, Any]) -> Column:
        named = f"{channel['slug']} (channel {header})"
        return next(one for one in channel_columns(channel) if one.header == named)

    return Family(make, kinds.CHANNELS)


_FIXED: Final[Mapping[str, Column]] = {
    "product.id": ID,
    "product.name": FIELDS["NAME"],
    "product.slug": _fact("slug", "Slug", "slug"),
    "product.description": FIELDS["DESCRIPTION"],
    "product.description.text": replace(
        FIELDS["DESCRIPTION"], header="description text", join=Join(str, plain_text)
    ),
    "product.type": FIELDS["PRODUCT_TYPE"],
    "product.category": FIELDS["CATEGORY"],
    "product.collections": FIELDS["COLLECTIONS"],
    "product.weight": FIELDS["PRODUCT_WEIGHT"],
    "product.charge_taxes": FIELDS["CHARGE_TAXES"],
    "product.images": FIELDS["PRODUCT_MEDIA"],
    "product.seo.title": _fact("seo title", "SEO title", "seo_title", width=NAME_WIDTH),
    "product.seo.description": _fact(
        "seo description", "SEO description", "seo_description", width=TEXT_WIDTH
    ),
    "product.rating": _fact("rating", "Rating", "rating", CellType.FLOAT, join=_RATING),
    "product.created": _fact("created", "Created", "created_at", CellType.DATE_TIME),
    "product.updated": _fact("updated", "Last changed", "updated_at", CellType.DATE_TIME),
    "product.tax_class": _fact("tax class", "Tax class", "tax_class"),
    "product.external_reference": _fact(
        "external reference", "External reference", "external_reference"
    ),
    "variant.id": FIELDS["VARIANT_ID"],
    "variant.name": _variant_fact("variant name", "Variant", "name"),
    "variant.sku": FIELDS["VARIANT_SKU"],
    "variant.weight": FIELDS["VARIANT_WEIGHT"],
    "variant.images": FIELDS["VARIANT_MEDIA"],
    "variant.created": _variant_fact(
        "variant created", "Variant created", "created_at", CellType.DATE_TIME
    ),
    "variant.updated": _variant_fact(
        "variant updated", "Variant last changed", "updated_at", CellType.DATE_TIME
    ),
    "variant.external_reference": _variant_fact(
        "variant external reference", "External reference of the variant", "external_reference"
    ),
    "variant.stock.total": Column(
        "total stock",
        CellKind.NUMBER,
        Level.ROW_FACT,
        ("stock",),
        BY_ID,
        type=CellType.NUMBER,
        spoken=SpokenHeader("Total stock"),
    ),
}
_FAMILIES: Final[Mapping[str, Family]] = {
    "product.attribute": _attributes("product"),
    "variant.attribute": _attributes("variant"),
    "product.metadata": _metadata("{}", Level.RECORD, (FACTS, "metadata")),
    "variant.metadata": _metadata("{} (variant)", Level.ROW_FACT, ("metadata",)),
    "variant.stock": Family(warehouse_column, kinds.WAREHOUSES),
    "variant.price": _channels("price amount"),
    "variant.cost": _channels("variant cost price"),
    "variant.currency": _channels("variant currency code"),
    "variant.preorder_threshold": _channels("variant preorder quantity threshold"),
    "product.currency": _channels("product currency code"),
    "product.published": _channels("published"),
    "product.publication_date": _channels("publication date"),
    "product.published_at": _channels("published at"),
    "product.searchable": _channels("searchable"),
    "product.available_at": _channels("available for purchase"),
}


class _ProductKeys(ColumnKeys):
    """The keys of products, whose names are joined from the dictionaries."""

    __slots__ = ()

    def find(self, key: str, dictionaries: Dictionaries) -> Column | None:
        found = ColumnKeys.find(self, key, dictionaries)
        return found and field_column(found, dictionaries)


PRODUCT_KEYS: Final = _ProductKeys(_FIXED, {**_FAMILIES, **TRANSLATIONS})
