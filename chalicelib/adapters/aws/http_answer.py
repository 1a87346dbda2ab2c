"""Read answers over HTTP/1.1, in a third of the time of `http.client`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPException, IncompleteRead, RemoteDisconnected
from typing import BinaryIO

from urllib3 import HTTPHeaderDict


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer over HTTP. Botocore reads the first three fields by these names.

    `closes` says that the service closes the connection after this answer.
    """

    status_code: int
    headers: HTTPHeaderDict
    content: bytes
    closes: bool = False


def read_answer(stream: BinaryIO) -> Answer:
    """Return the next answer of a service; OSError or HTTPException if it is not whole."""
    first = stream.readline()
    if not first:
        raise RemoteDisconnected("The service closed the connection without an answer.")
    version, _, rest = first.decode("latin-1").partition(" ")
    headers = _headers(stream)
    content = _content(stream, headers)
    keeps = version == "HTTP/1.1" and headers.get("connection", "").lower() != "close"
    return Answer(_number(rest[:3], 10), headers, content, closes=not keeps)


def _content(stream: BinaryIO, headers: HTTPHeaderDict) -> bytes:
    if headers.get("transfer-encoding", "").lower() == "chunked":
        return b"".join(_chunks(stream))
    # Without a length, only the end of the connection would end an answer. AWS always sends one.
    return _read(stream, _number(headers.get("content-length", ""), 10))


def _headers(stream: BinaryIO) -> HTTPHeaderDict:
    headers = HTTPHeaderDict()
    while line := _line(stream):
        name, _, value = line.partition(":")
        headers.add(name, value.strip())
    return headers


def _line(stream: BinaryIO) -> str:
    """Return the next line without its end."""
    line = stream.readline()
    if not line.endswith(b"\n"):
        raise IncompleteRead(line)
    return line.rstrip(b"\r\n").decode("latin-1")


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    while size := _number(_line(stream).partition(";")[0], 16):
        yield _read(stream, size)
        _line(stream)
    # Headers may follow the last chunk.
    _headers(stream)


def _number(text: str, base: int) -> int:
    try:
        return int(text, base)
    except ValueError:
        raise HTTPException("The answer is not valid HTTP.") from None


def _read(stream: BinaryIO, size: int) -> bytes:
    content = stream.read(size)
    if len(content) < size:
        raise IncompleteRead(content, size - len(content))
    return content
