"""The records of every kind, made from Saleor's nodes.

Whatever writes the catalogue begins here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Final

from chalicelib.catalog import kinds, nodes
from chalicelib.catalog.node_reader import read_node
from chalicelib.catalog.product_document import Document, metadata, product_document
from chalicelib.catalog.product_nodes import ProductNode


@dataclass(frozen=True, slots=True)
class CatalogRecord:
    """One record to store."""

    kind: str
    number: int
    document: Document

    @property
    def variant_numbers(self) -> list[int]:
        """Return the numbers of the variants of a product."""
        facts = self.document.get("facts", {})
        return [variant["number"] for variant in facts.get("variants", ())]


# The type of a kind's nodes, and the function that makes the records of a node.
RecordMaker = tuple[type[Any], Callable[[Any], Iterator[CatalogRecord]]]


def records_of(
    kind: str, plain: Any, makers: Mapping[str, RecordMaker] | None = None
) -> Iterator[CatalogRecord]:
    """Yield the records of a node of this kind, given as plain JSON values.

    InvalidNode if it is not one.
    """
    node_type, make_records = (makers or RECORD_MAKERS)[kind]
    yield from make_records(read_node(node_type, plain))


def _shop(shop: nodes.ShopNode) -> Iterator[CatalogRecord]:
    document = {
        "id": "shop",
        "number": 1,
        "name": shop.name,
        "weight_unit": shop.default_weight_unit,
    }
    yield CatalogRecord(kinds.SHOP, 1, document)


def _attribute(attribute: nodes.AttributeNode) -> Iterator[CatalogRecord]:
    document = _named(attribute) | {
        "input_type": attribute.input_type,
        "entity_type": attribute.entity_type,
        "unit": attribute.unit,
        "of_products": bool(attribute.product_types.edges),
        "of_variants": bool(attribute.product_variant_types.edges),
        "product_types": _numbers(attribute.product_types),
        "variant_types": _numbers(attribute.product_variant_types),
    }
    yield CatalogRecord(kinds.ATTRIBUTES, attribute.id.number, document)


def _numbers(types: nodes.Connection[nodes.ProductTypeReference]) -> list[int]:
    return sorted(edge.node.id.number for edge in types.edges)


def _category(category: nodes.CategoryNode) -> Iterator[CatalogRecord]:
    ancestors = [edge.node.id.number for edge in category.ancestors.edges]
    document = _named(category) | {"ancestor_numbers": ancestors}
    yield CatalogRecord(kinds.CATEGORIES, category.id.number, document)


def _channel(channel: nodes.ChannelNode) -> Iterator[CatalogRecord]:
    document = _named(channel) | {
        "currency": channel.currency_code,
        "is_active": channel.is_active,
        "warehouses": [warehouse.id for warehouse in channel.warehouses],
    }
    yield CatalogRecord(kinds.CHANNELS, channel.id.number, document)


def _collection(collection: nodes.CollectionNode) -> Iterator[CatalogRecord]:
    yield CatalogRecord(kinds.COLLECTIONS, collection.id.number, _named(collection))


def _product_type(product_type: nodes.ProductTypeNode) -> Iterator[CatalogRecord]:
    document = _named(product_type) | {"kind": product_type.kind}
    yield CatalogRecord(kinds.PRODUCT_TYPES, product_type.id.number, document)


def _warehouse(warehouse: nodes.WarehouseNode) -> Iterator[CatalogRecord]:
    zones = [edge.node for edge in warehouse.shipping_zones.edges]
    document = {
        "id": warehouse.id,
        "name": warehouse.name,
        "slug": warehouse.slug,
        "is_private": warehouse.is_private,
        "click_and_collect": warehouse.click_and_collect_option != "DISABLED",
        "zone_channels": sorted({channel.id for zone in zones for channel in zone.channels}),
    }
    yield CatalogRecord(kinds.WAREHOUSES, kinds.hashed_number(warehouse.id), document)


def _product(product: ProductNode) -> Iterator[CatalogRecord]:
    yield CatalogRecord(kinds.PRODUCTS, product.id.number, product_document(product))


def _gift_card(card: nodes.GiftCardNode) -> Iterator[CatalogRecord]:
    document = {
        "id": card.id,
        "number": card.id.number,
        "code": card.code,
        "is_active": card.is_active,
        "expires_on": card.expiry_date and card.expiry_date.isoformat(),
        "used": card.is_used,
        "created_by_email": card.created_by_email,
        "used_by_number": card.used_by and card.used_by.id.number,
        "assigned_to_number": card.assigned_to and card.assigned_to.id.number,
        "assigned_to_email": card.assigned_to_email,
        "product_number": card.product and card.product.id.number,
        "product": card.product.name or card.product.id if card.product else "",
        "created_at": card.created or "",
        "last_used_at": card.last_used_on or "",
        "tags": [tag.name for tag in card.tags],
        "currency": card.initial_balance.currency,
        "initial_balance": card.initial_balance.amount,
        "current_balance": card.current_balance.amount,
        "metadata": metadata(card.metadata),
    }
    yield CatalogRecord(kinds.GIFT_CARDS, card.id.number, document)


def _voucher(voucher: nodes.VoucherNode) -> Iterator[CatalogRecord]:
    """Yield the voucher, and each code twice: among the codes of its voucher, and by id."""
    number = voucher.id.number
    document = {"id": voucher.id, "name": voucher.name or "", "number": number}
    yield CatalogRecord(kinds.VOUCHERS, number, document | {"codes": len(voucher.codes)})
    numbered = [(kinds.number_of_uuid(code.id.uuid), code) for code in voucher.codes]
    numbered.sort(key=itemgetter(0))
    for position, (by_id, code) in enumerate(numbered, start=1):
        document = _voucher_code(code, voucher)
        # Numbered by position, the codes fill whole buckets. UUIDs would need a bucket for each
        # code.
        yield CatalogRecord(kinds.voucher_codes_kind(number), position, document)
        yield CatalogRecord(kinds.VOUCHER_CODES_BY_ID, by_id, document)


def _voucher_code(code: nodes.VoucherCodeNode, voucher: nodes.VoucherNode) -> Document:
    limit = voucher.usage_limit
    return {
        "voucher": voucher.name or "",
        "used": code.used,
        # A voucher limits each of its codes.
        "uses_left": None if limit is None or code.used is None else max(0, limit - code.used),
        "id": code.id,
        "code": code.code,
        "created_at": code.created_at,
        "is_active": code.is_active,
        "voucher_number": voucher.id.number,
    }


def _named(
    node: nodes.AttributeNode
    | nodes.CategoryNode
    | nodes.ChannelNode
    | nodes.CollectionNode
    | nodes.ProductTypeNode,
) -> Document:
    return {"id": node.id, "name": node.name, "slug": node.slug, "number": node.id.number}


RECORD_MAKERS: Final[Mapping[str, RecordMaker]] = {
    kinds.SHOP: (nodes.ShopNode, _shop),
    kinds.CHANNELS: (nodes.ChannelNode, _channel),
    kinds.WAREHOUSES: (nodes.WarehouseNode, _warehouse),
    kinds.ATTRIBUTES: (nodes.AttributeNode, _attribute),
    kinds.CATEGORIES: (nodes.CategoryNode, _category),
    kinds.COLLECTIONS: (nodes.CollectionNode, _collection),
    kinds.PRODUCT_TYPES: (nodes.ProductTypeNode, _product_type),
    kinds.PRODUCTS: (ProductNode, _product),
    kinds.GIFT_CARDS: (nodes.GiftCardNode, _gift_card),
    kinds.VOUCHERS: (nodes.VoucherNode, _voucher),
}
