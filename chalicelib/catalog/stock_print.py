"""Prints of a product's stocks and listings: short texts that differ when any of them does.

The hourly walk compares prints instead of documents, so it needs no other facts of the products.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

_PRINT_CHARACTERS: Final = 16

Node = Mapping[str, Any]


def print_of(product: Node) -> str:
    """Return the print of a product as the shop's API shows it.

    The order of lists does not matter, and null stands for an empty list.
    """
    facts = [
        _sorted(map(_listing, product["channelListings"] or ())),
        _sorted(map(_variant, product["variants"] or ())),
    ]
    text = json.dumps(facts, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:_PRINT_CHARACTERS]


def _listing(listing: Node) -> list[Any]:
    return [
        listing["channel"]["id"],
        listing["publishedAt"],
        listing["isPublished"],
        listing["visibleInListings"],
        listing["availableForPurchaseAt"],
        _amount(listing["discountedPrice"]),
    ]


def _variant(variant: Node) -> list[Any]:
    stocks = [
        [one["warehouse"]["id"], one["quantity"], one["quantityAllocated"], one["quantityReserved"]]
        for one in variant["stocks"] or ()
    ]
    prices = [
        [one["channel"]["id"], _amount(one["price"]), _amount(one["costPrice"])]
        for one in variant["channelListings"] or ()
    ]
    return [variant["id"], _sorted(stocks), _sorted(prices)]


def _amount(money: Node | None) -> Any:
    return None if money is None else money["amount"]


def _sorted(lists: Iterable[list[Any]]) -> list[list[Any]]:
    return sorted(lists, key=lambda one: str(one[0]))
