"""Pages of documents to the bytes of rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import itemgetter
from typing import Any, Final

import msgspec

from chalicelib.errors import CatalogIncomplete
from chalicelib.exports.export_type import Predicate, SortKey
from chalicelib.rendering.row_compiler import RowMaker

# Saleor orders gift cards and voucher codes within batches of this many records.
RECORDS_PER_BATCH: Final = 1_000
CHUNK_BYTES: Final = 1 << 20
# Memory holds the cells of so many records, beside a chunk.
RECORDS_AT_ONCE: Final = 100
MAX_BYTES_AT_ONCE: Final = 1 << 18

Pages = Iterable[list[bytes]]
# What rows are made of: a document or its part. It stands behind the part of it that predicate and
# sort key read, or behind its sort key.
Pair = tuple[Any, Any]


class RenderedRows:
    """The rows of pages of documents, rendered while iterated over, in chunks of whole rows.

    With `rows_of_part`, rows are made of the `part` of a document that predicate and sort key read.
    `record_count` (read), `admitted_count` and `row_count` are right once the iteration has ended.
    """

    def __init__(
        self,
        pages: Pages,
        make_rows: RowMaker,
        *,
        predicate: Predicate | None = None,
        sort_key: SortKey | None = None,
        part: Any = dict,
        rows_of_part: Callable[[Sequence[Any]], list[bytes]] | None = None,
    ) -> None:
        self._pages = pages
        self._needs_documents = rows_of_part is None
        self._make_rows: Callable[[Sequence[Any]], list[bytes]] = rows_of_part or make_rows
        self._predicate = predicate
        self._sort_key = sort_key
        self._decode = msgspec.json.Decoder(part).decode
        self.record_count = 0
        self.admitted_count = 0
        self.row_count = 0

    def __iter__(self) -> Iterator[bytes]:
        rows: list[bytes] = []
        size = 0
        for batch in self._batches():
            self.admitted_count += len(batch)
            for some in _some_at_once(batch):
                made = self._make_rows(some)
                self.row_count += len(made)
                rows += made
                size += sum(map(len, made))
                if size > CHUNK_BYTES:
                    yield b"".join(rows)
                    rows, size = [], 0
        if rows:
            yield b"".join(rows)

    def _batches(self) -> Iterator[Sequence[Any]]:
        """Yield what is admitted by page, or in sorted batches if there is a sort key."""
        if self._sort_key is None:
            yield from self._admitted()
            return
        key, waiting = self._sort_key, list[Pair]()
        for pairs in self._admitted_pairs():
            waiting += [(key(part), one) for part, one in pairs]
            while len(waiting) >= RECORDS_PER_BATCH:
                yield _sorted(waiting[:RECORDS_PER_BATCH])
                del waiting[:RECORDS_PER_BATCH]
        yield _sorted(waiting)

    def _admitted(self) -> Iterator[list[Any]]:
        if self._predicate is None and self._needs_documents:
            for page in self._pages:
                self.record_count += len(page)
                yield page
        else:
            for pairs in self._admitted_pairs():
                yield [document for _, document in pairs]

    def _admitted_pairs(self) -> Iterator[list[Pair]]:
        admits = self._predicate
        for page in self._pages:
            self.record_count += len(page)
            pairs = self._paired(page)
            yield pairs if admits is None else [pair for pair in pairs if admits(pair[0])]

    def _paired(self, page: list[bytes]) -> list[Pair]:
        try:
            # Once for predicate and sort key: decoding takes most of the time of a small record.
            parts = list(map(self._decode, page))
            return list(zip(parts, page if self._needs_documents else parts, strict=True))
        except msgspec.MsgspecError as error:
            raise CatalogIncomplete.unreadable(error) from error


def _some_at_once(batch: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Yield what rows are made of at once, a large document by itself."""
    for start in range(0, len(batch), RECORDS_AT_ONCE):
        yield from _in_bounds(batch[start : start + RECORDS_AT_ONCE])


def _in_bounds(some: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Yield documents in halves, and halves of these, until they have few enough bytes."""
    if len(some) > 1 and isinstance(some[0], bytes) and sum(map(len, some)) > MAX_BYTES_AT_ONCE:
        middle = len(some) // 2
        yield from _in_bounds(some[:middle])
        yield from _in_bounds(some[middle:])
    else:
        yield some


def _sorted(pairs: Sequence[Pair]) -> Sequence[Any]:
    # Saleor sorts each batch that it reads, not the file, so files of both have the same order.
    return [one for _, one in sorted(pairs, key=itemgetter(0))]
