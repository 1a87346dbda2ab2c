"""A ZIP archive (APPNOTE.TXT), written once from front to back.

Python's `zipfile` deflates by itself, with zlib. Here the content comes deflated, from blocks that
were made elsewhere, at four times the speed.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from chalicelib.formats.checksum import Checksum
from chalicelib.formats.deflate import LAST_BLOCK, deflated

MAX_SIZE_WITHOUT_ZIP64: Final = 0xFFFFFFFF
_UNKNOWN: Final = 0xFFFFFFFF
_VERSION, _VERSION_OF_ZIP64 = 20, 45
# Bit 3: sizes and checksum follow the content, in the data descriptor.
_FLAGS: Final = 1 << 3
_DEFLATED: Final = 8
# The first day that the format knows. The same rows give the same bytes.
_TIME, _DATE = 0, (1 << 5) | 1


@dataclass(frozen=True, slots=True)
class _Entry:
    """A written file of the archive."""

    name: bytes
    offset: int
    packed_bytes: int
    content: Checksum
    large: bool


class ZipStream:
    """An archive in the making: files are added one after the other, then comes the directory."""

    def __init__(self) -> None:
        self._entries: list[_Entry] = []
        self._size = 0

    def add(
        self,
        name: str,
        blocks: Iterable[bytes],
        checksum: Callable[[], Checksum],
        *,
        large: bool = False,
    ) -> Iterator[bytes]:
        """Yield a file of deflated blocks. `checksum` is called after the last block.

        `large` must be true for a file of 4 GiB or more. Simple readers do not know such files.
        """
        offset = self._size
        yield self._sent(_local_header(name.encode(), large=large))
        start = self._size
        for block in blocks:
            yield self._sent(block)
        yield self._sent(LAST_BLOCK)
        entry = _Entry(name.encode(), offset, self._size - start, checksum(), large)
        self._entries.append(entry)
        yield self._sent(_data_descriptor(entry))

    def add_small(self, name: str, content: bytes) -> Iterator[bytes]:
        """Yield a file with this content."""
        return self.add(name, deflated([content]), lambda: Checksum.of(content))

    def end(self) -> Iterator[bytes]:
        """Yield the directory of the archive."""
        start = self._size
        for entry in self._entries:
            yield self._sent(_directory_entry(entry))
        yield _directory_end(len(self._entries), start, self._size - start)

    def _sent(self, part: bytes) -> bytes:
        self._size += len(part)
        return part


def _local_header(name: bytes, *, large: bool) -> bytes:
    extra = struct.pack("<HHQQ", 1, 16, 0, 0) if large else b""
    size = _UNKNOWN if large else 0
    version = _VERSION_OF_ZIP64 if large else _VERSION
    fields = (version, _FLAGS, _DEFLATED, _TIME, _DATE, 0, size, size, len(name), len(extra))
    return b"PK\3\4" + struct.pack("<5H3L2H", *fields) + name + extra


def _data_descriptor(entry: _Entry) -> bytes:
    sizes = "<LQQ" if entry.large else "<LLL"
    content = entry.content
    return b"PK\7\b" + struct.pack(sizes, content.crc32, entry.packed_bytes, content.size_bytes)


def _directory_entry(entry: _Entry) -> bytes:
    sizes = (entry.content.size_bytes, entry.packed_bytes, entry.offset)
    large = entry.large or entry.offset >= MAX_SIZE_WITHOUT_ZIP64
    extra = struct.pack("<HHQQQ", 1, 24, *sizes) if large else b""
    raw, packed, offset = (_UNKNOWN,) * 3 if large else sizes
    version = _VERSION_OF_ZIP64 if large else _VERSION
    head = (version, version, _FLAGS, _DEFLATED, _TIME, _DATE, entry.content.crc32, packed, raw)
    rest = (len(entry.name), len(extra), 0, 0, 0, 0, offset)
    return b"PK\1\2" + struct.pack("<6H3L5H2L", *head, *rest) + entry.name + extra


def _directory_end(count: int, start: int, size: int) -> bytes:
    large = start + size >= MAX_SIZE_WITHOUT_ZIP64
    shown = (_UNKNOWN, _UNKNOWN) if large else (size, start)
    end = b"PK\5\6" + struct.pack("<4H2LH", 0, 0, count, count, *shown, 0)
    return _directory_end_of_zip64(count, start, size) + end if large else end


def _directory_end_of_zip64(count: int, start: int, size: int) -> bytes:
    fields = (44, _VERSION_OF_ZIP64, _VERSION_OF_ZIP64, 0, 0, count, count, size, start)
    record = b"PK\6\6" + struct.pack("<Q2H2L4Q", *fields)
    return record + b"PK\6\7" + struct.pack("<LQL", 0, start + size, 1)
