"""Entries of lists, read by key conditions: merged over partitions, and never more than a bound."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from pynamodb.expressions.condition import Condition

from chalicelib.adapters.export_files.list_models import ExportListItem

# What one page may read of the lists: 1,000 entries are 0.4 MB or some 60 units.
MAX_ENTRIES: Final = 1_000
# How many entries a query asks for if a filter will leave some of them out.
ENTRIES_PER_QUERY: Final = 200
# Comes after `#`, which follows a time in a sort key: the bound includes all exports of that time.
_AFTER_SEPARATOR: Final = "$"


class EnoughRead(Exception):
    """The bound is reached; there may be more entries."""


@dataclass(slots=True)
class ReadLimit:
    """A bound on the entries that may still be read."""

    left: int = MAX_ENTRIES

    def count(self, entries: Iterator[ExportListItem]) -> Iterator[ExportListItem]:
        """Yield the entries; EnoughRead if there are more than may be read."""
        for entry in entries:
            if self.left == 0:
                raise EnoughRead
            self.left -= 1
            yield entry


@dataclass(frozen=True, slots=True)
class Range:
    """Bounds of a sort key, both included; None is open."""

    low: str | None = None
    high: str | None = None

    @property
    def is_empty(self) -> bool:
        """Return whether the bounds are in the wrong order, so that no key can lie within."""
        return self.low is not None and self.high is not None and self.low > self.high

    def narrowed(self, low: str | None, high: str | None) -> Range:
        """Return the part of the range within these bounds too."""
        lows = [bound for bound in (self.low, low) if bound is not None]
        highs = [bound for bound in (self.high, high) if bound is not None]
        return Range(max(lows, default=None), min(highs, default=None))

    def condition(self, key: Any) -> Condition | None:
        """Return the range as a condition of a key."""
        condition: Condition | None = None
        if self.low is not None and self.high is not None:
            condition = key.between(self.low, self.high)
        elif self.low is not None:
            condition = key >= self.low
        elif self.high is not None:
            condition = key <= self.high
        return condition


# No sort key is as high as the lower bound, or as low as the upper one.
NOTHING: Final = Range("\U0010ffff", "\x00")


def times(low: str | None, high: str | None) -> Range:
    """Return the range of sort keys that begin with these times, `high` included."""
    return Range(low, None if high is None else high + _AFTER_SEPARATOR)


@dataclass(frozen=True, slots=True)
class Partitions:
    """Some partitions of the table, or of one of its indexes, that are read as one list.

    `index` is the table or the index, `names` are its partitions, and `sort` is the attribute that
    is the sort key. `covers` names the filters that hold for all entries because of the key
    condition. A position in the list is `prefix` and the sort key. Only the table itself is read
    consistently: DynamoDB cannot do so for global indexes.
    """

    index: Any
    names: Sequence[str]
    sort: str
    covers: frozenset[str]
    range: Range = field(default_factory=Range)
    prefix: str = ""

    def within(self, low: str | None, high: str | None) -> Partitions:
        """Return the partitions between two positions, which are included."""
        if low is not None and not low.startswith(self.prefix):
            low = NOTHING.low if low > self.prefix else None
        if high is not None and not high.startswith(self.prefix):
            high = NOTHING.high if high < self.prefix else None
        low, high = (bound and bound.removeprefix(self.prefix) for bound in (low, high))
        return replace(self, range=self.range.narrowed(low, high))

    def entries(self, *, descending: bool, per_query: int) -> Iterator[ExportListItem]:
        """Yield the entries of all partitions in the order of the sort key."""
        if self.range.is_empty:
            return iter(())
        lists = [self._entries(name, descending, per_query) for name in self.names]
        return heapq.merge(*lists, key=self.key, reverse=descending)

    def key(self, entry: ExportListItem) -> str:
        """Return the sort key of an entry."""
        value: str = getattr(entry, self.sort)
        return value

    def _entries(self, name: str, descending: bool, per_query: int) -> Iterator[ExportListItem]:
        found: Iterator[ExportListItem] = self.index.query(
            name,
            self.range.condition(getattr(ExportListItem, self.sort)),
            scan_index_forward=not descending,
            page_size=per_query,
            consistent_read=self.index is ExportListItem,
        )
        return found
