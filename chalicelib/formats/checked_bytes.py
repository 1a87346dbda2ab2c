"""Bytes that pass through, counted and checksummed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from isal import isal_zlib


class CheckedBytes:
    """Chunks whose total size and CRC-32 are known once the iteration has ended."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = chunks
        self.size_bytes = 0
        self.crc32 = 0

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self.size_bytes += len(chunk)
            # isal takes a tenth of the time of zlib here.
            self.crc32 = isal_zlib.crc32(chunk, self.crc32)
            yield chunk
