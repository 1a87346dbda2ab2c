"""A product as the catalogue stores it.

The texts of cells are made once, when a record is written: making them with every export took most
of its time. Names of other records are not in them: product type, category and collections are
numbers, and maps are keyed by the `key_of` an attribute, channel or warehouse. So a rename changes
no product. Empty things are left out. Facts that only filters and rare columns read are under
`facts` and stored apart, so that other exports do not read them.

    {"id", "name", "description", "product_type", "category", "weight", "collections", "media",
     "attributes": {attribute: cell}, "listings": {channel: ProductListing},
     "variants": [{"id", "sku", "weight", "media", "attributes": {attribute: cell},
                   "stocks": {warehouse: quantity}, "listings": {channel: VariantListing}}],
     "facts": {"number", "slug", "created_at", "updated_at", "touched_at", "rating", "seo_title",
               "seo_description", "external_reference", "tax_class", "metadata": {key: value},
               "values": {attribute: [{"slug", "name", …}]},
               "discounted": {channel: number},
               "translations": {language: {"name", "slug", "description", "seo_title",
                                           "seo_description"}},
               "variants": [{"number", "name", "created_at", "updated_at", "external_reference",
                             "metadata", "stock", "values", "allocated": {warehouse: quantity},
                             "preorder": {"end_at"}, "translations": {language: {"name"}}}]}}
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from chalicelib.catalog import nodes, product_nodes
from chalicelib.catalog.cell_texts import (
    attribute_text,
    media_text,
    money_text,
    weight_text,
)
from chalicelib.catalog.kinds import key_of
from chalicelib.catalog.listings import ProductListing, VariantListing

Document = dict[str, Any]
Translated = TypeVar("Translated")


def product_document(product: product_nodes.ProductNode) -> Document:
    """Return the document of a product."""
    # Rows of a product come in the order of ids, whatever order the API has today.
    variants = sorted(product.variants, key=lambda variant: variant.id.number)
    facts = _facts(product) | _lean({"variants": list(map(_variant_facts, variants))})
    return _lean(
        {
            "id": product.id,
            "name": product.name,
            "description": description_text(product.description),
            "product_type": product.product_type.id.number,
            "category": product.category.id.number if product.category else None,
            "weight": weight_text(product.weight),
            "collections": sorted(one.id.number for one in product.collections),
            "media": media_text(product.media),
            "attributes": _attribute_cells(product.attributes),
            "listings": {
                key_of(one.channel.id): listing_cells(one) for one in product.channel_listings
            },
            "variants": list(map(_variant, variants)),
            "facts": facts,
        }
    )


def description_text(description: str | None) -> str:
    """Return the description as PostgreSQL prints jsonb, "null" for None."""
    if description is None:
        return "null"
    # PostgreSQL puts a blank after `:` and `,`, as Python's default separators do.
    return json.dumps(json.loads(description), ensure_ascii=False)


def metadata(items: Iterable[nodes.MetadataItem]) -> dict[str, str]:
    """Return the values by key."""
    return {item.key: item.value for item in items}


def _facts(product: product_nodes.ProductNode) -> Document:
    return _lean(
        {
            "number": product.id.number,
            "slug": product.slug,
            "created_at": product.created,
            "rating": product.rating,
            "seo_title": product.seo_title,
            "seo_description": product.seo_description,
            "external_reference": product.external_reference,
            "tax_class": product.tax_class.name if product.tax_class else None,
            "updated_at": product.updated_at,
            "touched_at": _touched_at(product),
            "metadata": metadata(product.metadata),
            "values": _attribute_values(product.attributes),
            "discounted": discounted(product.channel_listings),
            "translations": _translations(product.translations),
        }
    )


def _translations(given: Mapping[str, product_nodes.Translation | None]) -> Document:
    """Return the texts by language, without those that are not translated."""
    return _lean(
        {
            code: _lean(
                {
                    "name": one.name,
                    "slug": one.slug,
                    "description": one.description and description_text(one.description),
                    "seo_title": one.seo_title,
                    "seo_description": one.seo_description,
                }
            )
            for code, one in _present(given)
        }
    )


def _present(given: Mapping[str, Translated | None]) -> Iterator[tuple[str, Translated]]:
    return ((code, one) for code, one in given.items() if one is not None)


def _touched_at(product: product_nodes.ProductNode) -> str | None:
    """Return the latest change of a variant; None unless the product itself is older."""
    times = [one.updated_at for one in product.variants if one.updated_at]
    latest = max(times, key=datetime.fromisoformat, default=product.updated_at)
    newer = datetime.fromisoformat(latest) > datetime.fromisoformat(product.updated_at)
    return latest if newer else None


def changed_in_shop_at(document: Mapping[str, Any]) -> datetime | None:
    """Return when the product, or one of its variants, last changed in the shop.

    None if unknown.
    """
    facts = document.get("facts") or {}
    text = facts.get("touched_at") or facts.get("updated_at")
    return datetime.fromisoformat(text) if text else None


def _variant(variant: product_nodes.Variant) -> Document:
    return _lean(
        {
            "id": variant.id,
            "sku": variant.sku or "",
            "weight": weight_text(variant.weight),
            "media": media_text(variant.media),
            "attributes": _attribute_cells(variant.attributes),
            "stocks": quantities(variant.stocks),
            "listings": {
                key_of(one.channel.id): _variant_listing(one) for one in variant.channel_listings
            },
        }
    )


def _variant_facts(variant: product_nodes.Variant) -> Document:
    return _lean(
        {
            "number": variant.id.number,
            "name": variant.name,
            "created_at": variant.created,
            "updated_at": variant.updated_at,
            "external_reference": variant.external_reference,
            "metadata": metadata(variant.metadata),
            "stock": total_stock(variant.stocks),
            "values": _attribute_values(variant.attributes),
            "allocated": allocated(variant.stocks),
            "translations": _lean(
                {code: {"name": one.name} for code, one in _present(variant.translations)}
            ),
            "preorder": {"end_at": variant.preorder.end_date} if variant.preorder else None,
        }
    )


def discounted(listings: Iterable[product_nodes.ProductListing]) -> dict[str, float]:
    """Return the lowest prices by channel, of those listings that have one."""
    return {
        key_of(one.channel.id): one.discounted_price.amount
        for one in listings
        if one.discounted_price
    }


def quantities(stocks: Iterable[product_nodes.Stock]) -> dict[str, int]:
    """Return the quantities by warehouse."""
    return {key_of(stock.warehouse.id): stock.quantity for stock in stocks}


def total_stock(stocks: Sequence[product_nodes.Stock]) -> int | None:
    """Return the quantity in all warehouses, None without any."""
    return sum(stock.quantity for stock in stocks) if stocks else None


def allocated(stocks: Iterable[product_nodes.Stock]) -> dict[str, int]:
    """Return the quantities that orders and checkouts have taken, by warehouse."""
    return {key_of(stock.warehouse.id): stock.taken for stock in stocks if stock.taken}


def listing_cells(listing: product_nodes.ProductListing) -> ProductListing:
    """Return the cells of a product in a channel."""
    return ProductListing(
        currency=listing.channel.currency_code,
        is_published=str(listing.is_published),
        published_at=listing.published_at or "",
        is_searchable=str(listing.visible_in_listings),
        available_at=listing.available_for_purchase_at or "",
    )


def _variant_listing(listing: product_nodes.VariantListing) -> VariantListing:
    threshold = listing.preorder_threshold.quantity if listing.preorder_threshold else None
    return VariantListing(
        price=money_text(listing.price),
        currency=listing.channel.currency_code,
        cost=money_text(listing.cost_price),
        threshold="" if threshold is None else str(threshold),
    )


def _attribute_cells(assignments: Iterable[product_nodes.Assignment]) -> dict[str, str]:
    cells = {key_of(one.attribute.id): attribute_text(one) for one in assignments}
    return {key: cell for key, cell in cells.items() if cell}


def _attribute_values(assignments: Iterable[product_nodes.Assignment]) -> Document:
    """Return the facts that filters compare, by attribute."""
    return {
        key_of(one.attribute.id): [_value_facts(one.attribute, value) for value in one.values]
        for one in assignments
        if one.values
    }


def _value_facts(
    attribute: product_nodes.AssignedAttribute, value: product_nodes.AttributeValue
) -> Document:
    """Return a value's slug and name, and the typed fields that are not null."""
    typed = {
        "numeric": float(value.name or 0) if attribute.input_type == "NUMERIC" else None,
        "reference": value.reference and value.reference.reference,
        "boolean": value.boolean,
        "date": value.date and value.date.isoformat(),
        "date_time": value.date_time,
        # Saleor cuts the name of a long text.
        "plain_text": value.plain_text if value.plain_text != value.name else None,
    }
    present = {name: fact for name, fact in typed.items() if fact is not None}
    return {"slug": value.slug or "", "name": value.name or "", **present}


# Most fields of most products are empty. Each would be decoded with every export.
def _lean(document: Document) -> Document:
    """Return the document without what is empty. Readers take an absent field for an empty one."""
    return {
        name: value
        for name, value in document.items()
        if value is not None and value is not False and value not in ("", [], {})
    }
