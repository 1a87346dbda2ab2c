"""Pages of documents to the bytes of rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from chalicelib.exports.export_type import Predicate, SortKey
from chalicelib.rendering.row_compiler import RowMaker

# Saleor orders gift cards and voucher codes within batches of this many records.
RECORDS_PER_BATCH: Final = 1_000
CHUNK_BYTES: Final = 1 << 20
_decode: Final = msgspec.json.Decoder().decode

Pages = Iterable[list[bytes]]


class RenderedRows:
    """The rows of pages of documents, rendered while iterated over, in chunks of whole rows.

    `record_count` and `row_count` are right once the iteration has ended.
    """

    def __init__(
        self,
        pages: Pages,
        make_rows: RowMaker,
        *,
        predicate: Predicate | None = None,
        sort_key: SortKey | None = None,
    ) -> None:
        self._pages = pages
        self._make_rows = make_rows
        self._predicate = predicate
        self._sort_key = sort_key
        self.record_count = 0
        self.row_count = 0

    def __iter__(self) -> Iterator[bytes]:
        rows: list[bytes] = []
        size = 0
        for documents in self._batches():
            for document in documents:
                encoded = self._encoded_rows(document)
                size += len(encoded)
                rows.append(encoded)
                if size > CHUNK_BYTES:
                    yield b"".join(rows)
                    rows, size = [], 0
        if rows:
            yield b"".join(rows)

    def _encoded_rows(self, document: bytes) -> bytes:
        made = self._make_rows(document)
        self.row_count += len(made)
        return b"".join(made)

    def _batches(self) -> Iterator[Sequence[bytes]]:
        """Yield the admitted documents by page, or in sorted batches if there is a sort key."""
        if self._sort_key is None:
            yield from self._admitted()
            return
        waiting: list[bytes] = []
        for documents in self._admitted():
            waiting += documents
            while len(waiting) >= RECORDS_PER_BATCH:
                yield self._sorted(waiting[:RECORDS_PER_BATCH])
                del waiting[:RECORDS_PER_BATCH]
        yield self._sorted(waiting)

    def _sorted(self, documents: Sequence[bytes]) -> Sequence[bytes]:
        key = self._sort_key
        # Saleor sorts each batch that it reads, not the file, so files of both have the same order.
        return sorted(documents, key=lambda document: key(_decode(document))) if key else documents

    def _admitted(self) -> Iterator[list[bytes]]:
        admits = self._predicate
        for page in self._pages:
            self.record_count += len(page)
            if admits is None:
                yield page
            else:
                yield [document for document in page if admits(_decode(document))]
