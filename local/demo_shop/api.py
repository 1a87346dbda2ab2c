"""The demo shop's GraphQL API, answered from its records as Saleor would answer the app."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final

from graphql import (
    GraphQLError,
    GraphQLSchema,
    Lexer,
    Source,
    TokenKind,
    build_schema,
    graphql_sync,
)

from local.demo_shop import app_api, record_api
from local.demo_shop.caller import Caller, Info
from local.demo_shop.costs import MAX_COST, cost_of
from local.demo_shop.record_api import Resolve

SCHEMA_FILE: Final = Path(__file__).with_name("schema.graphql")
_DENIED: Final = GraphQLError("You need a permission.", extensions={"code": "PermissionDenied"})
_NO_NULL: Final = GraphQLError('Syntax Error GraphQL Unexpected Name "null"')
_PERMISSIONS: Final = {
    "giftCard": "MANAGE_GIFT_CARD",
    "giftCards": "MANAGE_GIFT_CARD",
    "voucher": "MANAGE_DISCOUNTS",
    "vouchers": "MANAGE_DISCOUNTS",
    "warehouses": "MANAGE_PRODUCTS",
}


def answer(schema: GraphQLSchema, caller: Caller, query: str, variables: Any) -> dict[str, Any]:
    """Return the body of the answer. One broken record turns its whole page into an error."""
    if caller.is_off:
        return _failure(_error(_DENIED))
    if _has_null(query):
        return _failure(_error(_NO_NULL))
    cost = _cost_of(schema, query, variables)
    if cost > MAX_COST:
        return _failure(_too_expensive(cost)) | _costs(cost)
    result = graphql_sync(
        schema, query, context_value=caller, variable_values=variables, root_value=_Root()
    )
    body: dict[str, Any] = {"data": result.data}
    if result.errors:
        body = _failure(*map(_error, result.errors))
    return body | _costs(cost)


def _has_null(query: str) -> bool:
    """Return whether a query has the literal `null`, which Saleor's old parser does not know."""
    try:
        lexer = Lexer(Source(query))
        while (token := lexer.advance()).kind is not TokenKind.EOF:
            if token.kind is TokenKind.NAME and token.value == "null":
                return True
    except GraphQLError:
        pass
    return False


def _cost_of(schema: GraphQLSchema, query: str, variables: Any) -> int:
    """Return the cost of a query; 1 for a text that is not one, which fails later."""
    try:
        return cost_of(schema, query, variables)
    except GraphQLError:
        return 1


def _costs(cost: int) -> dict[str, Any]:
    return {
        "extensions": {"cost": {"requestedQueryCost": cost, "maximumAvailable": MAX_COST}},
    }


def _failure(*errors: dict[str, Any]) -> dict[str, Any]:
    return {"errors": list(errors), "data": None}


def _too_expensive(cost: int) -> dict[str, Any]:
    text = f"The query exceeds the maximum cost of {MAX_COST}. Actual cost is {cost}"
    return _error(GraphQLError(text, extensions={"code": "QueryCostError"}))


def _error(error: GraphQLError) -> dict[str, Any]:
    code = (error.extensions or {}).get("code", "GraphQLError")
    return {"message": error.message, "extensions": {"exception": {"code": code}}}


class _Root(dict[str, Any]):
    """An empty root: every field of it has a resolver."""


@cache
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
            raise _DENIED
        return resolve(parent, info, **given)

    return resolved


_RESOLVERS: Final[dict[str, dict[str, Resolve]]] = {
    "Query": {
        "app": app_api.own_app,
        "shop": lambda parent, info: info.context.shop.shop,
        "channels": lambda parent, info: info.context.shop.all("channels"),
        "warehouses": record_api.list_of("warehouses", record_api.by_name),
        "attributes": record_api.list_of("attributes", record_api.by_name),
        "categories": record_api.list_of("categories", record_api.by_name),
        "collections": record_api.list_of("collections", record_api.by_name),
        "productTypes": record_api.list_of("product_types", record_api.by_name),
        "products": record_api.products,
        "productVariants": record_api.variants,
        "giftCard": record_api.find_in("gift_cards", "GiftCard"),
        "giftCards": record_api.gift_cards,
        "voucher": record_api.find_in("vouchers", "Voucher"),
        "vouchers": record_api.vouchers,
    },
    "Mutation": {
        "webhookCreate": app_api.create_webhook,
        "webhookUpdate": app_api.update_webhook,
        "appProblemCreate": app_api.report_problem,
        "appProblemDismiss": app_api.dismiss_problems,
    },
    "Shop": {"version": app_api.version},
    "ProductMedia": {"alt": lambda media, info: media.get("alt", "")},
    "Product": {"translation": record_api.translation},
    "ProductVariant": {"translation": record_api.translation},
    "GiftCard": {"product": record_api.product_of_card},
    "Voucher": {"codes": record_api.codes},
    "Webhook": {"eventDeliveries": app_api.failed_deliveries},
    "Warehouse": {"shippingZones": record_api.nested("shippingZones")},
    "Attribute": {
        "productTypes": record_api.nested("productTypes"),
        "productVariantTypes": record_api.nested("productVariantTypes"),
    },
    "Category": {"ancestors": record_api.nested("ancestors")},
}
