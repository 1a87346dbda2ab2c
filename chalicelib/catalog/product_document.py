"""A product as the catalogue stores it: Saleor's GraphQL node made lean.

The texts of the cells are made once, when a record is written, not with every export: that is where the time went.
Maps are keyed by slug. Empty things are left out. What no cell shows and only filters look at is under `facts`, stored
apart: an export that filters nothing does not read it.

    {"id", "name", "description", "product_type", "category", "weight", "collections", "media",
     "attributes": {slug: cell}, "listings": {channel: [currency, published, published at, searchable, available at]},
     "variants": [{"id", "sku", "weight", "media", "attributes": {slug: cell}, "stocks": {warehouse: quantity},
                   "listings": {channel: [price, currency, cost, threshold]}}],
     "facts": {"number", "slug", "product_type_number", "category_number", "collection_numbers", "gift_card",
               "updated_at", "metadata": {key: value}, "values": {slug: [{"slug", "name", …}]},
               "discounted": {channel: number},
               "variants": [{"number", "name", "values", "allocated": {warehouse: quantity}, "preorder": {"end_at"}}]}}
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.catalog.cell_texts import (
    attribute_value_text,
    date_time_text,
    decimal_text,
    set_text,
    url_text,
    weight_text,
)
from chalicelib.domain.global_id import decode_global_id, number_of

Node = Mapping[str, Any]
Document = dict[str, Any]


def product_document(node: Node) -> Document:
    """The document of a product node; KeyError, TypeError or ValueError when the node lacks something."""
    variants = sorted(node["variants"], key=_number)
    return _lean(
        {
            "id": node["id"],
            "name": node["name"],
            "description": description_text(node["description"]),
            "product_type": node["productType"]["name"],
            "category": (node["category"] or {}).get("slug", ""),
            "weight": weight_text(node["weight"]),
            "collections": set_text(collection["slug"] for collection in node["collections"]),
            "media": _media_text(node["media"]),
            "attributes": _attribute_cells(node["attributes"]),
            "listings": {
                listing["channel"]["slug"]: _listing(listing) for listing in node["channelListings"]
            },
            "variants": [_variant(variant) for variant in variants],
            "facts": _facts(node)
            | _lean({"variants": [_variant_facts(variant) for variant in variants]}),
        }
    )


def _facts(node: Node) -> Document:
    return _lean(
        {
            "number": number_of(node["id"]),
            "slug": node["slug"],
            "product_type_number": number_of(node["productType"]["id"]),
            "category_number": number_of(node["category"]["id"]) if node["category"] else None,
            "collection_numbers": [
                number_of(collection["id"]) for collection in node["collections"]
            ],
            "gift_card": node["productType"]["kind"] == "GIFT_CARD",
            "updated_at": node["updatedAt"],
            "metadata": metadata(node),
            "values": _attribute_values(node["attributes"]),
            "discounted": _discounted(node["channelListings"]),
        }
    )


def description_text(description: str | None) -> str:
    """The description as PostgreSQL prints jsonb; "null" when there is none."""
    return (
        "null" if description is None else json.dumps(json.loads(description), ensure_ascii=False)
    )


def metadata(node: Node) -> dict[str, str]:
    return {item["key"]: item["value"] for item in node.get("metadata") or []}


def _variant(node: Node) -> Document:
    return _lean(
        {
            "id": node["id"],
            "sku": node["sku"] or "",
            "weight": weight_text(node["weight"]),
            "media": _media_text(node["media"]),
            "attributes": _attribute_cells(node["attributes"]),
            "stocks": {
                stock["warehouse"]["slug"]: _quantity(stock) for stock in node["stocks"] or []
            },
            "listings": {
                listing["channel"]["slug"]: _variant_listing(listing)
                for listing in node["channelListings"] or []
            },
        }
    )


def _quantity(stock: Node) -> int:
    """What exports write as it is; ValueError for what is no whole number."""
    if type(stock["quantity"]) is not int:
        raise ValueError(f"a stock of {stock['quantity']!r} is no whole number")
    quantity: int = stock["quantity"]
    return quantity


def _variant_facts(node: Node) -> Document:
    stocks = node["stocks"] or []
    return _lean(
        {
            "number": number_of(node["id"]),
            "name": node["name"],
            "values": _attribute_values(node["attributes"]),
            "allocated": {
                stock["warehouse"]["slug"]: taken for stock in stocks if (taken := _taken(stock))
            },
            "preorder": {"end_at": node["preorder"]["endDate"]} if node["preorder"] else None,
        }
    )


def _taken(stock: Node) -> int:
    """What of a stock is promised: allocated to orders, or reserved by checkouts."""
    taken: int = stock["quantityAllocated"] + (stock.get("quantityReserved") or 0)
    return taken


def _listing(listing: Node) -> list[str]:
    return [
        listing["channel"]["currencyCode"],
        str(listing["isPublished"]),
        date_time_text(listing["publishedAt"]),
        str(listing["visibleInListings"]),
        date_time_text(listing["availableForPurchaseAt"]),
    ]


def _variant_listing(listing: Node) -> list[str]:
    threshold = (listing["preorderThreshold"] or {}).get("quantity")
    return [
        decimal_text(listing["price"]),
        listing["channel"]["currencyCode"],
        decimal_text(listing["costPrice"]),
        "" if threshold is None else str(threshold),
    ]


def _discounted(listings: Iterable[Node]) -> dict[str, float]:
    return {
        listing["channel"]["slug"]: listing["discountedPrice"]["amount"]
        for listing in listings
        if listing["discountedPrice"]
    }


def _media_text(media: Iterable[Node]) -> str:
    """Images only: a video lives elsewhere and has no file of the shop."""
    return set_text(url_text(item["url"]) for item in media if item["type"] == "IMAGE")


def _attribute_cells(assigned: Iterable[Node]) -> dict[str, str]:
    cells = {item["attribute"]["slug"]: _attribute_cell(item) for item in assigned}
    return {slug: cell for slug, cell in cells.items() if cell}


def _attribute_cell(item: Node) -> str:
    return set_text(attribute_value_text(item["attribute"], value) for value in item["values"])


def _attribute_values(assigned: Iterable[Node]) -> dict[str, list[Document]]:
    """What filters compare: each value's slug, name and its typed form."""
    return {
        item["attribute"]["slug"]: [
            _attribute_value(item["attribute"], value) for value in item["values"]
        ]
        for item in assigned
        if item["values"]
    }


def _attribute_value(attribute: Node, value: Node) -> Document:
    document: Document = {"slug": value["slug"], "name": value["name"]}
    if attribute["inputType"] == "NUMERIC":
        document["numeric"] = float(value["name"])
    if value["reference"]:
        document["reference"] = "_".join(decode_global_id(value["reference"]))
    for key, name in (("boolean", "boolean"), ("date", "date"), ("dateTime", "date_time")):
        if value[key] is not None:
            document[name] = value[key]
    return document


def _number(node: Node) -> int:
    return number_of(node["id"])


def _lean(document: Document) -> Document:
    """Without what is empty: readers take its absence for the empty value."""
    return {
        key: value
        for key, value in document.items()
        if value not in ("", None, False) and value not in ([], {})
    }
