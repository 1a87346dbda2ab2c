"""Keys of the tables of shops and marks, for models, the template and operators' commands."""

from __future__ import annotations

from typing import Final

SHOPS_KEY: Final = ("shop", "item")
MARKS_KEY: Final = ("shop_kind", "id")
INSTALLATION: Final = "installation"
# Lists the installations: `item` is the hash key, so syncs' states are in other partitions.
BY_ITEM: Final = "by_item"
BY_ITEM_KEY: Final = ("item", "shop")
SEPARATOR: Final = "#"


def marks_partition(shop: str, kind: str) -> str:
    """Return the partition of a shop's marks of one kind."""
    return f"{shop}{SEPARATOR}{kind}"
