from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.request import Formulas
from chalicelib.errors import RequestRefused
from chalicelib.formats.checksum import CheckedBytes, Checksum
from chalicelib.formats.csv_format import CsvFormat
from chalicelib.formats.row_format import PackedSegment

FORMAT = CsvFormat(Formulas.RAW).gzipped()
HEADERS = ["id", "name"]
HEAD = b"id,name\r\n"


def join_segments(segments: list[list[bytes]]) -> bytes:
    """The file as the store composes it: head, packed segments, tail."""
    packed, checksums = b"", []
    for segment in segments:
        rows = CheckedBytes(segment)
        packed += b"".join(FORMAT.pack(rows))
        checksums.append(PackedSegment(rows.checksum, 0, bytes))
    return FORMAT.head(HEADERS) + packed + FORMAT.tail(HEADERS, checksums)


def read_first_member(content: bytes) -> bytes:
    """Read as simple readers do, which stop after one member; everything must have been read."""
    reader = zlib.decompressobj(wbits=31)
    read = reader.decompress(content)
    assert (reader.eof, reader.unused_data) == (True, b"")
    return read


@given(st.lists(st.lists(st.binary(max_size=300), max_size=3), max_size=5))
def test_segments_are_one_member_with_the_checksum_of_all(segments: list[list[bytes]]) -> None:
    rows = b"".join(chunk for segment in segments for chunk in segment)
    assert read_first_member(join_segments(segments)) == HEAD + rows


def test_long_segments_do_not_refer_to_each_other() -> None:
    segments = [[bytes(range(256)) * 2_000] * 3] * 3
    content = join_segments(segments)
    assert read_first_member(content) == HEAD + b"".join(map(b"".join, segments))
    assert len(content) < 40_000


@given(st.lists(st.binary(max_size=300), max_size=3))
def test_a_file_of_one_segment_is_one_member(rows: list[bytes]) -> None:
    content = b"".join(FORMAT.finish(HEADERS, rows))
    assert read_first_member(content) == gzip.decompress(content) == HEAD + b"".join(rows)


def test_sizes_beyond_four_gigabytes_are_counted_modulo_that() -> None:
    tail = FORMAT.tail(
        [], [PackedSegment(rows, 0, bytes) for rows in (Checksum(5_000_000_000, 1), Checksum(7, 2))]
    )
    assert int.from_bytes(tail[-4:], "little") == (5_000_000_000 + 7 + len(b"\r\n")) % 2**32


def test_a_compressed_file_is_not_compressed_again() -> None:
    with pytest.raises(RequestRefused):
        FORMAT.gzipped()


@given(st.lists(st.binary(max_size=50), max_size=5))
def test_the_sum_of_checksums_is_the_checksum_of_the_whole(parts: list[bytes]) -> None:
    whole = b"".join(parts)
    total = sum(map(Checksum.of, parts), start=Checksum())
    assert total == Checksum.of(whole) == Checksum(len(whole), zlib.crc32(whole))
