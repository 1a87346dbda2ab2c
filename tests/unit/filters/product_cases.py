"""A case for every field of the product filter: a product inside and one outside."""

from __future__ import annotations

from typing import Any

from chalicelib.catalog.dictionaries import Dictionaries
from chalicelib.domain.global_id import encode_global_id
from chalicelib.domain.request import ExportRequest, Scope
from chalicelib.exports.products import PRODUCTS
from tests.catalog_files import PRODUCT_TYPE, id_of, make_stock, make_warehouse
from tests.factories import (
    fill,
    make_assigned,
    make_product,
    make_value,
    make_variant,
    product_document,
)
from tests.fake_catalog import FakeCatalogSource
from tests.fakes import START

CHANNEL = {
    "id": id_of("Channel", "web"),
    "name": "Web",
    "slug": "web",
    "currencyCode": "EUR",
    "isActive": True,
}
GIFT_TYPE = {**PRODUCT_TYPE, "id": encode_global_id("ProductType", 2), "kind": "GIFT_CARD"}
MONEY = {"amount": 10.0, "currency": "EUR"}


def listing(**given: Any) -> dict[str, Any]:
    """A product's listing in the channel."""
    return {
        "channel": {"id": CHANNEL["id"], "currencyCode": "EUR"},
        "publishedAt": "2026-01-01T00:00:00+00:00",
        "isPublished": True,
        "visibleInListings": True,
        "availableForPurchaseAt": "2026-01-01T00:00:00+00:00",
        "discountedPrice": MONEY,
        **given,
    }


def priced(amount: float | None, **given: Any) -> dict[str, Any]:
    """A variant with a price in the channel."""
    price = None if amount is None else {"amount": amount, "currency": "EUR"}
    channel = {"id": CHANNEL["id"], "currencyCode": "EUR"}
    found = {"channel": channel, "price": price, "costPrice": None}
    return make_variant(1, channelListings=[{**found, "preorderThreshold": None}], **given)


def stocked(*quantities: int, allocated: int = 0) -> dict[str, Any]:
    stocks = enumerate(quantities, start=1)
    return make_variant(1, stocks=[make_stock(f"w{n}", held, allocated) for n, held in stocks])


def make_reference() -> Dictionaries:
    source = FakeCatalogSource()
    zones = {"edges": [{"node": {"channels": [{"id": CHANNEL["id"]}]}}]}
    warehouses = [{**make_warehouse(f"w{n}"), "shippingZones": zones} for n in (1, 2)]
    fill(source, "warehouses", *warehouses)
    fill(source, "channels", {**CHANNEL, "warehouses": [{"id": warehouses[0]["id"]}]})
    fill(source, "product_types", PRODUCT_TYPE, GIFT_TYPE)
    for number, ancestors in ((1, ()), (2, (1,)), (3, (1, 2))):
        edges = [{"node": {"id": encode_global_id("Category", a)}} for a in ancestors]
        fill(
            source,
            "categories",
            {
                "id": encode_global_id("Category", number),
                "name": "C",
                "slug": f"c{number}",
                "ancestors": {"edges": edges},
            },
        )
    used = {"edges": [{"node": {"id": encode_global_id("ProductType", 1)}}]}
    for slug in ("size", "colour", "length"):
        of_type = {
            "inputType": "NUMERIC" if slug == "length" else "DROPDOWN",
            "entityType": None,
            "unit": None,
        }
        attribute = {
            "id": id_of("Attribute", slug),
            "name": slug,
            "slug": slug,
            **of_type,
        }
        fill(
            source,
            "attributes",
            {**attribute, "productTypes": used, "productVariantTypes": used},
        )
    return Dictionaries(source, "default")


def admits(given: dict[str, Any], **product: Any) -> bool:
    request = ExportRequest(
        export_type="products",
        scope=Scope.FILTER,
        filter=given,
        parameters={"channels": [CHANNEL["id"]]},
    )
    predicate = PRODUCTS.predicate(request, make_reference(), START)
    assert predicate is not None
    return predicate(product_document(make_product(7, **product)))


def category(number: int) -> dict[str, Any]:
    return {"id": encode_global_id("Category", number), "name": "C", "slug": f"c{number}"}


CASES: list[tuple[str, dict[str, Any], dict[str, Any], dict[str, Any]]] = [
    # filter, a product that is admitted, one that is not
    (
        "isPublished",
        {"isPublished": True},
        {"channelListings": [listing()], "variants": [priced(1.0)]},
        {"channelListings": [listing(isPublished=False)], "variants": [priced(1.0)]},
    ),
    (
        "publishedFrom",
        {"publishedFrom": "2026-06-01T00:00:00+00:00"},
        {"channelListings": [listing()]},
        {"channelListings": [listing(publishedAt="2026-07-01T00:00:00+00:00")]},
    ),
    (
        "isAvailable",
        {"isAvailable": True},
        {"channelListings": [listing()]},
        {"channelListings": []},
    ),
    (
        "isAvailable",
        {"isAvailable": False},
        {"channelListings": [listing(availableForPurchaseAt=None)]},
        {"channelListings": [listing()]},
    ),
    (
        "availableFrom",
        {"availableFrom": "2026-06-01T00:00:00+00:00"},
        {"channelListings": [listing()]},
        {"channelListings": [listing(availableForPurchaseAt="2026-07-01T00:00:00+00:00")]},
    ),
    (
        "isVisibleInListing",
        {"isVisibleInListing": False},
        {"channelListings": [listing(visibleInListings=False)]},
        {"channelListings": [listing()]},
    ),
    (
        "price",
        {"price": {"gte": 5, "lte": 10}},
        {"channelListings": [listing()], "variants": [priced(10.0)]},
        {"channelListings": [listing()], "variants": [priced(10.01)]},
    ),
    (
        "minimalPrice",
        {"minimalPrice": {"lte": 10}},
        {"channelListings": [listing()]},
        {"channelListings": [listing(discountedPrice={"amount": 10.5, "currency": "EUR"})]},
    ),
    (
        "stockAvailability",
        {"stockAvailability": "IN_STOCK"},
        {"variants": [stocked(1)]},
        {"variants": [stocked(0, 5)]},
    ),
    (
        "stockAvailability",
        {"stockAvailability": "OUT_OF_STOCK"},
        {"variants": [stocked(3, allocated=3)]},
        {"variants": [stocked(3, allocated=2)]},
    ),
    (
        "stocks",
        {"stocks": {"warehouseIds": [make_warehouse("w2")["id"]]}},
        {"variants": [stocked(1, 2)]},
        {"variants": [stocked(1)]},
    ),
    (
        "stocks",
        {"stocks": {"quantity": {"gte": 5}}},
        {"variants": [stocked(2, 3)]},
        {"variants": [stocked(4)]},
    ),
    (
        "collections",
        {"collections": [encode_global_id("Collection", 1)]},
        {"collections": [{"id": encode_global_id("Collection", 1), "slug": "c"}]},
        {"collections": []},
    ),
    (
        "categories",
        {"categories": [encode_global_id("Category", 1)]},
        {"category": category(3)},
        {"category": None},
    ),
    (
        "categories",
        {"categories": [encode_global_id("Category", 3)]},
        {"category": category(3)},
        {"category": category(1)},
    ),
    ("hasCategory", {"hasCategory": False}, {"category": None}, {"category": category(1)}),
    (
        "productTypes",
        {"productTypes": [encode_global_id("ProductType", 1)]},
        {},
        {"productType": {"id": encode_global_id("ProductType", 2), "name": "", "kind": "NORMAL"}},
    ),
    ("ids", {"ids": [encode_global_id("Product", 7)]}, {}, {"id": encode_global_id("Product", 8)}),
    ("slugs", {"slugs": ["a", "b"]}, {"slug": "b"}, {"slug": "c"}),
    ("named", {"named": ["a", "b"]}, {"slug": "b"}, {"slug": "c"}),
    (
        "named",
        {"named": ["tea-250"]},
        {"variants": [make_variant(1), make_variant(2, sku="tea-250")]},
        {"variants": [make_variant(1, sku="tea-25")]},
    ),
    (
        "giftCard",
        {"giftCard": True},
        {"productType": GIFT_TYPE},
        {},
    ),
    (
        "hasPreorderedVariants",
        {"hasPreorderedVariants": True},
        {"variants": [make_variant(1, preorder={"endDate": None})]},
        {"variants": [make_variant(1, preorder={"endDate": "2026-01-01T00:00:00+00:00"})]},
    ),
    (
        "attributes",
        {"attributes": [{"slug": "size", "values": ["xl"]}]},
        {
            "variants": [
                make_variant(1, attributes=[make_assigned("size", make_value("XL", slug="xl"))])
            ]
        },
        {"attributes": [make_assigned("size", make_value("S", slug="s"))]},
    ),
    ("search", {"search": "carrot"}, {"name": "Carrots, fresh"}, {"name": "Apple"}),
    (
        "metadata",
        {"metadata": [{"key": "k", "value": "v"}]},
        {"metadata": [{"key": "k", "value": "v"}]},
        {},
    ),
    (
        "updatedAt",
        {"updatedAt": {"gte": "2026-11-01T00:00:00+00:00"}},
        {},
        {"updatedAt": "2026-10-31T23:59:59+00:00"},
    ),
]
