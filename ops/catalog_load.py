"""Writing a catalogue: the kinds its files are of are replaced, bucket by bucket, several at a time.

Look-ups (voucher codes by id) have no directory to find old ones by: each belongs to a listed code, each code
to a voucher. So what belongs goes before what it belongs to, and comes after it; an interrupted load leaves
nothing behind that the next one would not find.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

from chalicelib.adapters.catalog_item import Item, make_key
from chalicelib.adapters.catalog_writer import CatalogWriter, Change
from chalicelib.adapters.document_codec import decode_document
from chalicelib.catalog.kinds import (
    VOUCHER_CODES_BY_ID,
    VOUCHERS,
    family_of,
    voucher_code_number,
    voucher_codes_kind,
)
from ops.catalog_spool import CatalogSpool

WRITERS: Final = 8
LOOK_UPS: Final = "voucher codes by id"

Progress = Callable[[int], Any]
Changes = dict[str, Change]


@dataclass(frozen=True, slots=True)
class CatalogLoad:
    """One load of a shop's catalogue; `progress` is told of records that are stored as they shall be."""

    spool: CatalogSpool
    shop: str
    writer: CatalogWriter
    progress: Progress

    def replace(self, kinds: Iterable[str]) -> Changes:
        """Make these kinds hold what is in the spool; tells what became of each. Unavailable: load again."""
        changes: Changes = defaultdict(Change)
        for kind, change in self._all_changes(tuple(kinds)):
            changes[family_of(kind)] += change
            self.progress(change.written + change.kept)
        return dict(changes)

    def _all_changes(self, kinds: tuple[str, ...]) -> Iterator[tuple[str, Change]]:
        if VOUCHERS not in kinds:
            yield from self._replace_kinds(kinds)
            return
        codes = {kind for kind in self.spool.kinds() if kind not in kinds}
        codes_before = self._code_kinds_before()
        yield LOOK_UPS, self._delete_stale_look_ups(codes | codes_before)
        yield from self._replace_kinds(codes_before - codes)
        yield from self._replace_kinds(kinds)
        yield from self._replace_kinds(codes)
        yield from self._put_look_ups()

    def _replace_kinds(self, kinds: Iterable[str]) -> Iterator[tuple[str, Change]]:
        """A change for each bucket, and an empty one for each kind: it may have no records at all."""
        with ThreadPoolExecutor(WRITERS, thread_name_prefix="load") as threads:
            buckets: list[tuple[str, int, int | None]] = []
            for kind, before in threads.map(self._announce, sorted(kinds)):
                yield kind, Change()
                numbers = sorted(before.keys() | set(self.spool.buckets(kind)))
                buckets += [(kind, number, before.get(number)) for number in numbers]
            yield from threads.map(self._replace_bucket, buckets)

    def _announce(self, kind: str) -> tuple[str, dict[int, int]]:
        """The directory of a kind as it was, and every new bucket entered into it."""
        before = self.writer.find_directory(self.shop, kind)
        self.writer.announce(
            self.shop, kind, [new for new in self.spool.buckets(kind) if new not in before]
        )
        return kind, before

    def _replace_bucket(self, bucket: tuple[str, int, int | None]) -> tuple[str, Change]:
        kind, number, promised = bucket
        items = self.spool.items(kind, number)
        return kind, self.writer.replace_bucket(self.shop, kind, number, items, promised)

    def _code_kinds_before(self) -> set[str]:
        pages = self.writer.find_items(self.shop, VOUCHERS)
        return {voucher_codes_kind(int(item["number"]["N"])) for page in pages for item in page}

    def _delete_stale_look_ups(self, code_kinds: Iterable[str]) -> Change:
        deleted = 0
        for page in chain.from_iterable(
            self.writer.find_items(self.shop, kind) for kind in code_kinds
        ):
            numbers = {_look_up_number(item) for item in page}
            stale = [
                number for number in numbers if not self.spool.holds(VOUCHER_CODES_BY_ID, number)
            ]
            self.writer.delete(make_key(self.shop, VOUCHER_CODES_BY_ID, number) for number in stale)
            deleted += len(stale)
        return Change(deleted=deleted)

    def _put_look_ups(self) -> Iterator[tuple[str, Change]]:
        with ThreadPoolExecutor(WRITERS, thread_name_prefix="load") as threads:
            for written in threads.map(self._put, self.spool.look_ups()):
                yield LOOK_UPS, Change(written=written)

    def _put(self, items: list[Item]) -> int:
        self.writer.put(items)
        return len(items)


def _look_up_number(code: Item) -> int:
    return voucher_code_number(json.loads(decode_document(code["document"]["B"]))["id"])
