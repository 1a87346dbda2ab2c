"""Lists of exports and figures about them, from the table ExportLists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from chalicelib.adapters.export_files import list_counts as counts
from chalicelib.adapters.export_files.list_query import list_exports
from chalicelib.adapters.export_files.store_errors import translated_errors
from chalicelib.domain.export_list import Day, ListedExport, ListPage, ListRequest


class ExportListStore:
    """The part of the `ExportFileStore` that reads lists."""

    def list(self, request: ListRequest) -> ListPage:
        """Return one page of a shop's exports."""
        with translated_errors():
            page = list_exports(request)
            return replace(page, total=counts.count_listed(request)) if request.count else page

    def count_pending(self, shop: str) -> Counter[str]:
        """Return how many exports of a shop are PENDING, by the global id of their requestors."""
        with translated_errors():
            return counts.count_pending(shop)

    def count_days(
        self, shop: str, export_types: frozenset[str], first: date, last: date
    ) -> Sequence[Day]:
        """Return the days, from `first` to `last`, of which there are exports, in their order."""
        with translated_errors():
            return counts.count_days(shop, export_types, first, last)

    def find_recent(
        self, shop: str, export_types: frozenset[str], since: datetime, limit: int
    ) -> Sequence[ListedExport]:
        """Return the latest exports since a time, the newest first."""
        with translated_errors():
            return counts.find_recent(shop, export_types, since, limit)
