"""Gift cards and voucher codes of connected shops by their codes, each compared as a whole.

Voucher codes are found by their ids as well: Saleor has no query for the code of an id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from chalicelib.adapters.live.catalog import CARDS_PER_REQUEST
from chalicelib.adapters.live.reader import LiveReader, open_reader
from chalicelib.adapters.live.walk import read_bucket
from chalicelib.catalog import kinds
from chalicelib.domain.global_id import number_of
from chalicelib.domain.segment import Bucket
from chalicelib.domain.shop_api import Connection, LiveRecords, Node, NodePage
from chalicelib.errors import ExportFailed
from chalicelib.words.text import say

# Each of them makes the shop look at all its codes.
CODES_PER_REQUEST: Final = 20
# 50 pages take the shop a second and a half. People wait for them.
MAX_CODES_SEARCHED: Final = 5_000
MAX_VOUCHERS_LISTED: Final = 500
CODES_PER_PAGE: Final = 100
TOO_SLOW: Final = say(
    "Your shop cannot find some of these codes quickly enough. Choose the vouchers that have them."
)
IDS_TOO_SLOW: Final = say(
    "Your shop cannot find some of these voucher codes by ID quickly enough. Give the codes, or "
    "choose the vouchers that have them."
)


@dataclass(frozen=True, slots=True)
class ShopCodes:
    """`CodeFinder` of connected shops. `connect` says how to ask a shop, or raises ShopRefused."""

    records: LiveRecords
    connect: Callable[[str], Connection]

    def find_ids(self, shop: str, kind: str, codes: Sequence[str]) -> Mapping[str, str]:
        """Return the ids of cards that were never used, or of voucher codes, by code."""
        reader = open_reader(self.connect, shop, self.records)
        find = _find_cards if kind == kinds.GIFT_CARDS else _find_voucher_codes
        return find(reader, codes)

    def find_codes(self, shop: str, ids: Sequence[str]) -> Mapping[str, str]:
        """Return voucher codes by their ids, from the vouchers with the fewest codes on."""
        reader = open_reader(self.connect, shop, self.records)
        return _find_codes(reader, {kinds.voucher_code_number(one) for one in ids})


def _find_cards(reader: LiveReader, codes: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for some in _runs(codes, CARDS_PER_REQUEST):
        found |= reader.find_card_ids(some)
    return found


def _find_voucher_codes(reader: LiveReader, codes: Sequence[str]) -> dict[str, str]:
    """Return ids by code; ExportFailed if too many other codes would have to be read.

    Saleor finds vouchers by parts of their codes, but no code. The codes of these vouchers are
    read until all are found.
    """
    pages = {
        code: page
        for some in _runs(codes, CODES_PER_REQUEST)
        for code, page in zip(some, reader.find_vouchers_of_codes(some), strict=True)
    }
    found = _read_vouchers(reader, pages)
    if any(page.cursor is not None and code not in found for code, page in pages.items()):
        raise ExportFailed(TOO_SLOW)
    return found


def _read_vouchers(reader: LiveReader, pages: Mapping[str, NodePage]) -> dict[str, str]:
    """Return what is found in the vouchers on these pages, the one with the fewest codes first."""
    found: dict[str, str] = {}
    read = 0
    vouchers = {node["id"]: node for page in pages.values() for node in page.nodes}
    for voucher in sorted(vouchers.values(), key=_size):
        wanted = {code for code, page in pages.items() if _has(page, voucher)} - found.keys()
        if wanted:
            read += _size(voucher)
            if read > MAX_CODES_SEARCHED:
                raise ExportFailed(TOO_SLOW)
            found |= _find_in(reader, voucher, wanted)
    return found


def _find_in(reader: LiveReader, voucher: Node, wanted: set[str]) -> dict[str, str]:
    """Return the ids of those of the codes that a voucher has. Read no more pages than needed."""
    found: dict[str, str] = {}
    for nodes in read_bucket(reader, _kind_of(voucher), Bucket(0, _size(voucher))):
        found |= {node["code"]: node["id"] for node in nodes if node["code"] in wanted}
        if len(found) == len(wanted):
            break
    return found


def _find_codes(reader: LiveReader, numbers: set[int]) -> dict[str, str]:
    """Return codes by id; ExportFailed if too many other codes would have to be read.

    A number that no code of the shop has is left out.
    """
    vouchers = list(islice(reader.vouchers(), MAX_VOUCHERS_LISTED + 1))
    found: dict[str, str] = {}
    read = 0
    for voucher in sorted(filter(_size, vouchers), key=_size):
        if len(found) == len(numbers):
            return found
        # A voucher with one code costs the shop a request, as one with a hundred does.
        read += max(_size(voucher), CODES_PER_PAGE)
        if read > MAX_CODES_SEARCHED:
            raise ExportFailed(IDS_TOO_SLOW)
        found |= _find_numbers_in(reader, voucher, numbers)
    if len(found) < len(numbers) and len(vouchers) > MAX_VOUCHERS_LISTED:
        raise ExportFailed(IDS_TOO_SLOW)
    return found


def _find_numbers_in(reader: LiveReader, voucher: Node, numbers: set[int]) -> dict[str, str]:
    return {
        node["id"]: node["code"]
        for nodes in read_bucket(reader, _kind_of(voucher), Bucket(0, _size(voucher)))
        for node in nodes
        if kinds.voucher_code_number(node["id"]) in numbers
    }


def _kind_of(voucher: Node) -> str:
    return kinds.voucher_codes_kind(number_of(voucher["id"]))


def _has(page: NodePage, voucher: Node) -> bool:
    return any(node["id"] == voucher["id"] for node in page.nodes)


def _size(voucher: Node) -> int:
    return voucher["codes"]["totalCount"] or 0


def _runs(codes: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (codes[first : first + size] for first in range(0, len(codes), size))
