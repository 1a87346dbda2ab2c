"""The one webhook that Waybill creates in a shop: which events it asks for, and how it is compared.

Every delivery costs the shop's API about 28 ms inside the mutation, so there is one webhook with
ids only. Saleor never reads an installed manifest again, so the webhook is made through the API.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from chalicelib.adapters.saleor.client import SaleorApi
from chalicelib.domain.shop_api import Connection, Node
from chalicelib.errors import ShopUnavailable

NAME: Final = "Waybill catalogue"

# Event, field of the record in its subscription type, alias. The aliases keep fields apart that
# have one name and another nullability, which Saleor calls "Fields conflict".
_RECORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "product": ("CREATED", "UPDATED", "DELETED", "METADATA_UPDATED"),
    "productVariant": (
        "CREATED",
        "UPDATED",
        "DELETED",
        "METADATA_UPDATED",
        "STOCK_UPDATED",
        "BACK_IN_STOCK",
        "OUT_OF_STOCK",
    ),
    "category": ("CREATED", "UPDATED", "DELETED"),
    "collection": ("CREATED", "UPDATED", "DELETED"),
    "warehouse": ("CREATED", "UPDATED", "DELETED"),
    "attribute": ("CREATED", "UPDATED", "DELETED"),
    "attributeValue": ("CREATED", "UPDATED", "DELETED"),
}
# A switch of the shop suppresses deliveries whose payload did not change. These facts of a variant
# make the payload change with it, where `updatedAt` does not move.
_VARIANT_FACTS: Final = (
    "sku weight { value } trackInventory stocks { quantity } "
    "channelListings { price { amount } costPrice { amount } }"
)


def events() -> list[str]:
    """Return the names of the events, as the API's enumeration has them."""
    return [f"{_snake(name)}_{verb}" for name, verbs in _RECORDS.items() for verb in verbs]


def subscription() -> str:
    """Return the subscription query: the type of the event, its time and the record's id."""
    parts = [
        f"... on {name[0].upper()}{name[1:]}{_camel(verb)} {{ {_fields(name, verb)} }}"
        for name, verbs in _RECORDS.items()
        for verb in verbs
    ]
    return "subscription { event { __typename issuedAt " + " ".join(parts) + " } }"


def _fields(name: str, verb: str) -> str:
    facts = ""
    if name == "productVariant":
        facts = "product { id } " + (_VARIANT_FACTS if verb == "UPDATED" else "")
    if name == "attributeValue":
        facts = "slug"
    return f"{name} {{ id {facts} }}"


def _snake(name: str) -> str:
    return "".join(f"_{one}" if one.isupper() else one.upper() for one in name)


def _camel(verb: str) -> str:
    return "".join(part.capitalize() for part in verb.split("_"))


_FIND: Final = """
{ app { id webhooks { id name targetUrl isActive subscriptionQuery asyncEvents { eventType } } } }
"""
_CREATE: Final = """
mutation Create($input: WebhookCreateInput!) {
  webhookCreate(input: $input) { errors { field message } webhook { id } } }
"""
_UPDATE: Final = """
mutation Update($id: ID!, $input: WebhookUpdateInput!) {
  webhookUpdate(id: $id, input: $input) { errors { field message } webhook { id } } }
"""


def connect_webhook(api: SaleorApi, connection: Connection, target_url: str) -> str:
    """Create or correct the webhook and return its id; Unavailable if the shop refuses it."""
    data = api.ask(connection.api_url, connection.token, _FIND, app_id=connection.app_id)
    # By name: 3.22 does not know `identifier`.
    found = [one for one in data["app"]["webhooks"] or () if one["name"] == NAME]
    wanted = {
        "name": NAME,
        "targetUrl": target_url,
        "asyncEvents": events(),
        "query": subscription(),
        "isActive": True,
    }
    if found and _is_current(found[0], target_url):
        return str(found[0]["id"])
    if found:
        return _change(api, connection, _UPDATE, "webhookUpdate", id=found[0]["id"], input=wanted)
    return _change(api, connection, _CREATE, "webhookCreate", input=wanted)


def _is_current(webhook: Node, target_url: str) -> bool:
    """Saleor may format the query anew: its words are compared, not its blanks."""
    kept = webhook["subscriptionQuery"] or ""
    names = {event["eventType"] for event in webhook["asyncEvents"]}
    return (
        webhook["isActive"]
        and webhook["targetUrl"] == target_url
        and names == set(events())
        and "".join(kept.split()) == "".join(subscription().split())
    )


def _change(api: SaleorApi, connection: Connection, query: str, name: str, **given: Any) -> str:
    data = api.ask_anyone(connection.api_url, connection.token, query, given)
    result = data[name]
    if result["errors"] or not result["webhook"]:
        messages = "; ".join(f"{one['field']}: {one['message']}" for one in result["errors"])
        raise ShopUnavailable(f"The shop did not accept the webhook. {messages}")
    return str(result["webhook"]["id"])
