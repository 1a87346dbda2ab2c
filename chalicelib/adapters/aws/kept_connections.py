"""HTTP connections that are kept from one request to the next (ADR 38).

A request is written at once, and its answer is read without the layers of `http.client`.
"""

from __future__ import annotations

import time
from collections import defaultdict, deque
from collections.abc import Mapping
from functools import cached_property
from http.client import HTTPConnection, HTTPSConnection
from ssl import SSLContext, create_default_context
from typing import Final
from urllib.parse import urlsplit
from weakref import finalize

# The file with the certificates that botocore trusts.
from botocore.httpsession import where
from urllib3.util.wait import wait_for_read

from chalicelib.adapters.aws.chunked_body import Body, chunks_of
from chalicelib.adapters.aws.http_answer import Answer, read_answer

MAX_JOINED_BYTES: Final = 1 << 16
# A function that Lambda has frozen does not notice that a service closed the connection. It would
# wait for an answer that does not come.
MAX_IDLE_SECONDS: Final = 20


class KeptConnection:
    """A connection, and the buffer through which its answers are read."""

    def __init__(self, connection: HTTPConnection) -> None:
        self._connection = connection
        self._answers = connection.sock.makefile("rb")
        self._used_at = time.time()

    def ask(self, target: str, headers: Mapping[str, bytes], body: Body) -> Answer:
        """Return the answer to a request. `target` is the method and the path with its query."""
        lines = [b"%s: %s\r\n" % (name.encode(), value) for name, value in headers.items()]
        head = b"".join([target.encode(), b" HTTP/1.1\r\n", *lines, b"\r\n"])
        texts = head, *chunks_of(body)
        # Two writes are two packets and two TLS records. But joining a large body would copy it.
        for text in (b"".join(texts),) if len(body) < MAX_JOINED_BYTES else texts:
            self._connection.send(text)
        answer = read_answer(self._answers)
        # Not monotonic: that clock can stand still in a frozen function.
        self._used_at = time.time()
        return answer

    def is_usable(self) -> bool:
        """Return whether the service has probably not closed the idle connection."""
        if time.time() - self._used_at > MAX_IDLE_SECONDS:
            return False
        # No answer is due, so all there can be to read is that the service closed the connection.
        return not wait_for_read(self._connection.sock, timeout=0)

    def close(self) -> None:
        """Close the socket."""
        self._answers.close()
        self._connection.close()


class KeptConnections:
    """Connections by address. Threads may share them."""

    def __init__(self, *, connect_seconds: float, read_seconds: float) -> None:
        self._connect_seconds = connect_seconds
        self._read_seconds = read_seconds
        self._idle: defaultdict[str, deque[KeptConnection]] = defaultdict(deque)
        # A client of botocore refers to itself. The collector may drop the open sockets of such a
        # cycle before it calls `__del__`.
        finalize(self, _close, self._idle)

    def ask(self, method: str, url: str, headers: Mapping[str, bytes], body: Body) -> Answer:
        """Return the answer to a request; OSError or HTTPException if there is none."""
        idle = self._idle[urlsplit(url).netloc]
        connection = _take(idle) or self._connected(url)
        try:
            answer = connection.ask(f"{method} {path_of(url)}", headers, body)
        except BaseException:
            connection.close()
            raise
        if answer.closes:
            connection.close()
        else:
            idle.append(connection)
        return answer

    def _connected(self, url: str) -> KeptConnection:
        address = urlsplit(url)
        host, port, seconds = str(address.hostname), address.port, self._connect_seconds
        connection = (
            HTTPConnection(host, port, timeout=seconds)
            if address.scheme == "http"
            else HTTPSConnection(host, port, timeout=seconds, context=self._tls)
        )
        connection.connect()
        connection.sock.settimeout(self._read_seconds)
        return KeptConnection(connection)

    @cached_property
    def _tls(self) -> SSLContext:
        return create_default_context(cafile=where())


def _close(idle: Mapping[str, deque[KeptConnection]]) -> None:
    for connections in idle.values():
        for connection in connections:
            connection.close()


def _take(idle: deque[KeptConnection]) -> KeptConnection | None:
    """Return a usable connection, None if there is none. The others are closed."""
    while idle:
        try:
            connection = idle.pop()
        except IndexError:
            # Another thread has taken the last one.
            return None
        if connection.is_usable():
            return connection
        connection.close()
    return None


def path_of(url: str) -> str:
    """Return the path of an address, with its query."""
    address = urlsplit(url)
    return f"{address.path or '/'}{'?' if address.query else ''}{address.query}"
