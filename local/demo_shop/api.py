"""The demo shop's GraphQL API, answered from its records as Saleor would answer the app."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from graphql import (
    GraphQLError,
    GraphQLResolveInfo,
    GraphQLSchema,
    build_schema,
    graphql_sync,
)

from local.demo_shop.data import DemoShop, Node
from local.demo_shop.pages import make_page

Resolve = Callable[..., Any]
Info = GraphQLResolveInfo

SCHEMA_FILE: Final = Path(__file__).with_name("schema.graphql")
_PERMISSIONS: Final = {
    "giftCard": "MANAGE_GIFT_CARD",
    "giftCards": "MANAGE_GIFT_CARD",
    "voucher": "MANAGE_DISCOUNTS",
    "vouchers": "MANAGE_DISCOUNTS",
    "warehouses": "MANAGE_PRODUCTS",
}


@dataclass(slots=True)
class InstalledApp:
    """Waybill as the shop knows it."""

    id: str
    identifier: str
    token: str
    permissions: tuple[str, ...]
    is_active: bool = True
    webhooks: dict[str, Node] = field(default_factory=dict)
    problems: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class Caller:
    """Who asks: the app, or None for an anonymous shopper, as Saleor takes every bad token."""

    app: InstalledApp | None
    shop: DemoShop


def answer(schema: GraphQLSchema, caller: Caller, query: str, variables: Any) -> dict[str, Any]:
    """Return the body of the answer. One broken record turns its whole page into an error."""
    result = graphql_sync(
        schema, query, context_value=caller, variable_values=variables, root_value=_Root()
    )
    body: dict[str, Any] = {"data": result.data}
    if result.errors:
        body = {"errors": [_error(error) for error in result.errors], "data": None}
    return body


def _error(error: GraphQLError) -> dict[str, Any]:
    code = (error.extensions or {}).get("code", "GraphQLError")
    return {"message": error.message, "extensions": {"exception": {"code": code}}}


class _Root(dict[str, Any]):
    """An empty root: every field of it has a resolver."""


def make_schema() -> GraphQLSchema:
    """Return the schema with its resolvers; all other fields are read from the nodes."""
    schema = build_schema(SCHEMA_FILE.read_text())
    for type_name, fields in _RESOLVERS.items():
        for name, resolve in fields.items():
            schema.type_map[type_name].fields[name].resolve = _guarded(name, resolve)  # type: ignore[attr-defined]
    return schema


def _guarded(name: str, resolve: Resolve) -> Resolve:
    """Refuse fields whose permission the caller lacks."""
    needed = _PERMISSIONS.get(name)

    def resolved(parent: Any, info: Info, **given: Any) -> Any:
        app = info.context.app
        if needed and (app is None or needed not in app.permissions):
            raise GraphQLError("You need a permission.", extensions={"code": "PermissionDenied"})
        return resolve(parent, info, **given)

    return resolved


def _created(node: Node) -> list[str]:
    return [str(node.get("created") or ""), node["id"]]


def _named(node: Node) -> list[str]:
    return [node.get("slug") or node.get("name") or "", node["id"]]


def _list(kind: str, key: Callable[[Node], list[str]]) -> Resolve:
    def resolve(
        parent: Any,
        info: Info,
        first: int | None = None,
        after: str | None = None,
        **_: Any,
    ) -> Node:
        return make_page(info.context.shop.all(kind), key, first=first, after=after)

    return resolve


def _nested(kind: str) -> Resolve:
    """A short list inside a record, which the seeded nodes already hold as a connection."""

    def resolve(parent: Node, info: Info, first: int | None = None, **_: Any) -> Node:
        nodes = [edge["node"] for edge in parent[kind]["edges"]]
        live = [
            info.context.shop.records.get(_LIVE.get(kind, ""), {}).get(n["id"], n) for n in nodes
        ]
        return make_page(live, _named, first=first, after=None)

    return resolve


_LIVE: Final = {
    "productTypes": "product_types",
    "productVariantTypes": "product_types",
    "ancestors": "categories",
}


def _products(
    parent: Any,
    info: Info,
    first: int | None = None,
    after: str | None = None,
    where: Node | None = None,
    **_: Any,
) -> Node:
    shop: DemoShop = info.context.shop
    admits = partial(_is_wanted, where or {})
    found = [product for product in shop.all("products") if admits(product)]
    if info.context.app is None:
        found = [product for product in found if _is_public(product)]
    page = make_page(found, _created, first=first, after=after)
    for edge in page["edges"]:
        # A record with a broken value fails the page that shows the value, not a walk by id.
        if edge["node"]["id"] in shop.broken and _asks_for_facts(info):
            raise GraphQLError("Enum 'Unit' cannot represent value: 'stone'")
    return page


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


def _variants(
    parent: Any,
    info: Info,
    first: int | None = None,
    after: str | None = None,
    where: Node | None = None,
    **_: Any,
) -> Node:
    found = [
        {**variant, "product": product}
        for variant, product in info.context.shop.variants()
        if _is_wanted(where or {}, variant)
    ]
    return make_page(found, _created, first=first, after=after)


def _gift_cards(
    parent: Any,
    info: Info,
    first: int | None = None,
    after: str | None = None,
    filter: Node | None = None,
    **_: Any,
) -> Node:
    used = (filter or {}).get("used")
    cards = [
        card
        for card in info.context.shop.all("gift_cards")
        if used is None or (card["lastUsedOn"] is not None) is used
    ]
    return make_page(cards, _created, first=first, after=after)


def _codes(
    parent: Node,
    info: Info,
    first: int | None = None,
    after: str | None = None,
    **_: Any,
) -> Node:
    return make_page(
        parent["codes"], lambda one: [one["createdAt"], one["code"]], first=first, after=after
    )


def _app(parent: Any, info: Info) -> Node | None:
    app: InstalledApp | None = info.context.app
    if app is None:
        return None
    return {
        "id": app.id,
        "identifier": app.identifier,
        "isActive": app.is_active,
        "name": "Waybill",
        "permissions": [{"code": code, "name": code} for code in app.permissions],
        "webhooks": list(app.webhooks.values()),
    }


_webhook_numbers: Final = itertools.count(1)


def _create_webhook(parent: Any, info: Info, input: Node) -> Node:
    webhook = {
        "id": f"V2ViaG9vazo{next(_webhook_numbers)}",
        **_webhook_facts(input),
        "deliveries": [],
    }
    _caller(info).webhooks[webhook["id"]] = webhook
    return {"errors": [], "webhook": webhook}


def _update_webhook(parent: Any, info: Info, id: str, input: Node) -> Node:
    webhook = _caller(info).webhooks.get(id)
    if webhook is None:
        return {"errors": [{"field": "id", "message": "Couldn't resolve id."}], "webhook": None}
    webhook.update(_webhook_facts(input))
    return {"errors": [], "webhook": webhook}


def _webhook_facts(input: Node) -> Node:
    return {
        "name": input["name"],
        "targetUrl": input["targetUrl"],
        "isActive": input.get("isActive", True),
        "subscriptionQuery": input["query"],
        "asyncEvents": [{"name": one, "eventType": one} for one in input["asyncEvents"]],
    }


def _deliveries(
    parent: Node,
    info: Info,
    first: int | None = None,
    after: str | None = None,
    **_: Any,
) -> Node:
    failed = [one for one in parent["deliveries"] if one["status"] == "FAILED"]
    return make_page(failed, lambda one: [one["createdAt"], one["id"]], first=first, after=after)


def _report_problem(parent: Any, info: Info, input: Node) -> Node:
    app = _caller(info)
    problem = {"id": f"QXBwUHJvYmxlbTo{len(app.problems)}", **input}
    app.problems.append(problem)
    return {"appProblem": problem}


def _caller(info: Info) -> InstalledApp:
    app: InstalledApp | None = info.context.app
    if app is None:
        raise GraphQLError("You need to be an app.", extensions={"code": "PermissionDenied"})
    return app


def _find(kind: str) -> Resolve:
    def resolve(parent: Any, info: Info, id: str) -> Node | None:
        found: Node | None = info.context.shop.find(kind, id)
        return found

    return resolve


_RESOLVERS: Final[dict[str, dict[str, Resolve]]] = {
    "Query": {
        "app": _app,
        "shop": lambda parent, info: info.context.shop.shop,
        "channels": lambda parent, info: info.context.shop.all("channels"),
        "warehouses": _list("warehouses", _named),
        "attributes": _list("attributes", _named),
        "categories": _list("categories", _named),
        "collections": _list("collections", _named),
        "productTypes": _list("product_types", _named),
        "products": _products,
        "productVariants": _variants,
        "giftCard": _find("gift_cards"),
        "giftCards": _gift_cards,
        "voucher": _find("vouchers"),
        "vouchers": _list("vouchers", _named),
    },
    "Mutation": {
        "webhookCreate": _create_webhook,
        "webhookUpdate": _update_webhook,
        "appProblemCreate": _report_problem,
    },
    "ProductMedia": {"alt": lambda media, info: media.get("alt", "")},
    "Voucher": {"codes": _codes},
    "Webhook": {"eventDeliveries": _deliveries},
    "Warehouse": {"shippingZones": _nested("shippingZones")},
    "Attribute": {
        "productTypes": _nested("productTypes"),
        "productVariantTypes": _nested("productVariantTypes"),
    },
    "Category": {"ancestors": _nested("ancestors")},
}
