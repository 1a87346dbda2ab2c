from __future__ import annotations

import gzip
import socket
import struct
import threading
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from local.proxy import COMPRESSED_FROM_BYTES, REQUESTS_AT_ONCE, Proxy


class Gateway(ThreadingHTTPServer):
    """A gateway that holds each request until there is one too many, or for 50 ms.

    It answers with as many bytes as the query asks for.
    """

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.lock = threading.Lock()
        self.overrun = threading.Event()
        self.under_way = self.most = 0


class _Handler(BaseHTTPRequestHandler):
    server: Gateway

    def do_GET(self) -> None:
        gateway = self.server
        with gateway.lock:
            gateway.under_way += 1
            gateway.most = max(gateway.most, gateway.under_way)
        if gateway.under_way > REQUESTS_AT_ONCE:
            gateway.overrun.set()
        gateway.overrun.wait(0.05)
        with gateway.lock:
            gateway.under_way -= 1
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"a" * int(self.path.partition("?bytes=")[2] or 0))

    def do_HEAD(self) -> None:
        self.do_GET()

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing."""


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with Gateway() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_many_requests_at_once_are_all_answered_a_few_at_a_time(gateway: Gateway) -> None:
    with Proxy(0) as proxy:
        proxy.gateway_url = f"http://127.0.0.1:{gateway.server_port}"

        def ask(_: int) -> int:
            with urllib.request.urlopen(proxy.url, timeout=30) as answer:
                status: int = answer.status
                return status

        with ThreadPoolExecutor(40) as threads:
            assert set(threads.map(ask, range(40))) == {200}
    assert 1 < gateway.most <= REQUESTS_AT_ONCE


@pytest.mark.parametrize(
    ("size", "accepted", "encoding"),
    [(2000, "gzip, br", "gzip"), (2000, "", None), (COMPRESSED_FROM_BYTES - 1, "gzip", None)],
)
def test_large_answers_are_compressed_for_clients_that_take_it(
    gateway: Gateway, size: int, accepted: str, encoding: str | None
) -> None:
    with Proxy(0) as proxy:
        proxy.gateway_url = f"http://127.0.0.1:{gateway.server_port}"
        request = urllib.request.Request(
            f"{proxy.url}/?bytes={size}", headers={"Accept-Encoding": accepted}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            body = answer.read()
    assert answer.headers["Content-Encoding"] == encoding
    assert (gzip.decompress(body) if encoding else body) == b"a" * size


def test_a_browser_that_goes_away_leaves_no_traceback(
    gateway: Gateway, capsys: pytest.CaptureFixture[str]
) -> None:
    with Proxy(0) as proxy:
        proxy.gateway_url = f"http://127.0.0.1:{gateway.server_port}"
        with socket.create_connection(("127.0.0.1", int(proxy.url.rpartition(":")[2]))) as client:
            client.sendall(b"GET /?bytes=20000000 HTTP/1.1\r\nHost: localhost\r\n\r\n")
            client.recv(1)
            # Without lingering, the connection is reset while the proxy still writes.
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        while any("process_request" in one.name for one in threading.enumerate()):
            time.sleep(0.01)
    assert capsys.readouterr().err == ""


def test_a_head_request_is_answered_without_a_body(gateway: Gateway) -> None:
    with Proxy(0) as proxy:
        proxy.gateway_url = f"http://127.0.0.1:{gateway.server_port}"
        connection = HTTPConnection(proxy.url.removeprefix("http://"), timeout=30)
        # The second request finds the connection free of a body, or fails.
        for _ in range(2):
            connection.request("HEAD", "/health")
            answer = connection.getresponse()
            assert (answer.status, answer.read()) == (200, b"")
        connection.close()
