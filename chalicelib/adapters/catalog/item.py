"""One record as an item of the catalogue table, in DynamoDB's own form.

Exports read `document`, and `facts` if they filter; most exports of products read blocks instead
(`block_index`). `version` is the version of the document and `rows` the
number of rows it becomes, if there are several. The other attributes are for people who look into
the table. Documents and facts of products may refer to a preset (`presets`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from chalicelib.adapters.catalog.document_codec import encode_document
from chalicelib.catalog.versions import version_of
from chalicelib.domain.segment import bucket_of

FACTS: Final = "facts"
MAX_SKUS_SHOWN: Final = 20
_SHOWN: Final = frozenset({"name", "slug", "touched_at", "updated_at"})
MAX_ITEM_BYTES: Final = 400 * 1024
WRITE_UNIT_BYTES: Final = 1024

Item = dict[str, Any]


def partition_of(shop: str, kind: str, bucket: int | str) -> str:
    """Return the partition of a bucket."""
    return f"{shop}#{kind}#{bucket}"


def make_key(shop: str, kind: str, number: int) -> Item:
    """Return the primary key of a record."""
    partition = partition_of(shop, kind, bucket_of(number))
    # DynamoDB takes numbers as texts, and the longest have 38 digits.
    return {"partition": {"S": partition}, "number": {"N": str(number)}}


def make_item(
    shop: str, kind: str, number: int, document: Mapping[str, Any], preset: bytes = b""
) -> Item:
    """Return the whole item of a record, which refers to the preset if one is given."""
    facts: Mapping[str, Any] = document.get(FACTS, {})
    cells = {name: value for name, value in document.items() if name != FACTS}
    item = make_key(shop, kind, number) | {
        "document": {"B": encode_document(cells, preset=preset)},
        "version": {"N": str(version_of(kind))},
    }
    if facts:
        # Compressed with code tables of their own (`deflate`), facts are a tenth smaller. The few
        # exports that read them inflate them half as fast.
        item[FACTS] = {"B": encode_document(facts, small_bytes=0, preset=preset)}
    return item | _shown({**cells, **facts}) | _counted(document.get("variants", ()))


def key_of(item: Item) -> Item:
    """Return the primary key of an item."""
    return {"partition": item["partition"], "number": item["number"]}


def number_of(item: Item) -> int:
    """Return the record number of an item."""
    return int(item["number"]["N"])


def records_of(item: Item) -> int:
    """Return how many records an item holds: a pack holds several."""
    return int(item["records"]["N"]) if "records" in item else 1


def rows_of(item: Item) -> int:
    """Return how many rows the records of an item become."""
    return int(item["rows"]["N"]) if "rows" in item else records_of(item)


def size_of(item: Item) -> int:
    """Return the bytes that DynamoDB counts for an item: names, and values in UTF-8."""
    return sum(len(name) + _value_size(value) for name, value in item.items())


def write_units_of(item: Item) -> int:
    """Return the write units that storing the item takes."""
    return -(-size_of(item) // WRITE_UNIT_BYTES)


def _shown(document: Mapping[str, Any]) -> Item:
    return {name: _text(value) for name, value in document.items() if name in _SHOWN and value}


def _counted(variants: Any) -> Item:
    counted: Item = {"rows": {"N": str(len(variants))}} if len(variants) > 1 else {}
    skus = [variant["sku"] for variant in variants if variant.get("sku")]
    return counted | ({"skus": {"L": list(map(_text, skus[:MAX_SKUS_SHOWN]))}} if skus else {})


def _value_size(value: Mapping[str, Any]) -> int:
    [(type_name, plain)] = value.items()
    if type_name == "L":
        return 3 + sum(1 + _value_size(element) for element in plain)
    return len(plain if type_name == "B" else plain.encode())


def _text(text: str) -> dict[str, str]:
    # DynamoDB refuses half a surrogate pair.
    return {"S": text.encode("utf-8", "replace").decode()}
