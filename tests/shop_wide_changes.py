"""The changes of a recorded Saleor to many products, or to what names them.

Source: the table "Change -> events -> updatedAt" of the recorded facts. None moves a time of a
product.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from local.demo_shop.data import DemoShop, Event
from tests.shop_changes import publish


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


def delete_child_category(shop: DemoShop, chance: int) -> None:
    """Delete the category above a product's; the product's own goes silently with it."""
    child = next((one["category"] for one in shop.all("products") if one["category"]), None)
    if child is None:
        return
    del shop.records["categories"][child["id"]]
    for product in shop.all("products"):
        if product["category"] and product["category"]["id"] == child["id"]:
            product["category"] = None


def delete_collection(shop: DemoShop, chance: int) -> None:
    """Delete a collection: one event, and one for each of its products."""
    gone = shop.all("collections")[chance % len(shop.all("collections"))]
    del shop.records["collections"][gone["id"]]
    shop.publish(Event("CollectionDeleted", "collection", gone))
    for product in shop.all("products"):
        left = [one for one in product["collections"] if one["id"] != gone["id"]]
        if len(left) < len(product["collections"]):
            product["collections"] = left
            publish(shop, "ProductUpdated", product)


def delete_warehouse(shop: DemoShop, chance: int) -> None:
    """Delete a warehouse: one event, and one for each of its stocks."""
    gone = shop.all("warehouses")[chance % len(shop.all("warehouses"))]
    del shop.records["warehouses"][gone["id"]]
    shop.publish(Event("WarehouseDeleted", "warehouse", gone))
    for variant, product in shop.variants():
        left = [one for one in variant["stocks"] if one["warehouse"]["id"] != gone["id"]]
        if len(left) < len(variant["stocks"]):
            variant["stocks"] = left
            about = {**variant, "product": product}
            shop.publish(Event("ProductVariantOutOfStock", "productVariant", about))


def delete_channel(shop: DemoShop, chance: int) -> None:
    """Delete a channel with its listings: no event that the app may read, and no time moves."""
    gone = shop.all("channels")[chance % len(shop.all("channels"))]["id"]
    del shop.records["channels"][gone]
    for part in (*shop.all("products"), *(variant for variant, _ in shop.variants())):
        left = [one for one in part["channelListings"] if one["channel"]["id"] != gone]
        part["channelListings"] = left


def switch_channel(shop: DemoShop, chance: int) -> None:
    """Switch a channel off or on: no event that the app may read."""
    channel = shop.all("channels")[chance % len(shop.all("channels"))]
    channel["isActive"] = not channel["isActive"]


def delete_attribute(shop: DemoShop, chance: int) -> None:
    """Delete an attribute that is in use: one event, and none about its products."""
    used = [one["attribute"]["id"] for one in shop.all("products")[0]["attributes"]]
    if not used:
        return
    gone = shop.records["attributes"].pop(used[0])
    shop.publish(Event("AttributeDeleted", "attribute", gone))
    for part in (*shop.all("products"), *(variant for variant, _ in shop.variants())):
        left = [one for one in part["attributes"] if one["attribute"]["id"] != gone["id"]]
        part["attributes"] = left


def delete_value(shop: DemoShop, chance: int) -> None:
    """Delete an attribute value that is in use: no event about the products, no time moves."""
    used = [one for one in shop.all("products")[0]["attributes"] if one["values"]]
    if not used:
        return
    old = used[0]["values"][0]
    for part in (*shop.all("products"), *(variant for variant, _ in shop.variants())):
        for attribute in part["attributes"]:
            left = [value for value in attribute["values"] if value["id"] != old["id"]]
            attribute["values"] = left
    shop.publish(Event("AttributeValueDeleted", "attributeValue", {"id": old["id"]}))


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


# No time moves with these, and no dictionary has them.
OF_VALUES: Final = ("attribute value deleted", "attribute value renamed")
# What changes many products, or what names them.
OF_SHOPS: Final[dict[str, Callable[[DemoShop, int], None]]] = {
    "attribute value renamed": rename_value,
    "attribute unassigned": unassign_attribute,
    "attribute deleted": delete_attribute,
    "attribute value deleted": delete_value,
    "category deleted": delete_category,
    "category deleted with the one above it": delete_child_category,
    "collection deleted": delete_collection,
    "warehouse deleted": delete_warehouse,
    "channel deleted": delete_channel,
    "channel switched": switch_channel,
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
