"""Size and CRC-32 of bytes that pass through."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from isal import isal_zlib


@dataclass(frozen=True, slots=True)
class Checksum:
    """The size and the CRC-32 of bytes. A sum is the checksum of the joined bytes."""

    size_bytes: int = 0
    crc32: int = 0

    def __add__(self, after: Checksum) -> Checksum:
        crc32 = isal_zlib.crc32_combine(self.crc32, after.crc32, after.size_bytes)
        return Checksum(self.size_bytes + after.size_bytes, crc32)

    @classmethod
    def of(cls, content: bytes) -> Checksum:
        """Return the checksum of these bytes."""
        return cls(len(content), isal_zlib.crc32(content))


class CheckedBytes:
    """Chunks of bytes. Their `checksum` is complete once the iteration has ended."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = chunks
        self._size_bytes = 0
        self._crc32 = 0

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self._size_bytes += len(chunk)
            # isal takes a tenth of the time of zlib.
            self._crc32 = isal_zlib.crc32(chunk, self._crc32)
            yield chunk

    @property
    def checksum(self) -> Checksum:
        """Return the checksum of the bytes that have been read so far."""
        return Checksum(self._size_bytes, self._crc32)
