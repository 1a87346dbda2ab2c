"""What every `FileStore` promises."""

from __future__ import annotations

import random
import zlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.adapters.multipart_upload import MIB
from chalicelib.domain.ports import FileStore
from chalicelib.domain.request import Formulas
from chalicelib.domain.segment import SegmentResult
from chalicelib.errors import ExportFailed, NotFound
from chalicelib.formats.checksum import Checksum
from chalicelib.formats.csv_format import CsvFormat
from chalicelib.formats.row_format import PackedSegment

TYPE = "text/csv"
GZIP = CsvFormat(Formulas.RAW).gzipped()


def content_of(files: FileStore, key: str) -> bytes:
    return b"".join(files.read(key))


def add_segment(
    files: FileStore, number: int, size: int, *, gzipped: bool = False
) -> SegmentResult:
    raw = random.Random(number).randbytes(size)
    content = b"".join(GZIP.pack([raw])) if gzipped else raw
    key = f"p/segments/{number}"
    files.write(key, [content], content_type=TYPE)
    facts: dict[str, Any] = {"size_bytes": len(content), "crc32": zlib.crc32(content)}
    facts |= {"raw_bytes": size, "raw_crc32": zlib.crc32(raw)}
    return SegmentResult(number=number, file_key=key, row_count=1, **facts)


@pytest.mark.parametrize("sizes", [[], [10], [10] * 5, [9 * MIB], [3 * MIB] * 7])
def test_chunks_of_any_size_become_one_object(files: FileStore, sizes: list[int]) -> None:
    chunks = [random.Random(size).randbytes(size) for size in sizes]
    assert files.write("p/file", iter(chunks), content_type=TYPE) == sum(sizes)
    assert content_of(files, "p/file") == b"".join(chunks)


@pytest.mark.parametrize("size", [10, 9 * MIB])
def test_nothing_is_left_when_the_chunks_end_in_an_error(files: FileStore, size: int) -> None:
    def chunks() -> Iterator[bytes]:
        yield b"x" * size
        yield b"x" * size
        raise ExportFailed("No more.")

    with pytest.raises(ExportFailed):
        files.write("p/file", chunks(), content_type=TYPE)
    assert files.find_keys("p/") == ()
    assert files.abort_uploads("p/") == 0


@pytest.mark.parametrize(
    "sizes",
    [
        [],
        [100],
        [100, 200, 300],
        [6 * MIB, 7 * MIB],
        [6 * MIB, 10, 8 * MIB, 3 * MIB, 3 * MIB],
        [5 * MIB - 1] * 3,
    ],
)
def test_segments_are_composed_in_order_whatever_their_sizes(
    files: FileStore, sizes: list[int]
) -> None:
    segments = [add_segment(files, number, size) for number, size in enumerate(sizes)]
    expected = b"head\r\n" + b"".join(content_of(files, one.file_key) for one in segments)
    assert files.concatenate("p/file", b"head\r\n", segments, content_type=TYPE) == len(expected)
    assert content_of(files, "p/file") == expected


@pytest.mark.parametrize("sizes", [[], [10], [6 * MIB], [6 * MIB, 0, 10, 6 * MIB], [3 * MIB] * 4])
def test_a_file_ends_with_its_tail_whatever_the_sizes_of_its_segments(
    files: FileStore, sizes: list[int]
) -> None:
    segments = [add_segment(files, number, size) for number, size in enumerate(sizes)]
    files.concatenate("p/file", b"head", segments, tail=b"tail", content_type=TYPE)
    rows = b"".join(content_of(files, one.file_key) for one in segments)
    assert content_of(files, "p/file") == b"head" + rows + b"tail"


def test_compressed_segments_are_composed_to_one_member_of_gzip(files: FileStore) -> None:
    sizes = [6 * MIB, 0, 10, 6 * MIB]
    segments = [add_segment(files, number, size, gzipped=True) for number, size in enumerate(sizes)]
    tail = GZIP.tail(
        ["head"],
        [PackedSegment(Checksum(one.raw_bytes, one.raw_crc32), 0, bytes) for one in segments],
    )
    files.concatenate("p/file", GZIP.head(["head"]), segments, tail=tail, content_type=TYPE)
    rows = b"".join(random.Random(number).randbytes(size) for number, size in enumerate(sizes))
    member = zlib.decompressobj(wbits=31)
    assert member.decompress(content_of(files, "p/file")) == b"head\r\n" + rows
    assert (member.eof, member.unused_data) == (True, b"")


@pytest.mark.parametrize(("size", "end"), [(2, b"ok"), (4, b"book"), (9, b"book")])
def test_the_end_of_an_object_is_read_alone(files: FileStore, size: int, end: bytes) -> None:
    files.write("p/file", [b"book"], content_type=TYPE)
    assert files.read_end("p/file", size) == end


@pytest.mark.parametrize("change", [{"crc32": 1}, {"size_bytes": 99}, {"size_bytes": 101}])
def test_a_damaged_segment_is_not_composed(files: FileStore, change: dict[str, Any]) -> None:
    segment = replace(add_segment(files, 0, 100), **change)
    with pytest.raises(ExportFailed, match="damaged"):
        files.concatenate("p/file", b"head", [segment], content_type=TYPE)
    assert files.find_keys("p/file") == ()
    assert files.abort_uploads("p/") == 0


def test_a_segment_that_is_gone_is_not_found(files: FileStore) -> None:
    segments = [add_segment(files, number, 100) for number in range(2)]
    files.remove([segments[1].file_key])
    with pytest.raises(NotFound):
        files.concatenate("p/file", b"head", segments, content_type=TYPE)
    assert files.find_keys("p/file") == ()


def test_an_object_that_is_not_there_is_not_found(files: FileStore) -> None:
    with pytest.raises(NotFound):
        content_of(files, "p/gone")


def test_an_object_is_written_anew(files: FileStore) -> None:
    for content in (b"one", b"two"):
        files.write("p/file", [content], content_type=TYPE)
    assert content_of(files, "p/file") == b"two"


def test_removing_takes_the_keys_that_are_there_and_no_others(files: FileStore) -> None:
    for number in range(3):
        files.write(f"p/{number}", [b"x"], content_type=TYPE)
    files.remove(["p/0", "p/1", "p/gone"])
    files.remove([])
    assert files.find_keys("p/") == ("p/2",)


def test_keys_below_a_prefix_are_found_in_order(files: FileStore) -> None:
    for key in ("p/b", "p/a/1", "q/c"):
        files.write(key, [b"x"], content_type=TYPE)
    assert (files.find_keys("p/"), files.find_keys("none/")) == (("p/a/1", "p/b"), ())
