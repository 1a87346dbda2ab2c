"""The places of gift cards and voucher codes in the lists of a shop, and bounds among them.

Source: a running Saleor 3.23. Cards come in the order of their creation and then by number. Codes
come newest first, and those of one moment by their text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from chalicelib.catalog import kinds
from chalicelib.domain.global_id import number_of
from chalicelib.domain.segment import CursorBounds
from chalicelib.domain.shop_api import Node

Place = tuple[int, int | str]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Bounds:
    """Tells which records of a kind lie within planned bounds. An end that is "" is open."""

    kind: str
    planned: CursorBounds

    @property
    def is_closed(self) -> bool:
        """Return whether both ends are known."""
        return bool(self.planned.first and self.planned.last)

    def within(self, nodes: Iterable[Node]) -> list[Node]:
        """Return the records that lie within the bounds."""
        first, last = self._end(self.planned.first), self._end(self.planned.last)
        placed = ((place_of(self.kind, node), node) for node in nodes)
        return [
            node
            for place, node in placed
            if (first is None or first <= place) and (last is None or place <= last)
        ]

    def are_passed_by(self, nodes: Sequence[Node]) -> bool:
        """Return whether the last of these records lies behind the bounds."""
        last = self._end(self.planned.last)
        return bool(nodes) and last is not None and place_of(self.kind, nodes[-1]) > last

    def _end(self, key: str) -> Place | None:
        """Return the place of an end, None for an open one."""
        created, _, name = key.partition(" ")
        return _place(self.kind, created, name) if key else None


@dataclass(slots=True)
class Places:
    """Counts the records of a walk. One that comes again, or out of order, does not count."""

    kind: str
    count: int = 0
    last: Place | None = None

    def add(self, nodes: Iterable[Node]) -> None:
        """Count the records of a page."""
        for node in nodes:
            place = place_of(self.kind, node)
            if self.last is None or place > self.last:
                self.count += 1
                self.last = place


def key_of_record(kind: str, node: Node) -> str:
    """Return the text that stands for a record in bounds."""
    return " ".join(_created_and_name(kind, node))


def place_of(kind: str, node: Node) -> Place:
    """Return the place of a record in its list. Places sort as the list does."""
    return _place(kind, *_created_and_name(kind, node))


def _created_and_name(kind: str, node: Node) -> tuple[str, str]:
    if kind == kinds.GIFT_CARDS:
        return node["created"], str(number_of(node["id"]))
    return node["createdAt"], node["code"]


def _place(kind: str, created: str, name: str) -> Place:
    moment = (datetime.fromisoformat(created) - _EPOCH) // _MICROSECOND
    return (moment, int(name)) if kind == kinds.GIFT_CARDS else (-moment, name)
