"""A reverse proxy that gives the emulated API Gateway and the local issuer one short address."""

from __future__ import annotations

import errno
import gzip
import http.client
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit

from deploy.package import ROOT
from local.quiet_server import QuietServer
from local.site import Answer, Site

# These headers describe one connection, so a proxy must not pass them on (RFC 9110, 7.6.1).
_HOP_BY_HOP: Final = frozenset(
    {"connection", "keep-alive", "transfer-encoding", "host", "content-length"}
)
UPSTREAM_SECONDS: Final = 60
# The emulator starts a process for each concurrent request: 110 MB and two seconds of a core. A
# hundred would stop a laptop, and more than twice the number of its cores is not faster.
REQUESTS_AT_ONCE: Final = 4
# The gateway in AWS compresses answers from this size on. The emulator does not, so the proxy does.
COMPRESSED_FROM_BYTES: Final[int] = json.loads((ROOT / ".chalice/config.json").read_text())[
    "minimum_compression_size"
]
Headers = list[tuple[str, str]]


class PortInUse(Exception):
    """Another program uses the port, or the system does not allow it."""


class Proxy:
    """A server on the loopback interface, in a thread. A context manager.

    Set `gateway_url` once it is known.
    """

    def __init__(self, port: int) -> None:
        self._server = _listen(port, type("BoundHandler", (_Handler,), {"proxy": self}))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self.gateway_url = ""
        # An executor serves requests in order. With a semaphore some requests could wait forever.
        self.turns = ThreadPoolExecutor(REQUESTS_AT_ONCE, thread_name_prefix="turn")
        self.sites: list[Site] = []
        self.kept: dict[str, Answer] = {}

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, name="proxy", daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


def _listen(port: int, handler: type[_Handler]) -> QuietServer:
    try:
        return QuietServer(("127.0.0.1", port), handler)
    except OSError as error:
        is_taken = error.errno == errno.EADDRINUSE
        reason = "is in use" if is_taken else f"cannot be used ({error.strerror})"
        message = f"Port {port} {reason}. Choose another one: make run PORT={_other(port)}"
        raise PortInUse(message) from error


def _other(port: int) -> int:
    """Return a port that everyone may use."""
    return port + 1 if 1024 <= port < 65_535 else 8000


class _Handler(BaseHTTPRequestHandler):
    """Passes each request to the gateway and the answer back."""

    proxy: Proxy
    protocol_version = "HTTP/1.1"
    # Headers and body are two packets. With Nagle's algorithm the second waits 40 ms for an ACK.
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._pass_on()

    def do_HEAD(self) -> None:
        self._pass_on()

    def do_POST(self) -> None:
        self._pass_on()

    def do_OPTIONS(self) -> None:
        self._pass_on()

    def log_message(self, format: str, *arguments: object) -> None:
        """Log nothing: the functions have logs of their own."""

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            status, headers, answer = self._find(body)
        except (OSError, http.client.HTTPException) as error:
            self._answer(
                502,
                [("Content-Type", "text/plain")],
                f"The gateway did not answer: {error}".encode(),
            )
            return
        self._answer(status, *self._compressed(headers, answer))

    def _find(self, body: bytes) -> Answer:
        for site in self.proxy.sites if self._is_addressed_to_loopback() else ():
            if found := site.answer(self.path, self.headers.get("Cookie", ""), body):
                return found
        return self.proxy.kept.get(self.path) or self._ask_in_turn(body)

    def _is_addressed_to_loopback(self) -> bool:
        """Return whether the browser knows that it talks to this machine.

        The sites give tokens to anyone. A web site whose name suddenly points to 127.0.0.1 (DNS
        rebinding) could read them, but its requests still carry its own name.
        """
        # Browsers leave port 80 out.
        host = self.headers.get("Host", "").partition(":")[0]
        return host in ("127.0.0.1", "localhost")

    def _ask_in_turn(self, body: bytes) -> Answer:
        """Return the gateway's answer.

        Keep immutable ones, because each request costs a process.
        """
        found = self.proxy.turns.submit(self._ask, body).result()
        if self.command == "GET" and "immutable" in dict(found[1]).get("Cache-Control", ""):
            self.proxy.kept[self.path] = found
        return found

    def _compressed(self, headers: Headers, body: bytes) -> tuple[Headers, bytes]:
        """Compress a large answer for clients that accept gzip, as the gateway in AWS does."""
        if len(body) < COMPRESSED_FROM_BYTES or "gzip" not in self.headers.get(
            "Accept-Encoding", ""
        ):
            return headers, body
        return [*headers, ("Content-Encoding", "gzip")], gzip.compress(body, mtime=0)

    def _ask(self, body: bytes) -> Answer:
        target = urlsplit(self.proxy.gateway_url)
        connection = http.client.HTTPConnection(target.netloc, timeout=UPSTREAM_SECONDS)
        try:
            path = self._upstream_path(target.path)
            connection.request(self.command, path, body=body, headers=self._end_to_end_headers())
            answer = connection.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            connection.close()

    def _end_to_end_headers(self) -> dict[str, str]:
        return {
            name: text for name, text in self.headers.items() if name.lower() not in _HOP_BY_HOP
        }

    def _upstream_path(self, prefix: str) -> str:
        """Drop a slash at the end: API Gateway treats `/graphql` and `/graphql/` as two paths."""
        path, mark, query = self.path.partition("?")
        return prefix + (path.rstrip("/") or "/") + mark + query

    def _answer(self, status: int, headers: Headers, body: bytes) -> None:
        self.send_response(status)
        for name, value in headers:
            if name.lower() not in _HOP_BY_HOP | {"date", "server"}:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        # A body after the answer to HEAD would be read as the start of the next answer.
        if self.command != "HEAD":
            self.wfile.write(body)
