"""The documents of every kind in the catalogue, made from Saleor's nodes: the input of whatever writes the catalogue.

A kind is a directory of its own in the catalogue table. Records with a number in their global id keep it. Warehouses
and voucher codes have a UUID there. A warehouse's number is made of its id alone: one that moved when others come or go
would for a moment be there twice, or not at all. Codes are in the order of their ids.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.catalog.product_document import Document, Node, metadata, product_document
from chalicelib.domain.global_id import decode_global_id, number_of

# The key of a DynamoDB number has 38 digits; a UUID has 128 bits, which is one digit more.
_UUID_BITS_LEFT_OUT = 4
_HASH_BYTES = 15


@dataclass(frozen=True, slots=True)
class CatalogRecord:
    """One record to store. `listed` is False for mere look-ups."""

    kind: str
    number: int
    document: Document
    listed: bool = True


def records_of(file_kind: str, node: Node) -> Iterator[CatalogRecord]:
    """The records that one node of this kind becomes; KeyError, TypeError or ValueError when it is no such node."""
    if file_kind == "vouchers":
        yield from _voucher_records(node)
    else:
        document = DOCUMENTS[file_kind](node)
        number = document.get("facts", document).get("number")
        yield CatalogRecord(
            file_kind, hashed_number(node["id"]) if number is None else number, document
        )


def voucher_codes_kind(voucher_number: int) -> str:
    """The kind that holds the codes of one voucher."""
    return f"voucher_codes:{voucher_number}"


# The same codes by id, for exports that name them.
VOUCHER_CODES_BY_ID = "voucher_codes"


def voucher_code_number(global_id: str) -> int:
    """The record number of a voucher code among `VOUCHER_CODES_BY_ID`; their order is that of the ids."""
    return uuid.UUID(decode_global_id(global_id)[1]).int >> _UUID_BITS_LEFT_OUT


def hashed_number(global_id: str) -> int:
    """The record number of a warehouse; any two differ, however alike their ids are."""
    return int.from_bytes(hashlib.sha256(global_id.encode()).digest()[:_HASH_BYTES])


def _voucher_records(node: Node) -> Iterator[CatalogRecord]:
    number = number_of(node["id"])
    yield CatalogRecord("vouchers", number, _named(node) | {"codes": len(node["codes"])})
    ordered = sorted(node["codes"], key=lambda code: voucher_code_number(code["id"]))
    for position, code in enumerate(ordered, start=1):
        document = _voucher_code(code, number)
        yield CatalogRecord(voucher_codes_kind(number), position, document)
        yield CatalogRecord(
            VOUCHER_CODES_BY_ID, voucher_code_number(code["id"]), document, listed=False
        )


def _voucher_code(node: Node, voucher_number: int) -> Document:
    return {
        "id": node["id"],
        "code": node["code"],
        "created_at": _date_time(node["createdAt"]),
        "is_active": node["isActive"],
        "voucher_number": voucher_number,
    }


def _date_time(text: str) -> str:
    """The text itself; TypeError or ValueError when it is no date-time: exports sort by it."""
    datetime.fromisoformat(text)
    return text


def _named(node: Node) -> Document:
    document: Document = {"id": node["id"], "name": node["name"] or ""}
    if "slug" in node:
        document["slug"] = node["slug"]
    try:
        return document | {"number": number_of(node["id"])}
    except ValueError:
        return document


def _attribute(node: Node) -> Document:
    return _named(node) | {
        "input_type": node["inputType"],
        "entity_type": node["entityType"],
        "unit": node["unit"],
        "of_products": bool(node["productTypes"]["edges"]),
        "of_variants": bool(node["productVariantTypes"]["edges"]),
    }


def _category(node: Node) -> Document:
    ancestors = [number_of(edge["node"]["id"]) for edge in node["ancestors"]["edges"]]
    return _named(node) | {"ancestor_numbers": ancestors}


def _channel(node: Node) -> Document:
    return _named(node) | {
        "currency": node["currencyCode"],
        "is_active": node["isActive"],
        "warehouses": [warehouse["slug"] for warehouse in node["warehouses"]],
    }


def _warehouse(node: Node) -> Document:
    zones = [edge["node"] for edge in node["shippingZones"]["edges"]]
    return _named(node) | {
        "is_private": node["isPrivate"],
        "click_and_collect": node["clickAndCollectOption"] != "DISABLED",
        "zone_channels": sorted(
            {channel["slug"] for zone in zones for channel in zone["channels"]}
        ),
    }


def _gift_card(node: Node) -> Document:
    return {
        "id": node["id"],
        "number": number_of(node["id"]),
        "code": node["code"],
        "is_active": node["isActive"],
        "expires_on": node["expiryDate"],
        "used": _is_used(node),
        "created_by_email": node["createdByEmail"],
        "used_by_number": _number_or_none(node["usedBy"]),
        "assigned_to_number": _number_or_none(node.get("assignedTo")),
        "assigned_to_email": node.get("assignedToEmail"),
        "product_number": _number_or_none(node["product"]),
        "tags": [tag["name"] for tag in node["tags"]],
        "currency": node["initialBalance"]["currency"],
        "initial_balance": node["initialBalance"]["amount"],
        "current_balance": node["currentBalance"]["amount"],
        "metadata": metadata(node),
    }


def _is_used(node: Node) -> bool:
    """The API shows a mere owner's e-mail as `usedByEmail` too: a used card says when, or has an e-mail only."""
    return node["lastUsedOn"] is not None or (
        node["usedByEmail"] is not None and node["usedBy"] is None
    )


def _number_or_none(node: Node | None) -> int | None:
    return number_of(node["id"]) if node else None


def _shop(node: Node) -> Document:
    return {
        "id": "shop",
        "number": 1,
        "name": node["name"],
        "weight_unit": node["defaultWeightUnit"],
    }


DOCUMENTS: Mapping[str, Callable[[Node], dict[str, Any]]] = {
    "shop": _shop,
    "channels": _channel,
    "warehouses": _warehouse,
    "attributes": _attribute,
    "categories": _category,
    "collections": _named,
    "product_types": _named,
    "products": product_document,
    "gift_cards": _gift_card,
}
