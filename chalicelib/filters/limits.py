"""Limits of filter inputs, so that one filter cannot occupy the workers for long. See ADR 22."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sized
from typing import Any, Final

from chalicelib.errors import LimitReached
from chalicelib.words.text import say

# The items of these lists are compared one by one with every record.
_MAX_ITEMS: Final[Mapping[str, int]] = {"attributes": 100, "metadata": 100, "containsAll": 100}
# All other lists become sets: a record costs the same, however long they are.
_MAX_ITEMS_OF_OTHERS: Final = 5_000


def check_lists(given: Mapping[str, Any]) -> None:
    """Raise LimitReached (field filter) if a list anywhere in a filter input is too long."""
    for name, items in _lists(given, ""):
        limit = _MAX_ITEMS.get(name, _MAX_ITEMS_OF_OTHERS)
        if len(items) > limit:
            raise LimitReached(
                say(
                    "`{name}` has {count:,} items, at most {most:,} are allowed. "
                    "Split the export into several.",
                    name=name,
                    count=len(items),
                    most=limit,
                ),
                field="filter",
            )


def _lists(value: Any, name: str) -> Iterator[tuple[str, Sized]]:
    """Yield the lists in a value with the names of their fields."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _lists(item, key)
    elif isinstance(value, list | tuple):
        yield name, value
        # Only lists of conditions contain further lists.
        for item in value if name in _MAX_ITEMS else ():
            yield from _lists(item, "")
