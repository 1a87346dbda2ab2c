"""Answer queries for the shop's records: lists, products, variants, gift cards and codes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, Final

from graphql import GraphQLError

from local.demo_shop.caller import Info
from local.demo_shop.data import DemoShop, Node
from local.demo_shop.pages import make_page

Resolve = Callable[..., Any]


def _by_creation(node: Node) -> list[str]:
    return [str(node.get("created") or ""), node["id"]]


def by_name(node: Node) -> list[str]:
    """Return the sort key of lists that Saleor sorts by slug or name."""
    return [node.get("slug") or node.get("name") or "", node["id"]]


def list_of(kind: str, key: Callable[[Node], list[str]]) -> Resolve:
    """Return the resolver of a list of all records of a kind."""

    def resolve(
        parent: Any,
        info: Info,
        first: int | None = None,
        after: str | None = None,
        **_: Any,
    ) -> Node:
        return make_page(info.context.shop.all(kind), key, first=first, after=after)

    return resolve


def nested(kind: str) -> Resolve:
    """Return the resolver of a short list inside a record."""

    def resolve(parent: Node, info: Info, first: int | None = None, **_: Any) -> Node:
        nodes = [edge["node"] for edge in parent[kind]["edges"]]
        live = [
            info.context.shop.records.get(_LIVE.get(kind, ""), {}).get(n["id"], n) for n in nodes
        ]
        return make_page(live, by_name, first=first, after=None)

    return resolve


_LIVE: Final = {
    "productTypes": "product_types",
    "productVariantTypes": "product_types",
    "ancestors": "categories",
}


def products(
    parent: Any,
    info: Info,
    first: int | None = None,
    after: str | None = None,
    where: Node | None = None,
    **_: Any,
) -> Node:
    """Return a page of products: all for staff and apps, published ones for shoppers."""
    shop: DemoShop = info.context.shop
    admits = partial(_is_wanted, where or {})
    found = [product for product in shop.all("products") if admits(product)]
    if not _may_see_all(info):
        found = [product for product in found if _is_public(product)]
    page = make_page(found, _by_creation, first=first, after=after)
    for edge in page["edges"]:
        # A record with a broken value fails the page that shows the value, not a walk by id.
        if edge["node"]["id"] in shop.broken and _asks_for_facts(info):
            raise GraphQLError("Enum 'Unit' cannot represent value: 'stone'")
    return page


def _may_see_all(info: Info) -> bool:
    app = info.context.app
    return app is not None and "MANAGE_PRODUCTS" in app.permissions


def _asks_for_facts(info: Info) -> bool:
    from graphql import print_ast

    return "slug" in print_ast(info.field_nodes[0])


def _is_wanted(where: Node, node: Node) -> bool:
    if where.get("ids") is not None and node["id"] not in where["ids"]:
        return False
    bounds = where.get("updatedAt") or {}
    since = (bounds.get("range") or bounds).get("gte")
    return since is None or _moment(node["updatedAt"]) >= _moment(since)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _is_public(product: Node) -> bool:
    return any(listing["isPublished"] for listing in product["channelListings"])


def variants(
    parent: Any,
    info: Info,
    first: int | None = None,
    after: str | None = None,
    where: Node | None = None,
    **_: Any,
) -> Node:
    """Return a page of variants, each with its product."""
    found = [
        {**variant, "product": product}
        for variant, product in info.context.shop.variants()
        if _is_wanted(where or {}, variant)
    ]
    return make_page(found, _by_creation, first=first, after=after)


def gift_cards(
    parent: Any,
    info: Info,
    first: int | None = None,
    after: str | None = None,
    filter: Node | None = None,
    **_: Any,
) -> Node:
    """Return a page of gift cards, all or those that were used or not."""
    used = (filter or {}).get("used")
    cards = [
        card
        for card in info.context.shop.all("gift_cards")
        if used is None or (card["lastUsedOn"] is not None) is used
    ]
    return make_page(cards, _by_creation, first=first, after=after)


def codes(
    parent: Node,
    info: Info,
    first: int | None = None,
    after: str | None = None,
    **_: Any,
) -> Node:
    """Return a page of the codes of a voucher."""
    return make_page(
        parent["codes"], lambda one: [one["createdAt"], one["code"]], first=first, after=after
    )


def find_in(kind: str) -> Resolve:
    """Return the resolver of one record of a kind."""

    def resolve(parent: Any, info: Info, id: str) -> Node | None:
        found: Node | None = info.context.shop.find(kind, id)
        return found

    return resolve
