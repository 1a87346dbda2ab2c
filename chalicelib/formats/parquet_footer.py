"""The parts of a Parquet file beside its pages: positions, types and sizes.

A segment ends with a list of its row groups. The assembly reads these lists and writes the footer,
where each page is found by its place in the file.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Final

import msgspec
from isal import isal_zlib

from chalicelib.errors import ExportFailed
from chalicelib.formats import thrift_compact as thrift
from chalicelib.formats.parquet_columns import PLAIN, RLE, RLE_DICTIONARY, WrittenColumn
from chalicelib.formats.parquet_types import ParquetType, schema_element

MAGIC: Final = b"PAR1"
_GZIP: Final = 2
_CREATED_BY: Final = "Waybill version 1 (build 1)"
# The size and the checksum of a list of row groups stand behind it.
_END: Final = struct.Struct("<LL")
# One read fetches the list of most segments.
FIRST_READ_BYTES: Final = 1 << 16
DAMAGED: Final = "A part of the file was damaged in the store. Please export again."

RowGroup = tuple[int, list[WrittenColumn]]  # the number of rows, and the columns


def written_list(groups: Sequence[RowGroup]) -> bytes:
    """Return the list of row groups that a segment ends with."""
    content = isal_zlib.compress(msgspec.json.encode(groups), 1)
    return content + _END.pack(len(content), isal_zlib.crc32(content))


def read_list(read_end: Callable[[int], bytes]) -> list[RowGroup]:
    """Return the row groups of a segment whose last bytes `read_end` returns.

    ExportFailed if they are damaged.
    """
    end = read_end(FIRST_READ_BYTES)
    if len(end) < _END.size:
        raise ExportFailed(DAMAGED)
    size, crc32 = _END.unpack(end[-_END.size :])
    if size + _END.size > len(end):
        end = read_end(size + _END.size)
    content = end[-_END.size - size : -_END.size]
    if not size or isal_zlib.crc32(content) != crc32:
        raise ExportFailed(DAMAGED)
    return msgspec.json.decode(isal_zlib.decompress(content), type=list[RowGroup])


def footer(
    headers: Sequence[str],
    kinds: Sequence[ParquetType],
    segments: Sequence[tuple[int, Sequence[RowGroup]]],
) -> bytes:
    """Return the end of a file. `segments` are the place of each segment, and its row groups."""
    columns = [schema_element(*column) for column in zip(headers, kinds, strict=True)]
    root = thrift.struct({4: thrift.text("export"), 5: thrift.i32(len(columns))})
    rows = sum(group[0] for _, groups in segments for group in groups)
    names = [thrift.listed([thrift.text(header)]) for header in headers]
    described = [
        _described(group, place, names, kinds)
        for group, place in chain.from_iterable(_placed(*segment) for segment in segments)
    ]
    _, content = thrift.struct(
        {
            1: thrift.i32(2),
            2: thrift.listed([root, *columns]),
            3: thrift.i64(rows),
            4: thrift.listed(described),
            6: thrift.text(_CREATED_BY),
        }
    )
    return content + struct.pack("<L", len(content)) + MAGIC


def _placed(place: int, groups: Sequence[RowGroup]) -> Iterator[tuple[RowGroup, int]]:
    for group in groups:
        yield group, place
        place += sum(column.packed_bytes for column in group[1])


def _described(
    group: RowGroup, place: int, names: Sequence[thrift.Value], kinds: Sequence[ParquetType]
) -> thrift.Value:
    rows, columns = group
    chunks, start = [], place
    for column, name, kind in zip(columns, names, kinds, strict=True):
        chunks.append(_chunk(column, place, name, kind))
        place += column.packed_bytes
    return thrift.struct(
        {
            1: thrift.listed(chunks),
            2: thrift.i64(sum(column.raw_bytes for column in columns)),
            3: thrift.i64(rows),
            5: thrift.i64(start),
            6: thrift.i64(place - start),
        }
    )


def _chunk(
    column: WrittenColumn, place: int, name: thrift.Value, kind: ParquetType
) -> thrift.Value:
    first_page = place + column.dictionary_bytes
    used = {RLE: True, PLAIN: True, RLE_DICTIONARY: column.dictionary_bytes > 0}
    data = {
        1: thrift.i32(kind.physical),
        2: thrift.listed([thrift.i32(encoding) for encoding, is_used in used.items() if is_used]),
        3: name,
        4: thrift.i32(_GZIP),
        5: thrift.i64(column.value_count),
        6: thrift.i64(column.raw_bytes),
        7: thrift.i64(column.packed_bytes),
        9: thrift.i64(first_page),
        11: thrift.i64(place) if column.dictionary_bytes else None,
    }
    return thrift.struct({2: thrift.i64(place), 3: thrift.struct(data)})
