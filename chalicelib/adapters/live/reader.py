"""Read gift cards and voucher codes page by page, around all that a shop may answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, Protocol, TypeVar

from chalicelib.domain.shop_api import Connection, LiveRecords, Node, NodePage
from chalicelib.errors import (
    AddressRefused,
    ExportFailed,
    PageBroken,
    ShopRefused,
    ShopUnavailable,
    Throttled,
)
from chalicelib.words.text import say

# A page with a record that breaks it is asked for again in smaller pages, down to that record.
PAGE_SIZES: Final = (100, 25, 5, 1)
MAX_PAUSES: Final = 3
# A longer pause is a matter of the queue: no worker waits for it.
MAX_PAUSE_SECONDS: Final = 10.0
REFUSED: Final = say(
    "Your shop no longer lets Waybill read these records. Ask an administrator to check the app "
    "Waybill and its permissions in the dashboard, then export again."
)
BROKEN: Final = (
    "Your shop cannot show the record {id}, so the file would not be complete. No file was "
    "written. Correct or delete that record, then export again."
)

T = TypeVar("T")
FindRecords = Callable[[Connection, Sequence[str]], tuple[Node, ...]]


class ReadPage(Protocol):
    """Asks for the page at a cursor, with this many records."""

    def __call__(self, cursor: str | None, size: int, *, ids_only: bool = False) -> NodePage:
        """Return the page."""


@dataclass(frozen=True, slots=True)
class LiveReader:
    """Reads records of one shop.

    Every method raises ExportFailed, with a sentence for the requestor, if the shop refuses the app
    or cannot show a record, and Unavailable if a later attempt may succeed.
    """

    connection: Connection
    records: LiveRecords
    pause: Callable[[float], None] = time.sleep

    def cards(self, after: str = "", *, ids_only: bool = False) -> Iterator[NodePage]:
        """Yield pages of the gift cards that were never used, oldest first, after a cursor."""
        read = partial(self.records.read_gift_cards, self.connection)
        return self._pages(read, after, ids_only=ids_only)

    def last_card(self) -> NodePage:
        """Return a page with the youngest gift card that was never used."""
        return self._answer(partial(self.records.find_last_gift_card, self.connection))

    def codes(
        self, voucher_id: str, after: str = "", *, ids_only: bool = False, backwards: bool = False
    ) -> Iterator[NodePage]:
        """Yield pages of the codes of a voucher, newest first or backwards, after a cursor."""
        read = partial(self.records.read_codes, self.connection, voucher_id, backwards=backwards)
        return self._pages(read, after, ids_only=ids_only)

    def vouchers(self) -> Iterator[Node]:
        """Yield all vouchers."""
        for page in self._pages(partial(_read_vouchers, self.records, self.connection)):
            yield from page.nodes

    def find_cards(self, ids: Sequence[str]) -> tuple[Node, ...]:
        """Return gift cards by id, each with whether it was `used`."""
        return self._find(self.records.find_gift_cards, ids)

    def find_card_ids(self, codes: Sequence[str]) -> Mapping[str, str]:
        """Return the ids of gift cards that were never used, by their codes."""
        return self._answer(partial(self.records.find_gift_card_ids, self.connection, codes))

    def find_vouchers_of_codes(self, codes: Sequence[str]) -> tuple[NodePage, ...]:
        """Return for each code a page of the vouchers that may have it."""
        return self._answer(partial(self.records.find_vouchers_of_codes, self.connection, codes))

    def find_products(self, ids: Sequence[str]) -> tuple[Node, ...]:
        """Return the stocks, prices and publication of products by id."""
        return self._find(self.records.find_products, ids)

    def _find(self, find: FindRecords, ids: Sequence[str]) -> tuple[Node, ...]:
        """Return records by id; ExportFailed names one that the shop cannot show."""
        try:
            return self._patiently(partial(find, self.connection, ids))
        except PageBroken as error:
            if len(ids) == 1:
                raise ExportFailed(say(BROKEN, id=ids[0])) from error
        middle = len(ids) // 2
        return self._find(find, ids[:middle]) + self._find(find, ids[middle:])

    def _pages(
        self, read: ReadPage, after: str = "", *, ids_only: bool = False
    ) -> Iterator[NodePage]:
        cursor: str | None = after or None
        while True:
            page = self._page(partial(read, ids_only=True) if ids_only else read, cursor)
            yield page
            cursor = page.cursor
            if cursor is None:
                return

    def _page(self, read: ReadPage, cursor: str | None) -> NodePage:
        """Return the next page, as large as its records allow; ExportFailed names a broken one."""
        for size in PAGE_SIZES:
            try:
                return self._patiently(partial(read, cursor, size))
            except PageBroken:
                continue
        broken = self._patiently(partial(read, cursor, 1, ids_only=True))
        raise ExportFailed(say(BROKEN, id=broken.nodes[0]["id"]))

    def _answer(self, ask: Callable[[], T]) -> T:
        """Return the answer to a question that no smaller page can answer."""
        try:
            return self._patiently(ask)
        except PageBroken:
            # The shop's sentence may repeat a code, which must not get into the log.
            raise ShopUnavailable("The shop answered a question with an error.") from None

    def _patiently(self, ask: Callable[[], T]) -> T:
        """Return the answer after a few short pauses that the shop asks for."""
        for _ in range(MAX_PAUSES):
            try:
                return _trusted(ask)
            except Throttled as error:
                if error.retry_after_seconds > MAX_PAUSE_SECONDS:
                    raise
                self.pause(error.retry_after_seconds)
        return _trusted(ask)


def open_reader(
    connect: Callable[[str], Connection],
    shop: str,
    records: LiveRecords,
    pause: Callable[[float], None] = time.sleep,
) -> LiveReader:
    """Return a reader of a shop; ExportFailed if the app may not ask it."""
    try:
        return LiveReader(connect(shop), records, pause)
    except ShopRefused as error:
        raise ExportFailed(REFUSED) from error


def _trusted(ask: Callable[[], T]) -> T:
    """Return the answer.

    ExportFailed if it was for an anonymous shopper or for an app without the permission, or if the
    shop's name leads to a private address by now.
    """
    try:
        return ask()
    except (ShopRefused, AddressRefused) as error:
        raise ExportFailed(REFUSED) from error


def _read_vouchers(
    records: LiveRecords,
    connection: Connection,
    cursor: str | None,
    size: int,
    *,
    ids_only: bool = False,
) -> NodePage:
    return records.read_vouchers(connection, cursor, size)
