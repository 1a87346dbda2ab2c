"""A page of a list: found by key conditions, filtered within a bound, its jobs read whole.

There are three ways to a page:

1. The partitions that hold the fewest entries are in the order asked for. They are read until the
   page is full.
2. They are in another order, but short. They are read whole and sorted here.
3. Otherwise, the whole list is read in its order until the page is full. If the bound on what may
   be read comes first, the page ends early.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import chain

from chalicelib.adapters.aws.item_attributes import write_time_or_none
from chalicelib.adapters.export_files.file_items import read_job
from chalicelib.adapters.export_files.file_models import ExportFileItem
from chalicelib.adapters.export_files.list_entries import (
    ENTRIES_PER_QUERY,
    EnoughRead,
    Partitions,
    ReadLimit,
)
from chalicelib.adapters.export_files.list_models import ExportListItem
from chalicelib.adapters.export_files.list_sources import (
    find_people,
    given_filters,
    in_order,
    most_selective,
    with_status,
)
from chalicelib.domain.export_file import ExportFile
from chalicelib.domain.export_list import ListFilter, ListPage, ListRequest, SortField


@dataclass(frozen=True, slots=True)
class Found:
    """The entries of a page in order, and the position at which the bound stopped the reading."""

    entries: list[ExportListItem]
    stop: str | None = None


def list_exports(request: ListRequest) -> ListPage:
    """Return one page of a shop's exports, without its total."""
    search = _Search(request)
    found = search.find()
    more = len(found.entries) > request.size or found.stop is not None
    entries = found.entries[: request.size]
    if request.backward:
        entries.reverse()
    whole = _read_whole(request.shop, [entry.id or "" for entry in entries])
    listed = [entry for entry in entries if entry.id in whole]
    positions = tuple(map(search.position, listed))
    # The next page goes on where the reading stopped, which may lie far behind the last match.
    stop = None if len(found.entries) > request.size else found.stop
    first, last = (stop, None) if request.backward else (None, stop)
    return ListPage(
        exports=tuple(whole[entry.id or ""] for entry in listed),
        positions=positions,
        has_next=request.before is not None if request.backward else more,
        has_previous=more if request.backward else request.after is not None,
        start=first or (positions[0] if positions else last),
        end=last or (positions[-1] if positions else first),
    )


@dataclass
class _Search:
    """One page that is looked for."""

    request: ListRequest
    limit: ReadLimit = field(default_factory=ReadLimit)

    @cached_property
    def bounds(self) -> set[str]:
        """The positions of the request, which are not part of the page."""
        return {bound for bound in (self.request.after, self.request.before) if bound is not None}

    def position(self, entry: ExportListItem) -> str:
        """Return the position of an entry in the order asked for."""
        if self.request.sort is SortField.UPDATED_AT:
            return entry.updated_at_id or ""
        if self.request.sort is SortField.STATUS:
            return f"{entry.status}#{entry.position}"
        return entry.position

    def find(self) -> Found:
        """Return the entries of the page and one more, if there is one."""
        selective = most_selective(self.request, find_people(self.request))
        if selective is None:
            return self._read(in_order(self.request))
        if self._is_in_order(selective):
            return self._read([self._with_prefix(selective)])
        try:
            return self._page_of(self._sorted(selective))
        except EnoughRead:
            # The selective lists are long too. The whole list in order finds a page after fewer
            # reads.
            self.limit = ReadLimit()
            return self._read(in_order(self.request))

    def _is_in_order(self, source: Partitions) -> bool:
        by_change = self.request.sort is SortField.UPDATED_AT
        one_status = self.request.sort is not SortField.STATUS or self.request.filter.status
        return (source.sort == "updated_at_id") is by_change and bool(one_status)

    def _with_prefix(self, source: Partitions) -> Partitions:
        status = self.request.filter.status
        by_status = self.request.sort is SortField.STATUS
        return with_status(source, status) if by_status and status else source

    def _read(self, sources: list[Partitions]) -> Found:
        """Read partitions in the order of the page until it is full or the bound is reached."""
        ordered = reversed(sources) if self._descends else iter(sources)
        lists = (self._entries(source.within(*self._low_and_high)) for source in ordered)
        return self._page_of(chain.from_iterable(lists))

    def _sorted(self, source: Partitions) -> Iterator[ExportListItem]:
        """Read whole partitions and sort them; EnoughRead if they are too long."""
        entries = source.entries(descending=self._descends, per_query=ENTRIES_PER_QUERY)
        found = sorted(self.limit.count(entries), key=self.position, reverse=self._descends)
        low, high = self._low_and_high
        positions = ((self.position(entry), entry) for entry in found)
        return (
            entry
            for position, entry in positions
            if (low is None or low < position) and (high is None or position < high)
        )

    def _page_of(self, entries: Iterable[ExportListItem]) -> Found:
        found: list[ExportListItem] = []
        last = None
        try:
            for entry in entries:
                last = entry
                if self.position(entry) not in self.bounds and matches(entry, self.request.filter):
                    found.append(entry)
                if len(found) > self.request.size:
                    break
        except EnoughRead:
            return Found(found, self.position(last) if last else None)
        return Found(found)

    def _entries(self, source: Partitions) -> Iterator[ExportListItem]:
        # One more than the page shows whether there is a next page, without a count.
        page = self.request.size + 1 + len(self.bounds)
        is_exact = given_filters(self.request.filter) <= source.covers
        per_query = page if is_exact else max(page, ENTRIES_PER_QUERY)
        return self.limit.count(source.entries(descending=self._descends, per_query=per_query))

    @property
    def _descends(self) -> bool:
        return self.request.descending is not self.request.backward

    @property
    def _low_and_high(self) -> tuple[str | None, str | None]:
        request = self.request
        if request.descending:
            return request.before, request.after
        return request.after, request.before


def matches(entry: ExportListItem, wanted: ListFilter) -> bool:
    """Return whether an entry passes the filter."""
    return (
        wanted.status in (None, entry.status)
        and _lies_between(entry.created_at, wanted.created_from, wanted.created_to)
        and _lies_between(entry.updated_at, wanted.updated_from, wanted.updated_to)
        and (wanted.user or "").casefold() in (entry.user_search or "")
        and (wanted.app or "").casefold() in (entry.app_search or "")
    )


def _lies_between(text: str | None, low: datetime | None, high: datetime | None) -> bool:
    first, last = write_time_or_none(low), write_time_or_none(high)
    return (first is None or first <= (text or "")) and (last is None or (text or "") <= last)


def _read_whole(shop: str, export_ids: list[str]) -> dict[str, ExportFile]:
    """Return the jobs by id. One that was removed in between is missing."""
    if not export_ids:
        return {}
    keys = [(shop, export_id) for export_id in export_ids]
    # Entries hold what lists filter and sort by; clients may ask for everything about an export.
    found = ExportFileItem.batch_get(keys, consistent_read=True)
    return {item.id: read_job(item) for item in found}
