"""Any text format, compressed by gzip."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from chalicelib.errors import RequestRefused
from chalicelib.formats.cells import CellSpec
from chalicelib.formats.row_format import RowFormat, WriteRun

# Level 1 shrinks rows to a quarter; a higher level takes three times as long to save another tenth.
LEVEL: Final = 1
_GZIP_WINDOW: Final = 31


class GzipFormat:
    """The files of a text format, compressed: head and segments are members of one gzip file (RFC 1952, 2.2)."""

    # Saved as a .gz file, so gzip is the type of the content, not its encoding.
    content_type = "application/gzip"
    concatenable = True

    def __init__(self, text: RowFormat) -> None:
        self._text = text
        self.separator = text.separator
        self.row_start = text.row_start
        self.row_end = text.row_end
        self.max_columns = text.max_columns
        self.file_extension = f"{text.file_extension}.gz"

    def writer(self, cells: Sequence[CellSpec]) -> WriteRun:
        return self._text.writer(cells)

    def head(self, headers: Sequence[str]) -> bytes:
        return b"".join(self.pack([self._text.head(headers)]))

    def pack(self, rows: Iterable[bytes]) -> Iterator[bytes]:
        # No name and no time in the member: the same rows give the same bytes.
        compressor = zlib.compressobj(LEVEL, zlib.DEFLATED, _GZIP_WINDOW)
        for chunk in rows:
            yield compressor.compress(chunk)
        yield compressor.flush()

    def finish(
        self, headers: Sequence[str], rows: Iterable[bytes], *, size_bytes: int | None = None
    ) -> Iterator[bytes]:
        yield self.head(headers)
        yield from self.pack(rows)

    def gzipped(self) -> RowFormat:
        raise RequestRefused("The file is compressed already.", field="compression")
