"""A small reverse proxy: a readable address before the emulated API Gateway, and the local issuer beside it."""

from __future__ import annotations

import gzip
import http.client
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit

from deploy.package import ROOT
from local.sign_in import Answer, SignIn

# These belong to one connection, not to the request.
_HOP_BY_HOP: Final = frozenset(
    {"connection", "keep-alive", "transfer-encoding", "host", "content-length"}
)
UPSTREAM_SECONDS: Final = 60
# The emulator starts a process (110 MB, two seconds of a core) for each request under way: a hundred would stifle a
# laptop, and more than twice its cores answer no quicker.
REQUESTS_AT_ONCE: Final = 4
# The emulator does not compress; the gateway in AWS does, from this size on.
COMPRESSED_FROM_BYTES: Final[int] = json.loads((ROOT / ".chalice/config.json").read_text())[
    "minimum_compression_size"
]
Headers = list[tuple[str, str]]


class PortInUse(Exception):
    """Somebody else listens there."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128  # the standard 5 makes clients that come together wait for seconds


class Proxy:
    """Serves on loopback in a thread; a context manager. `gateway_url` may be set once it is known."""

    def __init__(self, port: int) -> None:
        handler = type("BoundHandler", (_Handler,), {"proxy": self})
        try:
            self._server = _Server(("127.0.0.1", port), handler)
        except OSError as error:
            raise PortInUse(
                f"Port {port} is in use. Choose another one: make run PORT={port + 1}"
            ) from error
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self.gateway_url = ""
        # First come, first served: behind a semaphore some would wait for ever.
        self.turns = ThreadPoolExecutor(REQUESTS_AT_ONCE, thread_name_prefix="turn")
        self.sign_in: SignIn | None = None
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


class _Handler(BaseHTTPRequestHandler):
    """Passes a request on and its answer back."""

    proxy: Proxy
    protocol_version = "HTTP/1.1"
    # Head and body go out apart: held back for the client's word, the body would come 40 ms later.
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._pass_on()

    def do_POST(self) -> None:
        self._pass_on()

    def do_OPTIONS(self) -> None:
        self._pass_on()

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing: the functions log."""

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.proxy.sign_in and (
            found := self.proxy.sign_in.answer(self.path, self.headers.get("Cookie", ""), body)
        ):
            self._answer(*found)
            return
        try:
            status, headers, answer = self.proxy.kept.get(self.path) or self._ask_in_turn(body)
        except (OSError, http.client.HTTPException) as error:
            self._answer(
                502,
                [("Content-Type", "text/plain")],
                f"The gateway did not answer: {error}".encode(),
            )
            return
        self._answer(status, *self._compressed(headers, answer))

    def _ask_in_turn(self, body: bytes) -> Answer:
        """The gateway's answer; one that says it never changes is kept, as each costs the emulator a process."""
        found = self.proxy.turns.submit(self._ask, body).result()
        if self.command == "GET" and "immutable" in dict(found[1]).get("Cache-Control", ""):
            self.proxy.kept[self.path] = found
        return found

    def _compressed(self, headers: Headers, body: bytes) -> tuple[Headers, bytes]:
        """As the gateway sends it to a client that takes gzip."""
        if len(body) < COMPRESSED_FROM_BYTES or "gzip" not in self.headers.get(
            "Accept-Encoding", ""
        ):
            return headers, body
        return [*headers, ("Content-Encoding", "gzip")], gzip.compress(body, mtime=0)

    def _ask(self, body: bytes) -> Answer:
        target = urlsplit(self.proxy.gateway_url)
        connection = http.client.HTTPConnection(target.netloc, timeout=UPSTREAM_SECONDS)
        try:
            headers = {
                name: value
                for name, value in self.headers.items()
                if name.lower() not in _HOP_BY_HOP
            }
            connection.request(
                self.command, self._upstream_path(target.path), body=body, headers=headers
            )
            answer = connection.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            connection.close()

    def _upstream_path(self, prefix: str) -> str:
        """API Gateway takes `/graphql` and `/graphql/` for two paths; here they are one."""
        path, mark, query = self.path.partition("?")
        return prefix + (path.rstrip("/") or "/") + mark + query

    def _answer(self, status: int, headers: Headers, body: bytes) -> None:
        self.send_response(status)
        for name, value in headers:
            if name.lower() not in _HOP_BY_HOP | {"date", "server"}:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
