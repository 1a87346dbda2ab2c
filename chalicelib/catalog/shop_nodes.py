"""Complete the nodes that a shop's API gives with the names of its dictionaries.

A shop is asked for ids only: names of attributes, channels and so on would be in every product,
double the answer and go stale. The dictionaries know them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from chalicelib.catalog import kinds
from chalicelib.errors import DictionaryOutdated

Node = Mapping[str, Any]
NAMING_KINDS: Final = (
    kinds.ATTRIBUTES,
    kinds.CATEGORIES,
    kinds.CHANNELS,
    kinds.COLLECTIONS,
    kinds.PRODUCT_TYPES,
    kinds.WAREHOUSES,
)


@dataclass(frozen=True, slots=True)
class Names:
    """The records of a shop's dictionaries, as its API shows them, by kind and global id."""

    nodes: Mapping[str, Mapping[str, Node]]

    @classmethod
    def of(cls, dictionaries: Mapping[str, Iterable[Node]]) -> Names:
        """Return the names of these dictionaries."""
        return cls({k: {node["id"]: node for node in ns} for k, ns in dictionaries.items()})

    def find(self, kind: str, reference: Node) -> Node:
        """Return the record; raise DictionaryOutdated when it is newer than the dictionary."""
        try:
            return self.nodes[kind][reference["id"]]
        except KeyError as error:
            raise DictionaryOutdated(f"The shop has {kind} that are not read yet.") from error


def complete_product(node: Node, names: Names) -> dict[str, Any]:
    """Return the node of a product as the load format has it."""
    category = node["category"]
    return {
        **node,
        "productType": names.find(kinds.PRODUCT_TYPES, node["productType"]),
        "category": category and names.find(kinds.CATEGORIES, category),
        "collections": [names.find(kinds.COLLECTIONS, one) for one in node["collections"] or ()],
        "variants": [_complete_variant(one, names) for one in node["variants"] or ()],
        **_shared(node, names),
    }


def _complete_variant(node: Node, names: Names) -> dict[str, Any]:
    stocks = [
        {**stock, "warehouse": names.find(kinds.WAREHOUSES, stock["warehouse"])}
        for stock in node["stocks"] or ()
    ]
    return {**node, "stocks": stocks, **_shared(node, names)}


def _shared(node: Node, names: Names) -> dict[str, Any]:
    """Return what a product and a variant have in common. Saleor gives null for an empty list."""
    return {
        "media": node["media"] or [],
        "attributes": [
            {**one, "attribute": names.find(kinds.ATTRIBUTES, one["attribute"])}
            for one in node["attributes"]
        ],
        "channelListings": [
            {**one, "channel": names.find(kinds.CHANNELS, one["channel"])}
            for one in node["channelListings"] or ()
        ],
    }
