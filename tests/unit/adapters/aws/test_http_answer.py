"""Answers are read whole, and no further; one that is not whole is an error."""

from __future__ import annotations

from http.client import HTTPException
from io import BytesIO

import pytest

from chalicelib.adapters.aws.http_answer import read_answer

NEXT = b"HTTP/1.1 500 Another\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


def test_an_answer_ends_after_its_length() -> None:
    stream = BytesIO(b"HTTP/1.1 200 OK\r\nETag: x\r\nContent-Length: 2\r\n\r\n{}" + NEXT)
    answer = read_answer(stream)
    assert (answer.status_code, answer.headers["etag"], answer.content) == (200, "x", b"{}")
    assert not answer.closes
    assert stream.read() == NEXT


def test_an_answer_in_chunks_ends_after_the_last_one() -> None:
    stream = BytesIO(CHUNKED + b"3;a=b\r\nabc\r\nA\r\ntenletters\r\n0\r\nX: y\r\n\r\n" + NEXT)
    assert read_answer(stream).content == b"abctenletters"
    assert stream.read() == NEXT


@pytest.mark.parametrize(
    "head", [b"HTTP/1.1 200 OK\r\nConnection: Close", b"HTTP/1.0 200 OK\r\nServer: old"]
)
def test_the_service_says_that_it_closes_the_connection(head: bytes) -> None:
    assert read_answer(BytesIO(head + b"\r\nContent-Length: 0\r\n\r\n")).closes


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\n\r\n{}",
        b"\x15\x03\x01\r\n\r\n",
        CHUNKED + b"5\r\nabc",
        CHUNKED + b"3\r\nabc\r\n",
    ],
)
def test_an_answer_that_is_not_whole_is_an_error(sent: bytes) -> None:
    with pytest.raises((HTTPException, OSError)):
        read_answer(BytesIO(sent))
