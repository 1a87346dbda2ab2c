"""Put the stocks, prices and publication of now into a stored document of a product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.catalog.cell_texts import money_text
from chalicelib.catalog.field_types import ProductId, ProductVariantId
from chalicelib.catalog.kinds import key_of
from chalicelib.catalog.listings import VariantListing
from chalicelib.catalog.node_reader import read_node
from chalicelib.catalog.nodes import Money, Node
from chalicelib.catalog.product_document import (
    Document,
    allocated,
    discounted,
    listing_cells,
    quantities,
    total_stock,
)
from chalicelib.catalog.product_nodes import Channel, ProductListing, Stock


class LiveListing(Node, frozen=True):
    """The prices of a variant in a channel."""

    channel: Channel
    price: Money | None
    cost_price: Money | None


class LiveVariant(Node, frozen=True):
    """The stocks and prices of a variant."""

    id: ProductVariantId
    stocks: list[Stock]
    channel_listings: list[LiveListing]


class LiveProduct(Node, frozen=True):
    """The publication of a product, and its variants."""

    id: ProductId
    channel_listings: list[ProductListing]
    variants: list[LiveVariant]


def with_live_facts(document: Document, node: Mapping[str, Any]) -> Document:
    """Return a document with the facts of now, without variants that are gone.

    InvalidNode if the shop's node is not one of a product.
    """
    product = read_node(LiveProduct, node)
    live = {variant.id: variant for variant in product.variants}
    stored = document.get("variants", ())
    kept = [place for place, variant in enumerate(stored) if variant["id"] in live]
    found = [live[stored[place]["id"]] for place in kept]
    now = {
        **document,
        "listings": {
            key_of(one.channel.id): listing_cells(one) for one in product.channel_listings
        },
        "variants": [_variant(stored[at], one) for at, one in zip(kept, found, strict=True)],
    }
    if "facts" in document:
        now["facts"] = _facts(document["facts"], product, kept, found)
    return now


def _variant(stored: Document, live: LiveVariant) -> Document:
    known = stored.get("listings", {})
    listings = {key_of(one.channel.id): one for one in live.channel_listings}
    return {
        **stored,
        "stocks": quantities(live.stocks),
        "listings": {key: _listing(one, known.get(key)) for key, one in listings.items()},
    }


def _listing(live: LiveListing, stored: Sequence[str] | None) -> VariantListing:
    """Return the cells of a listing; the limit of preorders stays as it was stored."""
    return VariantListing(
        price=money_text(live.price),
        currency=live.channel.currency_code,
        cost=money_text(live.cost_price),
        threshold=VariantListing(*stored).threshold if stored else "",
    )


def _facts(
    stored: Document, product: LiveProduct, kept: Sequence[int], found: Sequence[LiveVariant]
) -> Document:
    variants = stored.get("variants", ())
    return {
        **stored,
        "discounted": discounted(product.channel_listings),
        "variants": [
            {**variants[at], "stock": total_stock(one.stocks), "allocated": allocated(one.stocks)}
            for at, one in zip(kept, found, strict=True)
        ],
    }
