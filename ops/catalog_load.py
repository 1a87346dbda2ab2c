"""Replace a shop's catalogue by the records in a spool, several buckets at a time.

A load compares first and writes afterwards, so that it can be refused before anything was written.

A code belongs to a voucher, so the codes of a voucher that is gone are deleted before it, and codes
are put after their voucher. Earlier versions stored each code by id as an item that no directory
lists. These items are deleted before the codes that lead to them are rewritten. An interrupted load
leaves nothing behind that the next one would not find.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Any, Final

import msgspec

from chalicelib.adapters.catalog.bucket_change import BucketChange
from chalicelib.adapters.catalog.item import Item, make_key, number_of
from chalicelib.adapters.catalog.pack import make_packs, stored_records
from chalicelib.adapters.catalog.writer import CatalogWriter, Change
from chalicelib.catalog.kinds import (
    PRODUCTS,
    VOUCHER_CODES_BY_ID,
    VOUCHERS,
    family_of,
    is_packed,
    voucher_code_number,
    voucher_codes_kind,
)
from ops.catalog_spool import CatalogSpool

WRITERS: Final = 8
LOOK_UPS: Final = "voucher codes by id"

Progress = Callable[[int], Any]
Changes = dict[str, Change]
Comparison = Mapping[str, Sequence[BucketChange]]


@dataclass(frozen=True, slots=True)
class Drop:
    """The stored records of a kind that a load would delete."""

    kind: str
    stored: int
    dropped: int

    @property
    def percent(self) -> float:
        """Return the share of the stored records that would be deleted."""
        return 100 * self.dropped / self.stored


@dataclass(frozen=True, slots=True)
class CatalogLoad:
    """A load of a shop's catalogue. `progress` is called with numbers of records that are stored.

    `preset` are the texts that the products of the spool are compressed against.

    Unavailable: the load was interrupted; load again.
    """

    spool: CatalogSpool
    shop: str
    writer: CatalogWriter
    progress: Progress
    preset: bytes = b""

    def compare(self, kinds: Iterable[str]) -> Comparison:
        """Return the differences between what is stored of these kinds and the spool, by kind.

        The codes of vouchers are kinds of their own.
        """
        compared = set(kinds)
        if VOUCHERS in compared:
            compared |= self._code_kinds_before() | self._code_kinds() | {VOUCHER_CODES_BY_ID}
        return {kind: list(self._compare_kind(kind)) for kind in sorted(compared)}

    def replace(self, kinds: Iterable[str]) -> Changes:
        """Compare and write, however many records that deletes."""
        return self.write(self.compare(kinds))

    def write(self, comparison: Comparison) -> Changes:
        """Make the catalogue hold the records of the spool, and return what changed by kind."""
        # Products that refer to a preset cannot be read without it.
        if self.preset and PRODUCTS in comparison:
            self.writer.put_preset(self.shop, PRODUCTS, self.preset)
        changes: Changes = defaultdict(Change)
        for kind, change in self._write_all(comparison):
            changes[LOOK_UPS if kind == VOUCHER_CODES_BY_ID else family_of(kind)] += change
            self.progress(change.written + change.kept)
        return dict(changes)

    def _compare_kind(self, kind: str) -> Iterator[BucketChange]:
        entries = self.writer.find_directory(self.shop, kind)

        def compare(bucket: int) -> BucketChange:
            items = self._items(kind, bucket)
            return self.writer.compare_bucket(self.shop, kind, bucket, items, entries.get(bucket))

        with ThreadPoolExecutor(WRITERS, thread_name_prefix="load") as threads:
            buckets = sorted(entries.keys() | set(self.spool.buckets(kind)))
            for change in threads.map(compare, buckets):
                self.progress(0)
                yield change

    def _write_all(self, comparison: Comparison) -> Iterator[tuple[str, Change]]:
        codes = set(filter(_is_code_kind, comparison))
        by_id = comparison.keys() & {VOUCHER_CODES_BY_ID}
        gone = codes - self._code_kinds()
        yield from self._write_kinds(comparison, by_id)
        self._delete_old_look_ups(codes)
        yield from self._write_kinds(comparison, gone)
        yield from self._write_kinds(comparison, comparison.keys() - codes - by_id)
        yield from self._write_kinds(comparison, codes - gone)

    def _write_kinds(
        self, comparison: Comparison, kinds: Iterable[str]
    ) -> Iterator[tuple[str, Change]]:
        """Yield a change for each bucket, and an empty one per kind, which may have no records."""
        ordered = sorted(kinds)
        with ThreadPoolExecutor(WRITERS, thread_name_prefix="load") as threads:
            changes = [change for kind in ordered for change in comparison[kind]]
            yield from threads.map(partial(self._announce, comparison), ordered)
            yield from threads.map(self._write_bucket, changes)

    def _announce(self, comparison: Comparison, kind: str) -> tuple[str, Change]:
        """Put every new bucket into the directory of a kind."""
        new = [change.bucket for change in comparison[kind] if change.entry is None]
        self.writer.announce(self.shop, kind, new)
        return kind, Change()

    def _write_bucket(self, change: BucketChange) -> tuple[str, Change]:
        items = self._items(change.kind, change.bucket)
        return change.kind, self.writer.change_bucket(self.shop, items, change)

    def _items(self, kind: str, bucket: int) -> list[Item]:
        items = self.spool.items(kind, bucket)
        return make_packs(self.shop, kind, bucket, items) if is_packed(kind) else items

    def _code_kinds(self) -> set[str]:
        """Return the kinds of codes in the spool."""
        return set(filter(_is_code_kind, self.spool.kinds()))

    def _code_kinds_before(self) -> set[str]:
        """Return the kinds of the codes of all stored vouchers."""
        pages = self.writer.find_items(self.shop, VOUCHERS)
        return {voucher_codes_kind(number_of(item)) for page in pages for item in page}

    def _delete_old_look_ups(self, code_kinds: Iterable[str]) -> None:
        """Delete the items by id of codes that are items of their own."""
        for page in chain.from_iterable(
            self.writer.find_items(self.shop, kind) for kind in code_kinds
        ):
            numbers = {_look_up_number(item) for item in page if "pack" not in item}
            self.writer.delete(
                make_key(self.shop, VOUCHER_CODES_BY_ID, number) for number in numbers
            )


def find_drops(comparison: Comparison) -> Iterator[Drop]:
    """Yield how many stored records of each kind would be deleted.

    All voucher codes count as one kind, and once.
    """
    stored, dropped = Counter[str](), Counter[str]()
    for change in chain.from_iterable(comparison.values()):
        if change.kind != VOUCHER_CODES_BY_ID:
            stored[family_of(change.kind)] += change.stored
            dropped[family_of(change.kind)] += change.dropped
    return (Drop(kind, stored[kind], count) for kind, count in dropped.items() if count)


def _is_code_kind(kind: str) -> bool:
    return family_of(kind) != kind


def _look_up_number(code: Item) -> int:
    [(_, document)] = stored_records(code)
    return voucher_code_number(msgspec.json.decode(document)["id"])
