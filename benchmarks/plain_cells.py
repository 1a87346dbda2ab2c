"""Make the requested cells of a product from a node of the shop's API, each when it is needed.

Numbers are `Decimal`, as boto3 reads them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from chalicelib.catalog.cell_texts import set_text, url_text
from chalicelib.catalog.kinds import key_of
from chalicelib.catalog.listings import ProductListing, VariantListing
from chalicelib.catalog.product_document import description_text
from chalicelib.catalog.rich_text import plain_text
from chalicelib.domain.global_id import decode_global_id
from chalicelib.exports.columns import Column

Node = Mapping[str, Any]
Cells = Iterator[tuple[Column, Any]]
Fields = Mapping[str, Callable[[Node], str]]


def cells_of_product(node: Node, columns: Iterable[Column]) -> Cells:
    """Yield Yield (column, cell) for the columns of a product."""
    return _cells(node, columns, _OF_PRODUCT, _listing)


def cells_of_variant(node: Node, columns: Iterable[Column]) -> Cells:
    """Yield Yield (column, cell) for the columns of a variant."""
    return _cells(node, columns, _OF_VARIANT, _variant_listing)


def _cells(
    node: Node, columns: Iterable[Column], fields: Fields, texts: Callable[[Node], Sequence[str]]
) -> Cells:
    listings: dict[str, Sequence[str]] = {}
    by_channel = {key_of(listing["channel"]["id"]): listing for listing in node["channelListings"]}
    attributes = {key_of(item["attribute"]["id"]): item for item in node["attributes"]}
    stocks = {key_of(one["warehouse"]["id"]): one["quantity"] for one in node.get("stocks", ())}
    for column in columns:
        match column.path:
            case ("attributes", str(key)):
                yield column, _attribute(attributes[key]) if key in attributes else ""
            case ("stocks", str(key)):
                yield column, stocks.get(key, "")
            case ("listings", str(key), int(place)):
                if key not in listings:
                    listings[key] = texts(by_channel[key]) if key in by_channel else [""] * 5
                yield column, listings[key][place]
            case (str(name), *_):
                yield column, fields[name](node)


def _attribute(item: Node) -> str:
    return set_text(_value(item["attribute"], value) for value in item["values"])


def _value(attribute: Node, value: Node) -> str:
    match attribute["inputType"]:
        case "FILE":
            return _url(value["file"])
        case "SWATCH":
            return _url(value["file"]) or value["value"] or ""
        case "REFERENCE":
            return "_".join(decode_global_id(value["reference"]))
        case "NUMERIC" if attribute["unit"]:
            return f"{value['name']} {attribute['unit'].lower()}"
        case "RICH_TEXT":
            return plain_text(value["richText"]) if value["richText"] else ""
        case "BOOLEAN" | "DATE":
            return str(value[attribute["inputType"].lower()])
        case "DATE_TIME":
            return _moment(value["dateTime"])
    return value["name"] or value["slug"] or ""


def _url(file: Node | None) -> str:
    return url_text(file["url"]) if file else ""


def _moment(text: str | None) -> str:
    return str(datetime.fromisoformat(text).astimezone(UTC)) if text else ""


def _money(money: Node | None) -> str:
    return f"{money['amount']:.3f}" if money else ""


def _weight(node: Node) -> str:
    if not node["weight"]:
        return ""
    # The demo shop weighs in kilograms.
    grams = (node["weight"]["value"] * 1000).quantize(Decimal("0.001"))
    return f"{grams:f}".rstrip("0").rstrip(".") + " g"


def _media(node: Node) -> str:
    return set_text(url_text(item["url"]) for item in node["media"] if item["type"] == "IMAGE")


def _listing(listing: Node) -> ProductListing:
    return ProductListing(
        currency=listing["channel"]["currencyCode"],
        is_published=str(listing["isPublished"]),
        published_at=_moment(listing["publishedAt"]),
        is_searchable=str(listing["visibleInListings"]),
        available_at=_moment(listing["availableForPurchaseAt"]),
    )


def _variant_listing(listing: Node) -> VariantListing:
    threshold = (listing["preorderThreshold"] or {}).get("quantity")
    return VariantListing(
        price=_money(listing["price"]),
        currency=listing["channel"]["currencyCode"],
        cost=_money(listing["costPrice"]),
        threshold="" if threshold is None else str(threshold),
    )


_OF_PRODUCT: Final[Fields] = {
    "id": lambda node: node["id"],
    "name": lambda node: node["name"],
    "description": lambda node: description_text(node["description"]),
    "product_type": lambda node: node["productType"]["name"],
    "category": lambda node: (node["category"] or {}).get("slug", ""),
    "weight": _weight,
    "collections": lambda node: set_text(collection["slug"] for collection in node["collections"]),
    "charge_taxes": lambda node: "",
    "media": _media,
}
_OF_VARIANT: Final[Fields] = {
    "id": lambda node: node["id"],
    "sku": lambda node: node["sku"] or "",
    "weight": _weight,
    "media": _media,
}
