"""The cells of one column as pages of Parquet.

Most columns repeat their values, so a column starts with a dictionary: pages then hold numbers of
entries. A column whose values hardly repeat continues without one.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count, islice
from typing import Final

from isal import isal_zlib

from chalicelib.formats import thrift_compact as thrift
from chalicelib.formats.deflate import LEVEL
from chalicelib.formats.parquet_types import BOOLEAN, ParquetType, bits

_DATA_PAGE, _DICTIONARY_PAGE = 0, 2
PLAIN, RLE, RLE_DICTIONARY = 0, 3, 8
# Entries are numbered by 8 or 16 bits.
MAX_ENTRIES: Final = 1 << 16
MAX_DICTIONARY_BYTES: Final = 2 << 20
# What Python holds for an entry beside its characters.
_BYTES_PER_ENTRY: Final = 120
_BYTE_ENTRIES: Final = 1 << 8
# A dictionary pays if entries stand in the page more often than this, on average.
_MIN_REPEATS: Final = 1.5
_SMALL_PAGE: Final = 100
_GZIP_WINDOW: Final = 31


@dataclass(frozen=True, slots=True)
class WrittenColumn:
    """The pages of a column in one row group, as the footer describes them.

    `raw_bytes` is their size before compression. `dictionary_bytes` is the size of the dictionary
    page, 0 if there is none. `plain` says whether pages hold values instead of entries.
    """

    value_count: int
    raw_bytes: int
    packed_bytes: int
    dictionary_bytes: int
    plain: bool


class ColumnPages:
    """The pages of one column, compressed while cells arrive."""

    def __init__(self, kind: ParquetType) -> None:
        self._kind = kind
        self._entries: dict[bytes, int] = defaultdict(count().__next__)
        self._pages: list[bytes] = []
        self._has_dictionary = kind.physical != BOOLEAN
        self._plain = False
        self._values = self._raw_bytes = self._entry_bytes = 0
        self.size_bytes = 0

    @property
    def held_bytes(self) -> int:
        """Return the bytes in memory."""
        return self.size_bytes + self._entry_bytes

    def add(self, cells: Sequence[bytes]) -> None:
        """Append a page with these cells. Empty cells are null unless the type is required."""
        levels, present = (b"", cells) if self._kind.required else _levels(cells)
        content = self._numbered(present) if self._has_dictionary and present else None
        encoding = RLE_DICTIONARY if content is not None else PLAIN
        if content is None:
            self._plain, content = True, self._kind.encode(present)
        self._values += len(cells)
        kind = {1: thrift.i32(len(cells)), 2: thrift.i32(encoding)}
        levels_kind = {3: thrift.i32(RLE), 4: thrift.i32(RLE)}
        self._pages.append(
            self._page(_DATA_PAGE, {5: thrift.struct(kind | levels_kind)}, levels + content)
        )

    def take(self) -> tuple[WrittenColumn, list[bytes]]:
        """Return what the pages are, and the pages, the dictionary first."""
        first = self._dictionary_page() if self._entries else b""
        written = WrittenColumn(
            self._values, self._raw_bytes, self.size_bytes, len(first), self._plain
        )
        return written, [first, *self._pages]

    def _numbered(self, cells: Sequence[bytes]) -> bytes | None:
        """Return the entries of the cells; None from the page on where it does not pay."""
        known = len(self._entries)
        # A lookup adds a cell that is not an entry yet.
        numbers = list(map(self._entries.__getitem__, cells))
        if not self._pays(known, len(cells)):
            return None
        wide = len(self._entries) > _BYTE_ENTRIES
        if numbers[0] == numbers[-1] and numbers.count(numbers[0]) == len(numbers):
            return _run(numbers[0], len(numbers), wide=wide)
        return _packed(numbers, wide=wide)

    def _pays(self, known: int, cells: int) -> bool:
        """Return whether a page of so many cells can have a dictionary; forget its cells if not."""
        entries = self._entries
        new = list(islice(reversed(entries), len(entries) - known))
        size = self._entry_bytes + sum(map(len, new)) + _BYTES_PER_ENTRY * len(new)
        too_many = len(entries) > MAX_ENTRIES or size > MAX_DICTIONARY_BYTES
        if too_many or len(new) * _MIN_REPEATS > max(cells, _SMALL_PAGE):
            self._has_dictionary = False
            for cell in new:
                del entries[cell]
            return False
        self._entry_bytes = size
        return True

    def _dictionary_page(self) -> bytes:
        kind = {1: thrift.i32(len(self._entries)), 2: thrift.i32(PLAIN)}
        content = self._kind.encode(list(self._entries))
        return self._page(_DICTIONARY_PAGE, {7: thrift.struct(kind)}, content)

    def _page(self, number: int, kind: dict[int, thrift.Value], content: bytes) -> bytes:
        packed = isal_zlib.compress(content, LEVEL, _GZIP_WINDOW)
        sizes = {1: number, 2: len(content), 3: len(packed)}
        fields = {name: thrift.i32(value) for name, value in sizes.items()}
        _, header = thrift.struct(fields | kind)
        self._raw_bytes += len(header) + len(content)
        self.size_bytes += len(header) + len(packed)
        return header + packed


def _levels(cells: Sequence[bytes]) -> tuple[bytes, Sequence[bytes]]:
    """Return which cells are there, one bit each, and those cells."""
    present = list(filter(None, cells))
    if present and len(present) < len(cells):
        groups = (len(cells) + 7) // 8
        levels = thrift.varint(groups << 1 | 1) + bits(["1" if cell else "0" for cell in cells])
    else:
        levels = thrift.varint(len(cells) << 1) + (b"\x01" if present else b"\x00")
    return len(levels).to_bytes(4, "little") + levels, present


def _run(entry: int, count: int, *, wide: bool) -> bytes:
    """Return one entry, repeated."""
    size = 2 if wide else 1
    return bytes([8 * size]) + thrift.varint(count << 1) + entry.to_bytes(size, "little")


def _packed(entries: list[int], *, wide: bool) -> bytes:
    """Return entries of 8 or 16 bits each, in groups of eight."""
    groups = (len(entries) + 7) // 8
    entries += [0] * (8 * groups - len(entries))
    packed = array("H", entries).tobytes() if wide else bytes(entries)
    return bytes([16 if wide else 8]) + thrift.varint(groups << 1 | 1) + packed
