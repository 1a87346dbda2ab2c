"""Any text format, compressed by gzip."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from chalicelib.errors import RequestRefused
from chalicelib.formats.cells import CellSpec
from chalicelib.formats.checksum import CheckedBytes, Checksum
from chalicelib.formats.deflate import LAST_BLOCK, deflated
from chalicelib.formats.row_format import (
    NO_NOTES,
    Extent,
    Notes,
    PackedSegment,
    RowFormat,
    WriteRun,
)
from chalicelib.words.text import say

# RFC 1952: no name, no time, an unknown system. The same rows give the same bytes.
_MEMBER_START: Final = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_SIZE_MODULUS: Final = 1 << 32


class GzipFormat:
    """The files of a text format, each compressed into one member of gzip.

    A file of several members is valid too, but many readers (browsers, PHP, Ruby, Perl) return the
    first one only, without an error. So segments are blocks inside of the one member (ADR 23).
    """

    # The file is saved as .gz: gzip is the type of its content, not a content encoding.
    content_type: str = "application/gzip"
    concatenable: bool = True

    def __init__(self, text: RowFormat) -> None:
        self._text = text
        self.separator = text.separator
        self.row_start = text.row_start
        self.row_end = text.row_end
        self.encoding = text.encoding
        self.max_columns = text.max_columns
        self.headers_differ = text.headers_differ
        self.file_extension = f"{text.file_extension}.gz"
        # Segments of version 1 were members of their own.
        self.version = text.version + 1

    def for_cells(self, cells: Sequence[CellSpec]) -> RowFormat:
        """Return itself: the format is the same for all columns."""
        return self

    def writer(self, cells: Sequence[CellSpec]) -> WriteRun:
        """Return the writer of the format inside."""
        return self._text.writer(cells)

    def head(self, headers: Sequence[str]) -> bytes:
        """Return the header of the gzip member and the deflated head."""
        return _MEMBER_START + b"".join(deflated([self._text.head(headers)]))

    def pack(self, rows: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the rows as deflated blocks that can stand anywhere in the member."""
        return deflated(rows)

    def tail(self, headers: Sequence[str], segments: Iterable[PackedSegment]) -> bytes:
        """Return the last block, and checksum and size of the whole content."""
        return self._tail(headers, [segment.rows for segment in segments])

    def _tail(self, headers: Sequence[str], rows: Iterable[Checksum]) -> bytes:
        whole = sum(rows, start=Checksum.of(self._text.head(headers)))
        return LAST_BLOCK + struct.pack("<LL", whole.crc32, whole.size_bytes % _SIZE_MODULUS)

    def finish(
        self,
        headers: Sequence[str],
        rows: Iterable[bytes],
        *,
        extent: Extent | None = None,
        notes: Notes = NO_NOTES,
    ) -> Iterator[bytes]:
        """Yield the whole file from unpacked rows."""
        checked = CheckedBytes(rows)
        yield self.head(headers)
        yield from self.pack(checked)
        yield self._tail(headers, [checked.checksum])

    def gzipped(self) -> RowFormat:
        """Raise RequestRefused: the file is compressed already."""
        raise RequestRefused(say("The file is compressed already."), field="compression")
