"""The difference between a stored bucket and what it is to hold."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.adapters.catalog.item import Item


@dataclass(frozen=True, slots=True)
class BucketChange:
    """The difference between a stored bucket and its new items.

    `stored` counts the stored records, and `dropped` those that are gone. `changed` are the numbers
    of items to put, None for all of them, `stale` the keys of items to delete, and `entry` is the
    stored directory entry, None if there is none.
    """

    kind: str
    bucket: int
    stored: int
    changed: frozenset[str] | None
    stale: tuple[Item, ...]
    entry: Item | None
    dropped: int = 0
