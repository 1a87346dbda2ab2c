from __future__ import annotations

from io import SEEK_CUR, SEEK_END

import pytest

from chalicelib.adapters.aws.chunked_body import ChunkedBody, chunks_of

CHUNKS = (b"abc", b"", b"d", b"efgh")


def test_a_body_is_its_chunks_one_after_the_other() -> None:
    body = ChunkedBody(CHUNKS)
    assert (body.read(), len(body)) == (b"abcdefgh", 8)
    assert chunks_of(body) == CHUNKS
    assert chunks_of(b"abc") == (b"abc",)


@pytest.mark.parametrize("size", range(1, 10))
def test_a_body_is_read_in_pieces_of_any_size(size: int) -> None:
    body = ChunkedBody(CHUNKS)
    pieces = list(iter(lambda: body.read(size), b""))
    assert b"".join(pieces) == b"abcdefgh"
    assert max(map(len, pieces)) <= size


@pytest.mark.parametrize(
    ("offset", "whence", "rest"),
    [(0, 0, b"abcdefgh"), (5, 0, b"fgh"), (-1, SEEK_CUR, b"bcdefgh"), (-3, SEEK_END, b"fgh")],
)
def test_another_attempt_reads_a_body_again(offset: int, whence: int, rest: bytes) -> None:
    body = ChunkedBody(CHUNKS)
    assert body.read(2) == b"ab"
    assert body.seek(offset, whence) == body.tell()
    assert body.read() == rest


def test_a_body_of_no_chunks_is_empty() -> None:
    assert (ChunkedBody(()).read(), len(ChunkedBody(()))) == (b"", 0)
