"""One record as an item of the catalogue table, in DynamoDB's own form.

`document` is what exports read, and `facts` the part of it that only filters look at. The other attributes are for
people who look into the table.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from chalicelib.adapters.document_codec import encode_document
from chalicelib.domain.segment import bucket_of

FACTS: Final = "facts"
SKUS_SHOWN: Final = 20
_SHOWN: Final = frozenset({"name", "slug", "updated_at"})
ITEM_LIMIT_BYTES: Final = 400 * 1024
WRITE_UNIT_BYTES: Final = 1024

Item = dict[str, Any]


def make_key(shop: str, kind: str, number: int) -> Item:
    """The primary key of a record. Numbers are texts in DynamoDB's form: the longest have 38 digits."""
    return {"partition": {"S": f"{shop}#{kind}#{bucket_of(number)}"}, "number": {"N": str(number)}}


def make_item(shop: str, kind: str, number: int, document: Mapping[str, Any]) -> Item:
    """The whole item of a record."""
    facts: Mapping[str, Any] = document.get(FACTS, {})
    cells = {name: value for name, value in document.items() if name != FACTS}
    item = make_key(shop, kind, number) | {"document": {"B": encode_document(cells)}}
    if facts:
        item[FACTS] = {"B": encode_document(facts)}
    for name, value in {**cells, **facts}.items():
        if name in _SHOWN and value:
            item[name] = _text(value)
    skus = [variant["sku"] for variant in document.get("variants", ()) if variant.get("sku")]
    if skus:
        item["skus"] = {"L": [_text(sku) for sku in skus[:SKUS_SHOWN]]}
    return item


def key_of(item: Item) -> Item:
    """The item's primary key."""
    return {"partition": item["partition"], "number": item["number"]}


def size_of(item: Item) -> int:
    """The bytes DynamoDB counts for an item: names and values, a number as its digits at most."""
    return sum(len(name) + _value_size(value) for name, value in item.items())


def write_units_of(item: Item) -> int:
    """What writing the item costs."""
    return -(-size_of(item) // WRITE_UNIT_BYTES)


def _value_size(value: Mapping[str, Any]) -> int:
    [(type_name, plain)] = value.items()
    if type_name == "L":
        return 3 + sum(1 + _value_size(element) for element in plain)
    return len(plain if type_name == "B" else plain.encode())


def _text(text: str) -> dict[str, str]:
    """Half a surrogate pair is no text to DynamoDB."""
    return {"S": text.encode("utf-8", "replace").decode()}
