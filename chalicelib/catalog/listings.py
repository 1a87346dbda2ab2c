"""Listings as documents store them: arrays of cells.

The order of the fields is the order in the array.
"""

from __future__ import annotations

from typing import Any, NamedTuple


# Objects would repeat the names of their fields for every channel of every product.
class ProductListing(NamedTuple):
    """The cells of a product in a channel. Times are "" where there is none."""

    currency: str
    is_published: str
    published_at: str
    is_searchable: str
    available_at: str


class VariantListing(NamedTuple):
    """The cells of a variant in a channel. `threshold` is the limit of preorders."""

    price: str
    currency: str
    cost: str
    threshold: str


def place_of(listing: type[tuple[Any, ...]], field: str) -> int:
    """Return the position of a field in the array of a listing; ValueError for an unknown field."""
    fields: tuple[str, ...] = listing._fields  # type: ignore[attr-defined]
    return fields.index(field)
