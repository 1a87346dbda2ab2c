"""The changes of a recorded Saleor: which event each sends, and which times it moves.

Source: the table "Change -> events -> updatedAt" of the recorded facts. Each change is made to the
demo shop's records as Saleor would make it.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final

from chalicelib.domain.global_id import encode_global_id
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


def add_variant(shop: DemoShop, product: Node, chance: int) -> None:
    like = product["variants"][-1]
    made = {"id": encode_global_id("ProductVariant", 10**8 + chance), "sku": f"NEW-{chance}"}
    others = [one for one in product["variants"] if one["id"] != made["id"]]
    product["variants"] = [*others, {**deepcopy(like), **made, "updatedAt": shop.now().isoformat()}]


def delete_variant(shop: DemoShop, product: Node, chance: int) -> None:
    product["variants"] = product["variants"][:-1] or product["variants"]


def reorder_variants(shop: DemoShop, product: Node, chance: int) -> None:
    product["variants"] = product["variants"][::-1]


def assign_media(shop: DemoShop, product: Node, chance: int) -> None:
    media = [*product["variants"][0]["media"], *product["media"]]
    product["variants"][0]["media"] = media[: chance % 3]


def set_cost(shop: DemoShop, product: Node, chance: int) -> None:
    for listing in product["variants"][0]["channelListings"]:
        listing["costPrice"] = {"amount": float(chance), "currency": "EUR"}


def leave_channel(shop: DemoShop, product: Node, chance: int) -> None:
    """Take a product and its variants out of a channel."""
    for part in (product, *product["variants"]):
        part["channelListings"] = part["channelListings"][:-1]


def delete_stock(shop: DemoShop, product: Node, chance: int) -> None:
    product["variants"][0]["stocks"] = product["variants"][0]["stocks"][:-1]


def set_metadata(shop: DemoShop, product: Node, chance: int) -> None:
    product["variants"][0]["metadata"] = [{"key": "note", "value": f"Note {chance}"}]


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
    "variant created": Change(add_variant, "ProductVariantCreated", "P"),
    "variant deleted": Change(delete_variant, "ProductVariantDeleted", "P"),
    "variants reordered": Change(reorder_variants, "ProductUpdated", "P"),
    "media of a variant": Change(assign_media, "ProductVariantUpdated"),
    "metadata of a variant": Change(set_metadata, "ProductVariantUpdated", "V"),
    "cost": Change(set_cost, "ProductVariantUpdated"),
    "channel left": Change(leave_channel, "ProductUpdated"),
    "stock deleted": Change(delete_stock, "ProductVariantOutOfStock"),
}
