"""Answer queries for the shop's records: lists, products, variants, gift cards and codes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, Final

from graphql import GraphQLError

from chalicelib.domain.global_id import InvalidGlobalId, number_of
from local.demo_shop.caller import Info
from local.demo_shop.code_pages import make_code_page
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
    return _page(info, found, first, after)


def _page(info: Info, nodes: list[Node], first: int | None, after: str | None) -> Node:
    """Return a page, oldest first. One broken record fails it."""
    page = make_page(nodes, _by_creation, first=first, after=after)
    for edge in page["edges"]:
        _check_whole(info.context.shop, edge["node"], info)
    return page


def _check_whole(shop: DemoShop, node: Node, info: Info) -> None:
    """Fail for a record with a broken value, unless only ids are asked for."""
    if node["id"] in shop.broken and _asks_for_facts(info):
        raise GraphQLError("Enum 'Unit' cannot represent value: 'stone'")


def _may_see_all(info: Info) -> bool:
    app = info.context.app
    return app is not None and "MANAGE_PRODUCTS" in app.permissions


def _asks_for_facts(info: Info) -> bool:
    from graphql import print_ast

    asked = print_ast(info.field_nodes[0])
    return "slug" in asked or "currentBalance" in asked


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
    last: int | None = None,
    filter: Node | None = None,
    **_: Any,
) -> Node:
    """Return a page of gift cards, those that the filter admits; `last` cards of all of them."""
    cards = [card for card in info.context.shop.all("gift_cards") if _admits(filter or {}, card)]
    if last is None:
        return _page(info, cards, first, after)
    youngest = sorted(cards, key=_by_creation)[-last:]
    return {**_page(info, youngest, last, None), "totalCount": len(cards)}


def _admits(filter: Node, card: Node) -> bool:
    used, code = filter.get("used"), filter.get("code")
    is_used = card["lastUsedOn"] is not None
    return (used is None or is_used is used) and (code is None or card["code"] == code)


def product_of_card(card: Node, info: Info) -> Node | None:
    """Return the product that a gift card was bought as; None if it is gone."""
    found: Node | None = None
    if card["product"]:
        found = info.context.shop.find("products", card["product"]["id"])
    return found


def translation(node: Node, info: Info, languageCode: str) -> Node | None:  # noqa: N803 - GraphQL's name
    """Return the texts of a product or variant in a language, None without any."""
    code = languageCode.lower().replace("_", "-")
    found: Node | None = node.get("translations", {}).get(code)
    return found


def codes(
    parent: Node,
    info: Info,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    **_: Any,
) -> Node:
    """Return a page of the codes of a voucher, from the front or from the back."""
    return make_code_page(parent["codes"], first=first, after=after, last=last, before=before)


def vouchers(
    parent: Any,
    info: Info,
    first: int | None = None,
    after: str | None = None,
    filter: Node | None = None,
    **_: Any,
) -> Node:
    """Return a page of vouchers: all, or those that have a text in their name or in a code."""
    text = ((filter or {}).get("search") or "").casefold()
    found = [one for one in info.context.shop.all("vouchers") if _has_text(one, text)]
    return make_page(found, by_name, first=first, after=after)


def _has_text(voucher: Node, text: str) -> bool:
    texts = [voucher["name"] or "", *(code["code"] for code in voucher["codes"])]
    return any(text in one.casefold() for one in texts)


def find_in(kind: str, type_name: str) -> Resolve:
    """Return the resolver of one record of a kind.

    An id of another type is not found; one without a number is an error, whatever it names.
    """

    def resolve(parent: Any, info: Info, id: str) -> Node | None:
        try:
            number_of(id)
        except InvalidGlobalId as error:
            raise GraphQLError(f"Invalid ID: {id}. Expected: {type_name}.") from error
        found: Node | None = info.context.shop.find(kind, id)
        if found is not None:
            _check_whole(info.context.shop, found, info)
        return found

    return resolve
