"""The port by which the work asks the sync whether a catalogue is current enough."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Protocol

from chalicelib.words.text import say


class Facts(StrEnum):
    """The groups of facts that are read together, for `ExportFile.asOf`."""

    PRODUCTS = "PRODUCTS"
    STOCKS = "STOCKS"
    PRICES = "PRICES"
    PUBLICATION = "PUBLICATION"
    NAMES = "NAMES"
    # Texts of products in other languages. They change in a shop without an event or a time.
    TRANSLATIONS = "TRANSLATIONS"
    # Gift cards and voucher codes of a connected shop, which are read when they are exported.
    RECORDS = "RECORDS"


AsOf = Mapping[Facts, datetime]
# The facts that change in a shop without any event.
REFRESHED: Final = (Facts.STOCKS, Facts.PRICES, Facts.PUBLICATION)
NOT_CONNECTED: Final = say(
    "Your shop has not installed Waybill, so its stocks and prices of now cannot be read. "
    "No file was written. Export again without `freshness: LIVE`."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Currency:
    """The state of a kind: how current it is.

    `as_of` says of each group of facts when the shop was last asked for its changes; it is empty
    for a catalogue that was loaded by hand. While `is_waiting` the sync works on it; `reason` says
    in a sentence for people what it waits for, and `refusal` why waiting longer does not help, ""
    if it may. `is_first_sync` says that the catalogue was never
    complete. `broken` are the global ids of records that the shop cannot show.
    """

    as_of: AsOf = field(default_factory=dict)
    is_waiting: bool = False
    is_first_sync: bool = False
    reason: str = ""
    refusal: str = ""
    broken: tuple[str, ...] = ()


class CatalogCurrency(Protocol):
    """Makes a catalogue as current as an export needs it."""

    def ensure(self, shop: str, kind: str, moment: datetime) -> Currency:
        """Return how current the kind is, and have the sync catch up with `moment` if it must.

        Raise ExportFailed when the shop cannot be asked until staff have acted.
        """


class LiveFacts(Protocol):
    """Reads facts of records from the shop itself, while an export runs."""

    def find(self, shop: str, ids: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
        """Return the stocks, prices and publication of up to 100 products by id, as nodes.

        Products that the shop does not know any more are left out. ExportFailed, with a sentence
        for the requestor, if the shop cannot be asked; Unavailable if it asks for a long pause.
        """


class LoadedCatalog:
    """A catalogue that was loaded by hand: it is what it is."""

    def ensure(self, shop: str, kind: str, moment: datetime) -> Currency:
        """Return that the catalogue is as current as it can be."""
        return Currency()
