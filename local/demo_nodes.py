"""The parts of nodes in the demo catalogue: ids, names, references and times."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final

import msgspec

from chalicelib.domain.global_id import encode_global_id
from local import demo_words as words

MEDIA: Final = "https://media.shop.example"
OPENED: Final = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
encode: Final = msgspec.json.encode

Node = dict[str, Any]


@cache
def make_id(type_name: str, slug: str) -> str:
    """Return the global id of a thing with a slug.

    Warehouses have UUIDs, others numbers with gaps.
    """
    key = uuid.uuid5(uuid.NAMESPACE_DNS, f"{type_name}.{slug}.shop.example")
    return encode_global_id(
        type_name, key if type_name == "Warehouse" else _positions(type_name)[slug]
    )


@cache
def _positions(type_name: str) -> dict[str, int]:
    named = {
        "Attribute": words.ATTRIBUTES,
        "Category": words.CATEGORIES,
        "Channel": words.CHANNELS,
        "Collection": words.COLLECTIONS,
        "ProductType": words.PRODUCT_TYPES,
    }[type_name]
    return {thing[0]: 3 + 2 * place for place, thing in enumerate(named)}


def named(type_name: str, slug: str, name: str) -> Node:
    """Return the id, name and slug of a thing."""
    return {"id": make_id(type_name, slug), "name": name, "slug": slug}


@cache
def referred(type_name: str, slug: str) -> Node:
    """Return the id and slug of a thing."""
    return {"id": make_id(type_name, slug), "slug": slug}


def edges(nodes: Iterable[Node]) -> Node:
    """Return a Relay connection of these nodes."""
    return {"edges": [{"node": node} for node in nodes]}


def rich_text(text: str, points: Sequence[str] = ()) -> str:
    """Return a paragraph, and a list if there are points, as EditorJS stores them."""
    blocks: list[Node] = [{"id": "a", "data": {"text": text}, "type": "paragraph"}]
    if points:
        blocks.append({"id": "b", "data": {"style": "unordered", "items": points}, "type": "list"})
    return encode({"blocks": blocks, "version": "2.22.2"}).decode()


def moment_of(number: int) -> str:
    """Return a different time for every number, in ISO 8601."""
    return (OPENED + timedelta(minutes=number * 7, microseconds=number)).isoformat()
