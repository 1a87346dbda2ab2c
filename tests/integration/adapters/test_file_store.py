from __future__ import annotations

import random
import zlib
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.adapters.aws import client
from chalicelib.adapters.file_store import S3FileStore
from chalicelib.adapters.multipart_upload import MIB
from chalicelib.domain.request import Formulas
from chalicelib.domain.segment import SegmentResult
from chalicelib.errors import ExportFailed, NotFound
from chalicelib.formats.checksum import Checksum
from chalicelib.formats.csv_format import CsvFormat
from chalicelib.formats.row_format import PackedSegment

TYPE = "text/csv"
GZIP = CsvFormat(Formulas.RAW).gzipped()


@pytest.fixture
def files(aws: None) -> S3FileStore:
    client("s3").create_bucket(Bucket="exports")
    return S3FileStore("exports")


def content_of(files: S3FileStore, key: str) -> bytes:
    return b"".join(files.read(key))


def add_segment(
    files: S3FileStore, number: int, size: int, *, gzipped: bool = False, **given: Any
) -> SegmentResult:
    raw = random.Random(number).randbytes(size)
    content = b"".join(GZIP.pack([raw])) if gzipped else raw
    key = f"p/segments/{number}"
    files.write(key, [content], content_type=TYPE)
    facts = {"size_bytes": len(content), "crc32": zlib.crc32(content)}
    facts |= {"raw_bytes": size, "raw_crc32": zlib.crc32(raw), **given}
    return SegmentResult(number=number, file_key=key, row_count=1, **facts)


@pytest.mark.parametrize("sizes", [[], [10], [10] * 5, [9 * MIB], [3 * MIB] * 7])
def test_chunks_of_any_size_become_one_object(files: S3FileStore, sizes: list[int]) -> None:
    chunks = [random.Random(size).randbytes(size) for size in sizes]
    assert files.write("p/file", iter(chunks), content_type=TYPE) == sum(sizes)
    assert content_of(files, "p/file") == b"".join(chunks)


def test_nothing_is_left_when_the_chunks_end_in_an_error(files: S3FileStore) -> None:
    def chunks() -> Iterator[bytes]:
        yield b"x" * 9 * MIB
        yield b"x" * 9 * MIB
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
    files: S3FileStore, sizes: list[int]
) -> None:
    segments = [add_segment(files, number, size) for number, size in enumerate(sizes)]
    expected = b"head\r\n" + b"".join(content_of(files, one.file_key) for one in segments)
    assert files.concatenate("p/file", b"head\r\n", segments, content_type=TYPE) == len(expected)
    assert content_of(files, "p/file") == expected


@pytest.mark.parametrize("sizes", [[], [10], [6 * MIB], [6 * MIB, 0, 10, 6 * MIB], [3 * MIB] * 4])
def test_a_file_ends_with_its_tail_whatever_the_sizes_of_its_segments(
    files: S3FileStore, sizes: list[int]
) -> None:
    segments = [add_segment(files, number, size) for number, size in enumerate(sizes)]
    files.concatenate("p/file", b"head", segments, tail=b"tail", content_type=TYPE)
    rows = b"".join(content_of(files, one.file_key) for one in segments)
    assert content_of(files, "p/file") == b"head" + rows + b"tail"


def test_compressed_segments_are_composed_to_one_member_of_gzip(files: S3FileStore) -> None:
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
def test_the_end_of_an_object_is_read_alone(files: S3FileStore, size: int, end: bytes) -> None:
    files.write("p/file", [b"book"], content_type=TYPE)
    assert files.read_end("p/file", size) == end


def test_a_damaged_segment_is_not_composed(files: S3FileStore) -> None:
    segments = [add_segment(files, 0, 100, crc32=1)]
    with pytest.raises(ExportFailed, match="damaged"):
        files.concatenate("p/file", b"head", segments, content_type=TYPE)
    assert files.find_keys("p/file") == ()


def test_an_object_that_is_not_there_is_not_found(files: S3FileStore) -> None:
    with pytest.raises(NotFound):
        content_of(files, "p/gone")
    with pytest.raises(NotFound):
        files.read_end("p/gone", 1)


def test_removing_takes_what_is_there(files: S3FileStore) -> None:
    for number in range(3):
        files.write(f"p/{number}", [b"x"], content_type=TYPE)
    files.remove(["p/0", "p/1", "p/gone"])
    assert files.find_keys("p/") == ("p/2",)


def test_unfinished_uploads_below_a_prefix_are_aborted(files: S3FileStore) -> None:
    for key in ("p/one", "q/two"):
        client("s3").create_multipart_upload(Bucket="exports", Key=key)
    assert (files.abort_uploads("p/"), files.abort_uploads("p/"), files.abort_uploads("q/")) == (
        1,
        0,
        1,
    )


def test_a_link_is_signed_with_version_4_for_a_time_and_names_the_file(files: S3FileStore) -> None:
    url = files.make_download_url("p/f", file_name="products ü.csv", content_type=TYPE, seconds=300)
    assert "X-Amz-Algorithm=AWS4-HMAC-SHA256" in url
    assert "X-Amz-Expires=300" in url
    assert "attachment" in url
