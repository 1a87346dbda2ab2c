"""The nodes of the small kinds, of gift cards and of vouchers, as Saleor's API shows them.

A node has the fields that are stored or checked. Further fields are allowed and ignored.
"""

from __future__ import annotations

from datetime import date
from typing import Generic, Literal, TypeVar

import msgspec

from chalicelib.catalog.field_types import (
    Amount,
    AttributeId,
    CategoryId,
    ChannelId,
    CollectionId,
    Currency,
    GiftCardId,
    Moment,
    ProductId,
    ProductTypeId,
    UserId,
    VoucherCodeId,
    VoucherId,
    WarehouseId,
    WholeNumber,
)

InputType = Literal[
    "BOOLEAN", "DATE", "DATE_TIME", "DROPDOWN", "FILE", "MULTISELECT", "NUMERIC", "PLAIN_TEXT",
    "REFERENCE", "RICH_TEXT", "SINGLE_REFERENCE", "SWATCH",
]  # fmt: skip
EntityType = Literal["CATEGORY", "COLLECTION", "PAGE", "PRODUCT", "PRODUCT_VARIANT"]
# The units of MeasurementUnitsEnum: a number's cell shows its unit.
MeasurementUnit = Literal[
    "ACRE_FT", "ACRE_IN", "CM", "CUBIC_CENTIMETER", "CUBIC_DECIMETER", "CUBIC_FOOT", "CUBIC_INCH",
    "CUBIC_METER", "CUBIC_MILLIMETER", "CUBIC_YARD", "DM", "FL_OZ", "FT", "G", "INCH", "KG", "KM",
    "LB", "LITER", "M", "MM", "OZ", "PINT", "QT", "SQ_CM", "SQ_DM", "SQ_FT", "SQ_INCH", "SQ_KM",
    "SQ_M", "SQ_MM", "SQ_YD", "TONNE", "YD",
]  # fmt: skip
WeightUnit = Literal["KG", "G", "LB", "OZ", "TONNE"]
T = TypeVar("T")


# Saleor adds fields with every version, so unknown ones are ignored.
class Node(msgspec.Struct, frozen=True, rename="camel"):
    """An object of Saleor's API."""


class Reference(Node, frozen=True, kw_only=True):
    """What a node says of another record beside its id.

    Exports take names from the dictionaries. Here they only have to be of their type: a number is a
    fault of whatever wrote the file.
    """

    name: str = ""
    slug: str = ""


class Edge(Node, Generic[T], frozen=True):
    """An item of a connection."""

    node: T


class Connection(Node, Generic[T], frozen=True):
    """A Relay connection."""

    edges: list[Edge[T]]


class MetadataItem(Node, frozen=True):
    """A key of metadata and its value."""

    key: str
    value: str


class ShopNode(Node, frozen=True):
    """The shop itself."""

    name: str
    default_weight_unit: WeightUnit | None


class ProductTypeReference(Reference, frozen=True):
    """The id of a product type."""

    id: ProductTypeId


class AttributeNode(Node, frozen=True):
    """An attribute, and the product types that have it for products and for variants."""

    id: AttributeId
    name: str
    slug: str
    input_type: InputType
    entity_type: EntityType | None
    unit: MeasurementUnit | None
    product_types: Connection[ProductTypeReference]
    product_variant_types: Connection[ProductTypeReference]


class CategoryReference(Reference, frozen=True):
    """The id of a category."""

    id: CategoryId


class CategoryNode(Node, frozen=True):
    """A category and those above it."""

    id: CategoryId
    name: str
    slug: str
    ancestors: Connection[CategoryReference]


class WarehouseReference(Reference, frozen=True):
    """The id of a warehouse."""

    id: WarehouseId


class ChannelReference(Reference, frozen=True):
    """The id of a channel."""

    id: ChannelId


class ChannelNode(Node, frozen=True):
    """A channel and the warehouses that serve it."""

    id: ChannelId
    name: str
    slug: str
    currency_code: Currency
    is_active: bool
    warehouses: list[WarehouseReference]


class CollectionNode(Node, frozen=True):
    """A collection."""

    id: CollectionId
    name: str
    slug: str


class ProductTypeNode(Node, frozen=True):
    """A product type."""

    id: ProductTypeId
    name: str
    slug: str
    kind: Literal["NORMAL", "GIFT_CARD"]


class ShippingZone(Node, frozen=True):
    """A shipping zone and its channels."""

    channels: list[ChannelReference]


class WarehouseNode(Node, frozen=True):
    """A warehouse and the zones it ships to."""

    id: WarehouseId
    name: str
    slug: str
    is_private: bool
    click_and_collect_option: Literal["DISABLED", "LOCAL", "ALL"]
    shipping_zones: Connection[ShippingZone]


class UserReference(Node, frozen=True):
    """The id of a user."""

    id: UserId


class ProductReference(Node, frozen=True):
    """A product that others name."""

    id: ProductId
    name: str | None = None


class Tag(Node, frozen=True):
    """A tag of a gift card."""

    name: str


class Money(Node, frozen=True):
    """An amount in some currency, which a listing has from its channel."""

    amount: Amount
    currency: str = ""


class Balance(Node, frozen=True):
    """An amount and its currency."""

    amount: Amount
    currency: str


class GiftCardNode(Node, frozen=True, kw_only=True):
    """A gift card."""

    id: GiftCardId
    code: str
    is_active: bool
    expiry_date: date | None
    last_used_on: Moment | None
    created_by_email: str | None
    used_by_email: str | None
    used_by: UserReference | None
    assigned_to: UserReference | None = None
    assigned_to_email: str | None = None
    product: ProductReference | None
    tags: list[Tag]
    initial_balance: Balance
    current_balance: Balance
    created: Moment | None = None
    metadata: tuple[MetadataItem, ...] = ()

    @property
    def is_used(self) -> bool:
        """Return whether the card was used.

        The API shows the e-mail address of an owner as `usedByEmail` too. A used card has a time of
        use, or an address without an owner.
        """
        return self.last_used_on is not None or (
            self.used_by_email is not None and self.used_by is None
        )


class VoucherCodeNode(Node, frozen=True):
    """A code of a voucher."""

    id: VoucherCodeId
    code: str
    created_at: Moment
    is_active: bool
    used: WholeNumber | None = None


class VoucherNode(Node, frozen=True):
    """A voucher and its codes."""

    id: VoucherId
    name: str | None
    codes: list[VoucherCodeNode]
    usage_limit: WholeNumber | None = None
