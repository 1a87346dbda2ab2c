"""Stocks, prices and publication of products, read from a connected shop while an export runs."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from chalicelib.adapters.live.reader import LiveReader, open_reader
from chalicelib.domain.shop_api import Connection, LiveRecords, Node
from chalicelib.errors import ExportFailed, Throttled, Unavailable
from chalicelib.words.text import say

# A shop that restarts is back within these seconds.
PAUSES_SECONDS: Final = (2.0, 5.0, 10.0)
SILENT: Final = say(
    "Your shop did not answer while its stocks and prices were read. No file was written. "
    "Export again in a few minutes, or without `freshness: LIVE`."
)


@dataclass(frozen=True, slots=True)
class ShopFacts:
    """`LiveFacts` of connected shops. `connect` says how to ask a shop, or raises ShopRefused."""

    records: LiveRecords
    connect: Callable[[str], Connection]
    pause: Callable[[float], None] = time.sleep

    def find(self, shop: str, ids: Sequence[str]) -> Mapping[str, Node]:
        """Return the facts of up to 100 products by id. Throttled if the shop asks for a pause."""
        reader = self._reader(shop)
        for seconds in PAUSES_SECONDS:
            try:
                return _by_id(reader, ids)
            except Throttled:
                # The shop has answered. The queue delivers the message after a long pause.
                raise
            except Unavailable:
                self.pause(seconds)
        try:
            return _by_id(reader, ids)
        except Throttled:
            raise
        except Unavailable as error:
            raise ExportFailed(SILENT) from error

    def _reader(self, shop: str) -> LiveReader:
        return open_reader(self.connect, shop, self.records, self.pause)


def _by_id(reader: LiveReader, ids: Sequence[str]) -> dict[str, Node]:
    return {node["id"]: node for node in reader.find_products(ids)}
