"""The changes of a recorded Saleor: which event each sends, and which times it moves.

Source: the table "Change -> events -> updatedAt" of the recorded facts. Each change is made to the
demo shop's records as Saleor would make it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from local.demo_shop.data import DemoShop, Event

Node = dict[str, Any]
Make = Callable[[DemoShop, Node, int], None]


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the table.

    `event` is the type of the event about the product; "" for none. `moves` says which `updatedAt`
    move: the product's (P) and its first variant's (V).
    """

    make: Make
    event: str = ""
    moves: str = ""

    def apply(self, shop: DemoShop, id_: str, chance: int) -> None:
        """Make the change to a product, move its times and publish its event."""
        product = shop.records["products"][id_]
        self.make(shop, product, chance)
        if "P" in self.moves:
            product["updatedAt"] = shop.now().isoformat()
        if "V" in self.moves:
            product["variants"][0]["updatedAt"] = shop.now().isoformat()
        if self.event:
            publish(shop, self.event, product)


def publish(shop: DemoShop, type_: str, product: Node) -> None:
    """Publish an event about a product, or about its first variant."""
    if type_.startswith("ProductVariant"):
        variant = product["variants"][0]
        shop.publish(Event(type_, "productVariant", {**variant, "product": product}))
    else:
        shop.publish(Event(type_, "product", product))


def rename(shop: DemoShop, product: Node, chance: int) -> None:
    product["name"] = f"Name {chance}"


def set_sku(shop: DemoShop, product: Node, chance: int) -> None:
    product["variants"][0]["sku"] = f"SKU-{chance}"


def set_weight(shop: DemoShop, product: Node, chance: int) -> None:
    product["variants"][0]["weight"] = {"unit": "KG", "value": float(chance + 1)}


def set_variant_value(shop: DemoShop, product: Node, chance: int) -> None:
    """Name the first value of the first variant anew, as another value would be named."""
    parts = [*product["variants"][0]["attributes"], *product["attributes"]]
    for values in [one["values"] for one in parts if one["values"]][:1]:
        values[0] = {**values[0], "name": f"Value {chance}", "slug": f"value-{chance}"}


def add_media(shop: DemoShop, product: Node, chance: int) -> None:
    product["media"] = [
        *product["media"],
        {"id": f"media{chance}", "url": f"https://m.example/{chance}", "type": "IMAGE", "alt": ""},
    ]


def set_price(shop: DemoShop, product: Node, chance: int) -> None:
    for listing in product["variants"][0]["channelListings"]:
        listing["price"] = {**listing["price"], "amount": float(chance)}


def set_publication(shop: DemoShop, product: Node, chance: int) -> None:
    for listing in product["channelListings"]:
        listing["isPublished"] = not listing["isPublished"]


def set_discounted_price(shop: DemoShop, product: Node, chance: int) -> None:
    for listing in product["channelListings"]:
        listing["discountedPrice"] = {"amount": float(chance), "currency": "EUR"}


def set_stock(shop: DemoShop, product: Node, chance: int) -> None:
    for stock in product["variants"][0]["stocks"]:
        stock["quantity"] = chance


def allocate(shop: DemoShop, product: Node, chance: int) -> None:
    for stock in product["variants"][0]["stocks"]:
        stock["quantityAllocated"] = chance


def move_to_category(shop: DemoShop, product: Node, chance: int) -> None:
    categories = shop.all("categories")
    product["category"] = categories[chance % len(categories)]


def add_to_collection(shop: DemoShop, product: Node, chance: int) -> None:
    collections = shop.all("collections")
    product["collections"] = [collections[chance % len(collections)]]


# What people and orders do to one product.
OF_PRODUCTS: Final[dict[str, Change]] = {
    "product name, description, metadata": Change(rename, "ProductUpdated", "P"),
    "product with nothing changed": Change(lambda *_: None, "ProductUpdated", "P"),
    "variant SKU": Change(set_sku, "ProductVariantUpdated", "PV"),
    "variant weight": Change(set_weight, "ProductVariantUpdated", "V"),
    "variant attribute value": Change(set_variant_value, "ProductVariantUpdated", "P"),
    "media": Change(add_media, "ProductUpdated"),
    "price or cost": Change(set_price, "ProductVariantUpdated"),
    "publication": Change(set_publication, "ProductUpdated"),
    "discounted price": Change(set_discounted_price),
    "category of a product": Change(move_to_category, "ProductUpdated", "P"),
    "collections of a product": Change(add_to_collection, "ProductUpdated"),
    "stock": Change(set_stock, "ProductVariantStockUpdated"),
    "stock created": Change(set_stock, "ProductVariantBackInStock"),
    "order placed": Change(allocate),
    "fulfilment": Change(set_stock),
    "variants in bulk": Change(set_sku, "ProductVariantUpdated"),
}


def rename_value(shop: DemoShop, chance: int) -> None:
    """Rename an attribute value that is in use: no event about the products, and no time moves."""
    product = shop.all("products")[chance % len(shop.all("products"))]
    # The name of a number is the number.
    named = [one for one in product["attributes"] if one["attribute"]["inputType"] != "NUMERIC"]
    old = next((one["values"][0] for one in named if one["values"]), None)
    if old is None:
        return
    for part in (*shop.all("products"), *(variant for variant, _ in shop.variants())):
        for attribute in part["attributes"]:
            attribute["values"] = [
                {**value, "name": f"Renamed {chance}"} if value["id"] == old["id"] else value
                for value in attribute["values"]
            ]
    shop.publish(Event("AttributeValueUpdated", "attributeValue", {"id": old["id"]}))


def unassign_attribute(shop: DemoShop, chance: int) -> None:
    """Take an attribute off a product type and its products: no event, and no time moves."""
    used = [one["attribute"]["id"] for one in shop.all("products")[0]["attributes"]]
    if not used:
        return
    attribute = shop.records["attributes"][used[0]]
    attribute["productTypes"] = {**attribute["productTypes"], "edges": []}
    for product in shop.all("products"):
        product["attributes"] = [
            one for one in product["attributes"] if one["attribute"]["id"] != used[0]
        ]


def delete_category(shop: DemoShop, chance: int) -> None:
    """Delete a product's category; its products keep none. Child categories go silently."""
    category = next((one["category"] for one in shop.all("products") if one["category"]), None)
    if category is None:
        return
    del shop.records["categories"][category["id"]]
    for product in shop.all("products"):
        if product["category"] and product["category"]["id"] == category["id"]:
            product["category"] = None


def delete_type(shop: DemoShop, chance: int) -> None:
    """Delete a product type: it and its products vanish without an event."""
    gone = shop.all("products")[-1]["productType"]["id"]
    del shop.records["product_types"][gone]
    for product in shop.all("products"):
        if product["productType"]["id"] == gone:
            shop.delete_silently(product["id"])


def rename_record(kind: str) -> Callable[[DemoShop, int], None]:
    def change(shop: DemoShop, chance: int) -> None:
        records = shop.all(kind)
        record = records[chance % len(records)]
        shop.rename(kind, record["id"], name=f"{kind} {chance}", slug=f"{record['slug']}-{chance}")

    return change


# What changes many products, or what names them.
OF_SHOPS: Final[dict[str, Callable[[DemoShop, int], None]]] = {
    "attribute value renamed": rename_value,
    "attribute unassigned": unassign_attribute,
    "category deleted": delete_category,
    "product type deleted": delete_type,
    **{
        f"{kind} renamed": rename_record(kind)
        for kind in (
            "attributes",
            "categories",
            "collections",
            "warehouses",
            "channels",
            "product_types",
        )
    },
}
