"""Addresses that other people name lead to public hosts over https, or nowhere."""

from __future__ import annotations

import gzip
import socket
import threading
import time
import traceback
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any

import pytest

from chalicelib.adapters.outside_http import OutsideHttp
from chalicelib.errors import AddressRefused, Unavailable

NOT_HTTPS = "The URL must be an https address without a user name."


class FakeHost(BaseHTTPRequestHandler):
    """Answers by path."""

    def do_GET(self) -> None:
        if self.path == "/redirect":
            self.answer(302, b"", Location="http://127.0.0.1:1/")
        elif self.path == "/slow":
            self.answer(200, b"", **{"Content-Length": "20"})
            for _ in range(20):
                self.wfile.write(b"x")
                time.sleep(0.02)
        elif self.path == "/large":
            self.answer(200, b"x" * 2_000_000)
        elif self.path == "/bomb":
            self.answer(200, gzip.compress(b"x" * 5_000_000), **{"Content-Encoding": "gzip"})
        elif self.path == "/chunks":
            self.answer_in_chunks(gzip.compress(b"a page of products"))
        elif self.path.startswith("/?"):
            self.answer(200, self.path.encode())
        else:
            self.answer(200, self.headers["Host"].encode())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.answer(200, body + self.headers["X-Shop"].encode())

    def answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, text in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(body)

    def answer_in_chunks(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for chunk in (body[:20], body[20:], b""):
            self.wfile.write(b"%x\r\n%b\r\n" % (len(chunk), chunk))

    def log_message(self, format: str, *args: Any) -> None:
        return


@pytest.fixture
def host() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), FakeHost)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def get(url: str, *, allow_loopback: bool = True, max_bytes: int = 1_000_000) -> Any:
    http = OutsideHttp(allow_loopback=allow_loopback)
    return http.send("GET", url, seconds=5, max_bytes=max_bytes)


def test_a_local_run_may_ask_this_machine(host: str) -> None:
    answer = get(f"{host}/graphql/?a=1")
    assert (answer.status, answer.body.decode()) == (200, host.removeprefix("http://"))


def test_a_request_carries_its_body_and_its_headers(host: str) -> None:
    http = OutsideHttp(allow_loopback=True)
    answer = http.send(
        "POST", host, headers={"X-Shop": "tea"}, body=b"{}", seconds=5, max_bytes=100
    )
    assert answer.body == b"{}tea"


def test_a_query_without_a_path_is_sent_and_a_fragment_is_not(host: str) -> None:
    assert get(f"{host}?a=1#x").body == b"/?a=1"


def test_a_deployment_may_not(host: str) -> None:
    with pytest.raises(AddressRefused):
        get(host, allow_loopback=False)


def test_redirects_are_answers_and_are_not_followed(host: str) -> None:
    assert get(f"{host}/redirect").status == 302


def test_an_answer_that_arrives_compressed_and_in_chunks_is_decompressed(host: str) -> None:
    assert get(f"{host}/chunks").body == b"a page of products"


def test_a_host_that_sends_byte_after_byte_has_no_longer_than_any_other(host: str) -> None:
    http = OutsideHttp(allow_loopback=True)
    with pytest.raises(Unavailable, match="in time"):
        http.send("GET", f"{host}/slow", seconds=0.05)


@pytest.mark.parametrize("path", ["/large", "/bomb"])
def test_an_answer_that_is_too_large_is_cut_off(host: str, path: str) -> None:
    with pytest.raises(Unavailable, match=r"127\.0\.0\.1 did not answer"):
        get(f"{host}{path}")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://shop.example/", NOT_HTTPS),
        ("https:///graphql/", NOT_HTTPS),
        ("https://user@shop.example/", NOT_HTTPS),
        ("https://shop.example:99999/", "The URL has no valid port."),
        ("https://shop.example:port/", "The URL has no valid port."),
        ("graphql", NOT_HTTPS),
        ("https://[::1", "The URL cannot be read."),
    ],
)
def test_what_is_not_an_https_address_is_refused(url: str, reason: str) -> None:
    with pytest.raises(AddressRefused, match=f"^{reason}$"):
        get(url, allow_loopback=False)


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "127.0.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "fe80::1%eth0",
        "fd00::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "64:ff9b:1::a00:1",
        "::10.0.0.1",
        "::ffff:0:10.0.0.1",
        "fec0::1",
        "2001:0:a00:1::",
        "2002:a00:1::",
    ],
)
def test_a_host_with_a_private_address_is_refused(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    public = (2, 1, 6, "", ("93.184.216.34", 443))
    hidden = (2, 1, 6, "", (address, 443))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *given, **named: [public, hidden])
    refusal = "shop.example may not be asked: https and a public address are needed."
    with pytest.raises(AddressRefused, match=f"^{refusal}$"):
        get("https://shop.example/graphql/", allow_loopback=False)


class ClosingHost(StreamRequestHandler):
    """Answers one request of each connection, and closes it when a second one comes."""

    def handle(self) -> None:
        while self.rfile.readline() != b"\r\n":
            pass
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        self.rfile.readline()


def test_a_connection_that_rested_is_not_used_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A host closes it while Lambda has frozen the function, and only the next request fails."""
    now = [1_800_000_000.0]
    monkeypatch.setattr(time, "time", lambda: now[0])
    with ThreadingTCPServer(("127.0.0.1", 0), ClosingHost) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        http, url = OutsideHttp(allow_loopback=True), f"http://127.0.0.1:{server.server_address[1]}"
        for _ in range(3):
            assert http.send("GET", url, seconds=5).body == b"ok"
            now[0] += 5
        now[0] -= 5
        with pytest.raises(Unavailable):  # requests in a row share a connection
            http.send("GET", url, seconds=5)
        server.shutdown()


@pytest.mark.parametrize("token", ["secret\nX-Other: a", "secret\u20ac", "secret\ud800"])
def test_a_header_that_cannot_be_sent_is_refused_without_its_text(host: str, token: str) -> None:
    http = OutsideHttp(allow_loopback=True)
    with pytest.raises(AddressRefused) as refused:
        http.send("GET", host, headers={"Authorization": token}, seconds=5)
    assert "secret" not in "".join(traceback.format_exception(refused.value))
