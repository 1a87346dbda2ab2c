"""The node of a product, as Saleor's API shows it: the fields that exports and filters read."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Final, Literal

import msgspec

from chalicelib.catalog.field_types import (
    Amount,
    AttributeId,
    CategoryId,
    ChannelId,
    CollectionId,
    Currency,
    GlobalId,
    Moment,
    ProductId,
    ProductTypeId,
    ProductVariantId,
    RichText,
    WarehouseId,
    WholeNumber,
)
from chalicelib.catalog.nodes import (
    InputType,
    MeasurementUnit,
    MetadataItem,
    Money,
    Node,
    Reference,
    WeightUnit,
)

# `float` also reads nan, infinity and 1_000, which no cell of Saleor shows.
# Saleor keeps a number as it was typed, so `.5` and `1.` are numbers.
_is_numeral: Final = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?").fullmatch
# A value of these input types is in a field of its own. Its name differs: "Waterproof: No" for
# False.
_TYPED_FIELDS: Final = {
    "BOOLEAN": "boolean",
    "DATE": "date",
    "DATE_TIME": "date_time",
    "REFERENCE": "reference",
}


class Weight(Node, frozen=True):
    """A weight in a unit of its own."""

    unit: WeightUnit
    value: Annotated[float, msgspec.Meta(ge=0, lt=10**12)]


class Media(Node, frozen=True):
    """An image of the shop, or a video elsewhere."""

    type: Literal["IMAGE", "VIDEO"]
    url: str


class File(Node, frozen=True):
    """An uploaded file."""

    url: str


class AttributeValue(Node, frozen=True, kw_only=True):
    """A value of an attribute. The attribute's input type decides which fields count."""

    name: str | None
    slug: str | None
    value: str | None
    reference: GlobalId | None
    file: File | None
    rich_text: RichText | None
    boolean: bool | None
    date: date | None
    date_time: Moment | None
    plain_text: str | None = None


class AssignedAttribute(Reference, frozen=True):
    """The attribute of a value, as a product shows it."""

    id: AttributeId
    input_type: InputType
    unit: MeasurementUnit | None


class Assignment(Node, frozen=True):
    """An attribute of a product or variant with its values."""

    attribute: AssignedAttribute
    values: list[AttributeValue]

    def __post_init__(self) -> None:
        for value in self.values:
            _check_value(self.attribute.input_type, value)


class Channel(Reference, frozen=True):
    """The channel of a listing."""

    id: ChannelId
    currency_code: Currency


class ProductListing(Node, frozen=True, kw_only=True):
    """A product in a channel."""

    channel: Channel
    is_published: bool
    published_at: Moment | None
    visible_in_listings: bool
    available_for_purchase_at: Moment | None
    discounted_price: Money | None


class PreorderThreshold(Node, frozen=True):
    """The limit of preorders in a channel."""

    quantity: WholeNumber | None


class VariantListing(Node, frozen=True):
    """A variant in a channel."""

    channel: Channel
    price: Money | None
    cost_price: Money | None
    preorder_threshold: PreorderThreshold | None


class Warehouse(Reference, frozen=True):
    """What a stock says of its warehouse."""

    id: WarehouseId


class Stock(Node, frozen=True):
    """The stock of a variant in a warehouse."""

    warehouse: Warehouse
    quantity: WholeNumber
    quantity_allocated: WholeNumber
    quantity_reserved: WholeNumber | None = None

    @property
    def taken(self) -> int:
        """Return the quantity that orders and checkouts have taken."""
        return self.quantity_allocated + (self.quantity_reserved or 0)


class Preorder(Node, frozen=True):
    """A preorder, which ends at `end_date` if that is not None."""

    end_date: Moment | None


class TaxClass(Node, frozen=True):
    """A class of taxes."""

    name: str


class Translation(Node, frozen=True, kw_only=True):
    """The texts of a product in one language."""

    name: str | None = None
    slug: str | None = None
    description: RichText | None = None
    seo_title: str | None = None
    seo_description: str | None = None


class VariantTranslation(Node, frozen=True, kw_only=True):
    """The name of a variant in one language."""

    name: str | None = None


class Variant(Node, frozen=True, kw_only=True):
    """A variant of a product."""

    id: ProductVariantId
    name: str
    sku: str | None
    weight: Weight | None
    media: list[Media]
    attributes: list[Assignment]
    stocks: list[Stock]
    channel_listings: list[VariantListing]
    preorder: Preorder | None
    created: Moment | None = None
    updated_at: Moment | None = None
    external_reference: str | None = None
    metadata: tuple[MetadataItem, ...] = ()
    translations: Mapping[str, VariantTranslation | None] = {}

    def __post_init__(self) -> None:
        _check_unique("attribute", (one.attribute.id for one in self.attributes))
        _check_unique("stock in warehouse", (stock.warehouse.id for stock in self.stocks))
        _check_unique("listing in channel", (one.channel.id for one in self.channel_listings))


class ProductType(Reference, frozen=True):
    """The type of a product."""

    id: ProductTypeId


class Category(Reference, frozen=True):
    """The category of a product."""

    id: CategoryId


class Collection(Reference, frozen=True):
    """A collection of a product."""

    id: CollectionId


class ProductNode(Node, frozen=True, kw_only=True):
    """A product with its variants."""

    id: ProductId
    name: str
    slug: str
    description: RichText | None
    updated_at: Moment
    weight: Weight | None
    product_type: ProductType
    category: Category | None
    created: Moment | None = None
    rating: Amount | None = None
    seo_title: str | None = None
    seo_description: str | None = None
    external_reference: str | None = None
    tax_class: TaxClass | None = None
    metadata: tuple[MetadataItem, ...] = ()
    translations: Mapping[str, Translation | None] = {}
    collections: list[Collection]
    media: list[Media]
    attributes: list[Assignment]
    channel_listings: list[ProductListing]
    variants: list[Variant]

    def __post_init__(self) -> None:
        _check_unique("attribute", (one.attribute.id for one in self.attributes))
        _check_unique("listing in channel", (one.channel.id for one in self.channel_listings))
        _check_unique("variant", (variant.id for variant in self.variants))


def _check_unique(what: str, keys: Iterable[str]) -> None:
    """Raise ValueError if a key comes twice: one of the two would be lost."""
    seen: set[str] = set()
    for key in keys:
        # A map by slug would keep the last of two, and a value would vanish without a trace.
        if key in seen:
            raise ValueError(f"has the {what} {key!r} twice")
        seen.add(key)


def _check_value(input_type: str, value: AttributeValue) -> None:
    """Raise ValueError for a value that says nothing in the field of its input type."""
    field = _TYPED_FIELDS.get(input_type)
    if field and getattr(value, field) is None:
        raise ValueError(f"has a {input_type} value whose `{field}` is null")
    if input_type == "NUMERIC" and not _is_number(value.name):
        raise ValueError(f"has a NUMERIC value that is not a number: {value.name!r}")


def _is_number(text: str | None) -> bool:
    return bool(text and _is_numeral(text) and math.isfinite(float(text)))
