"""The records of the demo shop, and the changes that people make to them.

A change says which events Saleor sends for it and moves the times that Saleor moves. Both were
recorded: half of all changes send no event about the record or leave `updatedAt` as it was.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from local.demo_catalog import SEED, make_nodes
from local.demo_shop.translations import translate

Node = dict[str, Any]

KINDS: Final = (
    "channels",
    "warehouses",
    "attributes",
    "categories",
    "collections",
    "product_types",
    "products",
    "gift_cards",
    "vouchers",
)


@dataclass(frozen=True, slots=True)
class Event:
    """One event of the shop: its type as in the subscription, and the object it is about."""

    type: str
    field: str
    node: Mapping[str, Any]


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class DemoShop:
    """The shop's records by kind and global id, in the order in which they were created."""

    records: dict[str, dict[str, Node]]
    shop: Node
    publish: Callable[[Event], None] = lambda event: None
    now: Callable[[], datetime] = _utc_now
    broken: set[str] = field(default_factory=set)

    @classmethod
    def make(cls, products: int, seed: int = SEED, **sizes: int) -> DemoShop:
        """Return a seeded shop: the same seed makes the same records."""
        nodes = make_nodes(products=products, seed=seed, **sizes)
        shop = next(iter(nodes.pop("shop")))
        nodes["products"] = map(translate, nodes["products"])
        return cls({kind: {node["id"]: node for node in nodes[kind]} for kind in KINDS}, shop)

    def all(self, kind: str) -> list[Node]:
        """Return all records of a kind."""
        return list(self.records[kind].values())

    def find(self, kind: str, id: str) -> Node | None:
        """Return the record of a kind with this id, or None."""
        return self.records[kind].get(id)

    def variants(self) -> list[tuple[Node, Node]]:
        """Return every variant with its product."""
        return [(one, product) for product in self.all("products") for one in product["variants"]]

    # What a person does on the shop's page, and what the shop does by itself.

    def rename_product(self, id: str, name: str) -> None:
        """Rename a product and announce it."""
        product = self._product(id)
        product["name"] = name
        self._touch(product)
        self._tell("ProductUpdated", "product", product)

    def set_price(self, id: str, amount: float) -> None:
        """Change all prices of a product's first variant: an event, and no time moves."""
        product = self._product(id)
        variant = product["variants"][0]
        for listing in variant["channelListings"]:
            listing["price"] = {**listing["price"], "amount": amount}
        self._tell_variant("ProductVariantUpdated", variant, product)

    def set_stock(self, id: str, quantity: int) -> None:
        """Change the stock of a product's first variant: an event, and no time moves."""
        product = self._product(id)
        variant = product["variants"][0]
        for stock in variant["stocks"][:1]:
            stock["quantity"] = quantity
        self._tell_variant("ProductVariantStockUpdated", variant, product)

    def sell(self, id: str, quantity: int = 1) -> None:
        """Fulfil an order: the quantity falls, and only events of orders report it."""
        for stock in self._product(id)["variants"][0]["stocks"][:1]:
            stock["quantity"] -= quantity

    def edit_in_bulk(self, id: str, sku: str) -> None:
        """Change a SKU through `productVariantBulkUpdate`: an event, and no time moves."""
        product = self._product(id)
        product["variants"][0]["sku"] = sku
        self._tell_variant("ProductVariantUpdated", product["variants"][0], product)

    def add_product(self, like: str, name: str) -> Node:
        """Create a product like another one, with ids of its own."""
        product = self._copy(self._product(like), name)
        self.records["products"][product["id"]] = product
        self._tell("ProductCreated", "product", product)
        return product

    def delete_product(self, id: str) -> None:
        """Delete a product and announce it."""
        product = self.records["products"].pop(id)
        self._tell("ProductDeleted", "product", product)

    def delete_silently(self, id: str) -> None:
        """Delete a product with its type, which sends no event."""
        del self.records["products"][id]

    def rename(self, kind: str, id: str, *, name: str, slug: str = "") -> None:
        """Rename a record of a small kind: one event, and none for its products."""
        record = self.records[kind][id]
        record["name"] = name
        record["slug"] = slug or record["slug"]
        event, name_of_field = _RENAMES[kind]
        if event:
            self._tell(event, name_of_field, record)

    def spend_gift_card(self, id: str) -> None:
        """Use a card in a checkout, which sends no event about the card."""
        card = self.records["gift_cards"][id]
        card["currentBalance"] = {**card["currentBalance"], "amount": 0.0}
        card["lastUsedOn"] = self.now().isoformat()

    def _product(self, id: str) -> Node:
        return self.records["products"][id]

    def _touch(self, node: Node) -> None:
        node["updatedAt"] = self.now().isoformat()

    def _tell(self, type: str, field: str, node: Node) -> None:
        self.publish(Event(type, field, node))

    def _tell_variant(self, type: str, variant: Node, product: Node) -> None:
        self.publish(Event(type, "productVariant", {**variant, "product": product}))

    def _copy(self, product: Node, name: str) -> Node:
        chance = random.Random(f"{product['id']}{name}{len(self.records['products'])}")
        made = deepcopy(product)
        now = self.now().isoformat()
        made |= {"id": _fresh_id("Product", chance), "name": name, "created": now}
        made |= {"slug": f"{product['slug']}-{chance.randrange(10**6)}", "updatedAt": now}
        for variant in made["variants"]:
            variant |= {"id": _fresh_id("ProductVariant", chance), "created": now, "updatedAt": now}
        return made


def _fresh_id(type_name: str, chance: random.Random) -> str:
    from chalicelib.domain.global_id import encode_global_id

    return encode_global_id(type_name, chance.randrange(10**6, 10**8))


# Saleor 3.23 sends no event for product types, and channels need a permission that the app lacks.
_RENAMES: Final = {
    "categories": ("CategoryUpdated", "category"),
    "collections": ("CollectionUpdated", "collection"),
    "warehouses": ("WarehouseUpdated", "warehouse"),
    "attributes": ("AttributeUpdated", "attribute"),
    "product_types": ("", ""),
    "channels": ("", ""),
}


def nodes_of(found: Iterable[Mapping[str, Any]]) -> list[Node]:
    """Return the nodes as dicts that can be changed."""
    return [dict(node) for node in found]
