"""Gift cards and voucher codes of connected shops as a `CatalogSource`: read when exported.

Neither is stored here. Their facts change without any event, and a code is as good as money.
Source of the rules: a running Saleor 3.23, which shows 10,000 cards in 3 seconds.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from chalicelib.adapters.live.reader import LiveReader, open_reader
from chalicelib.adapters.live.walk import count_of, cut_list, find_youngest, read_bucket
from chalicelib.catalog import kinds
from chalicelib.catalog.documents import records_of
from chalicelib.catalog.node_reader import InvalidNode
from chalicelib.domain.block import Page
from chalicelib.domain.depth import Depth
from chalicelib.domain.global_id import encode_global_id, number_of
from chalicelib.domain.segment import Bucket, BucketRange
from chalicelib.domain.shop_api import Connection, LiveRecords, Node
from chalicelib.errors import ExportFailed
from chalicelib.words.text import say

# Codes cannot be asked for by id. 50,000 take the shop 15 seconds.
MAX_CODES_WALKED: Final = 50_000
CARDS_PER_REQUEST: Final = 50
TOO_MANY_CODES: Final = say(
    "Some of the codes are not among the first {most:,} of your shop. No file was "
    "written. Export all codes of their vouchers instead: name them with `voucherId` or "
    "`voucherIds`.",
    most=MAX_CODES_WALKED,
)
# An app without MANAGE_USERS sees no customers.
_HIDDEN: Final = ("used_by_number", "assigned_to_number")
# The ids of nodes are texts of a type of their own.
_encode: Final = msgspec.json.Encoder(enc_hook=str).encode


@dataclass(frozen=True, slots=True)
class LiveCatalog:
    """Reads from the shops themselves. `connect` says how to ask a shop, or raises ShopRefused."""

    records: LiveRecords
    connect: Callable[[str], Connection]
    pause: Callable[[float], None] = time.sleep

    def find_buckets(
        self, shop: str, kind: str, within: BucketRange | None = None
    ) -> tuple[Bucket, ...]:
        """Return one bucket with the number of records that the shop has now.

        At most so many are read. ExportFailed for more than one export can read. Codes of all
        vouchers have no bucket: the shop does not list them.
        """
        if kind == kinds.VOUCHER_CODES_BY_ID or (within and not within[0] <= 0 <= within[1]):
            return ()
        total = count_of(find_youngest(self._reader(shop), kind))
        return (Bucket(0, total),) if total else ()

    def cut_buckets(self, shop: str, kind: str, records: int) -> tuple[Bucket, ...]:
        """Return buckets of about `records` records; their bounds leave later records out.

        ExportFailed if the shop has more records than one export can read.
        """
        return cut_list(self._reader(shop), kind, records)

    def read_buckets(
        self,
        shop: str,
        kind: str,
        buckets: Sequence[Bucket],
        *,
        depth: Depth = Depth.DOCUMENT,
        since: int = 0,
    ) -> Iterator[list[bytes]]:
        """Yield pages of documents as the shop has them now, oldest first, codes newest first."""
        for bucket in buckets:
            for nodes in read_bucket(self._reader(shop), kind, bucket):
                yield _documents_of(kind, nodes)

    def read_blocks(
        self,
        shop: str,
        kind: str,
        buckets: Sequence[Bucket],
        groups: Collection[str],
        *,
        since: int = 0,
    ) -> Iterator[Page]:
        """Yield pages of documents: a shop has no blocks."""
        return self.read_buckets(shop, kind, buckets, since=since)

    def read_numbers(
        self,
        shop: str,
        kind: str,
        numbers: Sequence[int],
        *,
        depth: Depth = Depth.DOCUMENT,
        since: int = 0,
    ) -> Iterator[list[bytes]]:
        """Yield the documents of these numbers; the shop is asked for cards by id.

        Codes are looked for among all codes. ExportFailed if that would take too long.
        """
        reader = self._reader(shop)
        if kind != kinds.GIFT_CARDS:
            yield _codes_by_id(reader, numbers)
            return
        for first in range(0, len(numbers), CARDS_PER_REQUEST):
            some = numbers[first : first + CARDS_PER_REQUEST]
            ids = [encode_global_id("GiftCard", number) for number in some]
            yield [_document_of(kind, node) for node in reader.find_cards(ids)]

    def find_dictionary(
        self, shop: str, kind: str, *, since: int = 0
    ) -> tuple[dict[str, Any], ...]:
        """Return the vouchers of a shop, and how many codes each has."""
        return tuple(
            {"id": one["id"], "name": one["name"] or "", "codes": one["codes"]["totalCount"] or 0}
            for one in self._reader(shop).vouchers()
        )

    def _reader(self, shop: str) -> LiveReader:
        return open_reader(self.connect, shop, self.records, self.pause)


def _codes_by_id(reader: LiveReader, numbers: Sequence[int]) -> list[bytes]:
    """Return the codes of these numbers, found by a walk; ExportFailed if it would be too long."""
    found: dict[int, bytes] = {}
    left = set(numbers)
    for walked, node in enumerate(_all_codes(reader)):
        if walked == MAX_CODES_WALKED:
            raise ExportFailed(TOO_MANY_CODES)
        number = kinds.voucher_code_number(node["id"])
        if number in left:
            left.remove(number)
            found[number] = _document_of(kinds.VOUCHER_CODES_BY_ID, node)
        if not left:
            # Every further page would cost the shop for nothing.
            break
    return [found[number] for number in numbers if number in found]


def _all_codes(reader: LiveReader) -> Iterator[Node]:
    """Yield the codes of all vouchers; ExportFailed if the shop hides codes of one."""
    for voucher in reader.vouchers():
        kind = kinds.voucher_codes_kind(number_of(voucher["id"]))
        for nodes in read_bucket(reader, kind, Bucket(0, voucher["codes"]["totalCount"] or 0)):
            yield from nodes


def _documents_of(kind: str, nodes: Sequence[Node]) -> list[bytes]:
    """Return the documents of a page; ExportFailed names a record that is odd."""
    if nodes and kind != kinds.GIFT_CARDS:
        # The codes of a page are of one voucher. Reading it for each takes a fifth longer.
        with suppress(InvalidNode):
            return _codes(nodes)
    return [_document_of(kind, node) for node in nodes]


def _codes(nodes: Sequence[Node]) -> list[bytes]:
    records = records_of(kinds.VOUCHERS, {**nodes[0]["voucher"], "codes": nodes})
    found = {one.document["id"]: one.document for one in records if one.kind != kinds.VOUCHERS}
    return [_encode(found[node["id"]]) for node in nodes]


def _document_of(kind: str, node: Node) -> bytes:
    """Return the document of a gift card or a code; ExportFailed names a record that is odd."""
    make = _card if kind == kinds.GIFT_CARDS else _code
    try:
        return _encode(make(node))
    except InvalidNode as error:
        raise ExportFailed(
            say(
                "The record {id} of your shop cannot be read: {reason}. No file was written.",
                id=node["id"],
                reason=str(error),
            )
        ) from error


def _card(node: Node) -> dict[str, Any]:
    [record] = records_of(kinds.GIFT_CARDS, {"usedBy": None, **node})
    # A walk asks for cards that were never used, as Saleor itself understands it.
    document = {**record.document, "used": node.get("used", False)}
    for name in _HIDDEN:
        del document[name]
    return document


def _code(node: Node) -> dict[str, Any]:
    records = records_of(kinds.VOUCHERS, {**node["voucher"], "codes": [node]})
    found: dict[str, Any] = next(r.document for r in records if r.kind != kinds.VOUCHERS)
    return found
