"""Read webhooks of a shop: a kind and an id. Other values are not trusted.

Deliveries arrive twice, late and out of order, so their values are hints. A delivery only says
that a record may have changed; the sync then asks the shop.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from chalicelib.domain.global_id import decode_global_id, number_of
from chalicelib.domain.sync import DICTIONARIES, EVERYTHING

# The longest of Saleor's has a UUID and the name of its type: 64 characters for a warehouse.
MAX_ID_CHARACTERS: Final = 200
# The fields of the records in a delivery that name things.
_DICTIONARY_FIELDS: Final = ("category", "collection", "warehouse", "attribute")
# Names of values stand in the documents of the products that have them, and the event does not
# say which products these are.
_VALUE_EVENTS: Final = ("AttributeValueUpdated", "AttributeValueDeleted")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopEvent:
    """One delivery.

    The record `id` of `kind` may have changed; EVERYTHING stands for all of the kind, DICTIONARIES
    for all small kinds.
    """

    kind: str
    id: str
    issued_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AppEvent:
    """Staff switched the app on or off, or deleted it."""

    app_id: str
    is_active: bool
    is_deleted: bool
    issued_at: datetime


def read_event(body: Mapping[str, Any]) -> ShopEvent | AppEvent | None:
    """Return the event of a delivery, or None for one that changes nothing here.

    Raise KeyError, TypeError or ValueError for a body that Saleor does not send.
    """
    issued_at = datetime.fromisoformat(body["issuedAt"])
    if issued_at.tzinfo is None:
        raise ValueError("issuedAt has no time zone")
    if body["__typename"] in _APP_EVENTS:
        return _app_event(body, issued_at)
    if body["__typename"] in _VALUE_EVENTS:
        return ShopEvent(kind="products", id=EVERYTHING, issued_at=issued_at)
    # A variant is stored in its product's document, so the product is fetched again.
    product = body.get("product") or (body.get("productVariant") or {}).get("product")
    if product:
        return ShopEvent(kind="products", id=_product_id(product), issued_at=issued_at)
    for field in _DICTIONARY_FIELDS:
        if body.get(field):
            return ShopEvent(kind=DICTIONARIES, id=_id(body[field]), issued_at=issued_at)
    return None


def _product_id(product: Mapping[str, Any]) -> str:
    """Return the global id of a product; raise ValueError for any other text."""
    # A mark that the shop cannot be asked for would be drained again and again.
    if decode_global_id(_id(product))[0] != "Product":
        raise ValueError("not the id of a product")
    number_of(product["id"])
    return _id(product)


def _id(record: Mapping[str, Any]) -> str:
    """Return the id of a record; raise ValueError for one that cannot be a key here."""
    found = record["id"]
    if not isinstance(found, str) or not 0 < len(found) <= MAX_ID_CHARACTERS:
        raise ValueError("not a global id")
    return found


_APP_EVENTS: Final = ("AppStatusChanged", "AppDeleted")


def _app_event(body: Mapping[str, Any], issued_at: datetime) -> AppEvent:
    return AppEvent(
        app_id=str(body["app"]["id"]),
        is_active=body["app"].get("isActive") is True,
        is_deleted=body["__typename"] == "AppDeleted",
        issued_at=issued_at,
    )
