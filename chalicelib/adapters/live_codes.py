"""Gift cards of connected shops by their codes. The shop compares each code as a whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from chalicelib.adapters.live_catalog import CARDS_PER_REQUEST
from chalicelib.adapters.live_reader import open_reader
from chalicelib.domain.shop_api import Connection, LiveRecords


@dataclass(frozen=True, slots=True)
class ShopCodes:
    """`CodeFinder` of connected shops. `connect` says how to ask a shop, or raises ShopRefused."""

    records: LiveRecords
    connect: Callable[[str], Connection]

    def find_ids(self, shop: str, codes: Sequence[str]) -> Mapping[str, str]:
        """Return the ids of the cards that were never used, by code."""
        reader = open_reader(self.connect, shop, self.records)
        found: dict[str, str] = {}
        for first in range(0, len(codes), CARDS_PER_REQUEST):
            found |= reader.find_card_ids(codes[first : first + CARDS_PER_REQUEST])
        return found
