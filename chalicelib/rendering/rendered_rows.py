"""Render pages of documents as the bytes of rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import compress
from operator import attrgetter, itemgetter
from typing import Any, Final

import msgspec

from chalicelib.catalog.halves import in_halves
from chalicelib.domain.block import Block, Page
from chalicelib.errors import CatalogIncomplete
from chalicelib.exports.export_type import Order, Part, Predicate
from chalicelib.rendering.rows import Rows

# Saleor orders gift cards and voucher codes within batches of this many records.
RECORDS_PER_BATCH: Final = 1_000
CHUNK_BYTES: Final = 1 << 20
# Memory holds the cells of so many records, beside a chunk.
RECORDS_AT_ONCE: Final = 100
MAX_BYTES_AT_ONCE: Final = 1 << 18

Pages = Iterable[Page]
# The parts of documents that predicate and order read, and what rows are made of: the documents, or
# their parts again, or a block.
Admitted = tuple[Sequence[Any], Any]


class RenderedRows:
    """The rows of pages of documents, rendered while iterated over, in chunks of whole rows.

    With `rows_of_part`, rows are made of the `part` of a document that predicate and order read.
    `record_count` (read), `admitted_count` and `row_count` are right once the iteration has ended.
    """

    def __init__(
        self,
        pages: Pages,
        make_rows: Callable[[Any], Rows],
        *,
        predicate: Predicate | None = None,
        order: Sequence[Order] = (),
        part: Any = dict,
        rows_of_part: Callable[[Sequence[Any]], Rows] | None = None,
    ) -> None:
        self._pages = pages
        self._needs_documents = rows_of_part is None
        self._make_rows: Callable[[Any], Rows] = rows_of_part or make_rows
        self._predicate = predicate
        self._order = order
        self._reader = attrgetter if _is_part(part) else itemgetter
        self._decode_lines = msgspec.json.Decoder(part).decode_lines
        self.record_count = 0
        self.admitted_count = 0
        self.row_count = 0

    def __iter__(self) -> Iterator[bytes]:
        return _in_chunks(rows.joined() for rows in self._rows())

    def lists(self) -> Iterator[list[bytes]]:
        """Yield lists of rows. Each list but the last has a little more than CHUNK_BYTES."""
        rows: list[bytes] = []
        size = 0
        for more in map(list, self._rows()):
            rows += more
            size += sum(map(len, more))
            if size > CHUNK_BYTES:
                yield rows
                rows, size = [], 0
        if rows:
            yield rows

    def _rows(self) -> Iterator[Rows]:
        for batch in self._batches():
            self.admitted_count += len(batch)
            for some in _some_at_once(batch):
                made = self._make_rows(some)
                self.row_count += len(made)
                yield made

    def _batches(self) -> Iterator[Any]:
        """Yield what rows are made of: page by page, or in sorted batches if there is an order."""
        if not self._order:
            yield from (records for _, records in self._admitted())
            return
        parts, records = list[Any](), list[Any]()
        for more_parts, more_records in self._admitted():
            parts += more_parts
            records += more_records
            while len(parts) >= RECORDS_PER_BATCH:
                yield self._sorted(parts[:RECORDS_PER_BATCH], records)
                del parts[:RECORDS_PER_BATCH], records[:RECORDS_PER_BATCH]
        yield self._sorted(parts, records)

    def _sorted(self, parts: Sequence[Any], records: Sequence[Any]) -> Sequence[Any]:
        # Saleor sorts each batch that it reads, not the file, so files of both have the same order.
        places = list(range(len(parts)))
        # Sorting is stable: the first field decides, so it comes last.
        for one in reversed(self._order):
            keys = list(map(self._reader(one.field), parts))
            places.sort(key=keys.__getitem__, reverse=one.is_descending)
        return [records[place] for place in places]

    def _admitted(self) -> Iterator[Admitted]:
        for page in self._pages:
            self.record_count += len(page)
            needs_parts = self._predicate or self._order or not self._needs_documents
            if isinstance(page, Block) or not needs_parts:
                yield (), page
            else:
                yield self._chosen(page)

    def _chosen(self, page: Sequence[bytes]) -> Admitted:
        try:
            # Once for predicate and order: decoding takes most of the time of a small record.
            parts = self._decode_lines(b"\n".join(page))
            if len(parts) != len(page):
                # An empty text would be left out, and every record behind it would be another one.
                raise msgspec.DecodeError("A text is not one document.")
        except msgspec.MsgspecError as error:
            raise CatalogIncomplete.unreadable(error) from error
        records: Sequence[Any] = page if self._needs_documents else parts
        if self._predicate is None:
            return parts, records
        admitted = list(map(self._predicate, parts))
        return list(compress(parts, admitted)), list(compress(records, admitted))


def _in_chunks(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the parts, as many joined as make a little more than CHUNK_BYTES."""
    some: list[bytes] = []
    size = 0
    for part in parts:
        some.append(part)
        size += len(part)
        if size > CHUNK_BYTES:
            yield b"".join(some)
            some, size = [], 0
    if some:
        yield b"".join(some)


def _is_part(part: Any) -> bool:
    return isinstance(part, type) and issubclass(part, Part)


def _some_at_once(batch: Any) -> Iterator[Any]:
    """Yield what rows are made of at once: a block, a large document, or a few small ones."""
    if isinstance(batch, Block):
        yield batch
        return
    for start in range(0, len(batch), RECORDS_AT_ONCE):
        some = batch[start : start + RECORDS_AT_ONCE]
        # Parts of documents are small.
        is_whole = isinstance(some[0], bytes)
        yield from in_halves(some, MAX_BYTES_AT_ONCE) if is_whole else (some,)
