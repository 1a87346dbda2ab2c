"""The demo shop over HTTP: its API, its keys, its page, and the faults that tests ask for."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler
from typing import Any, Final
from urllib.parse import parse_qs

from local.demo_shop import dashboard
from local.demo_shop.page import change, show_page
from local.demo_shop.served import API_PATH, ServedShop

KEYS_PATH: Final = "/.well-known/jwks.json"
EXPORT_PATH: Final = "/export"
# Smaller answers are sent as they are.
LARGE_BYTES: Final = 1_024
CHUNK_BYTES: Final = 4_096
HTML_TYPE: Final = "text/html; charset=utf-8"


def handler_of(server: ServedShop) -> type[BaseHTTPRequestHandler]:
    """Return what answers the requests to a shop."""
    return type("Handler", (_Handler,), {"shop_server": server})


class _Handler(BaseHTTPRequestHandler):
    """Answers requests to the shop's API, its keys and its page."""

    shop_server: ServedShop
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        server = self.shop_server
        if self.path == KEYS_PATH:
            self._answer(200, server.issuer.key_set())
        elif self.path == "/":
            self._answer(200, show_page(server).encode(), HTML_TYPE)
        elif self.path == EXPORT_PATH and server.app is not None:
            # Only a local run accepts a token in an address (TOKEN_IN_ADDRESS).
            self._answer(302, b"", Location=f"{server.waybill_url}/#token={server.sign_staff()}")
        elif self.path.startswith(dashboard.PATH):
            self._answer(*dashboard.answer_dashboard(server, self.path))
        elif self.path == "/state":
            self._answer(200, json.dumps(server.describe()).encode())
        else:
            self._answer(404, b"{}")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == API_PATH:
            token = self.headers.get("Authorization", "").removeprefix("Bearer ")
            status, found = self.shop_server.ask(body, token)
            self._answer(status, found, **({"Retry-After": "1"} if status == 429 else {}))
            return
        given = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        if self.path == "/change":
            change(self.shop_server, given)
            self._answer(303, b"", Location="/")
        elif self.path == "/faults":
            _set_faults(self.shop_server, given)
            self._answer(204, b"")
        else:
            self._answer(404, b"{}")

    def _answer(
        self, status: int, body: bytes, content_type: str = "application/json", **headers: str
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        for name, text in headers.items():
            self.send_header(name.replace("_", "-"), text)
        if len(body) >= LARGE_BYTES and "gzip" in self.headers.get("Accept-Encoding", ""):
            self._send_chunks(gzip.compress(body, 1))
            return
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _send_chunks(self, compressed: bytes) -> None:
        """Send a compressed body of unknown length, as Saleor sends every large answer."""
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for start in range(0, len(compressed), CHUNK_BYTES):
            chunk = compressed[start : start + CHUNK_BYTES]
            self.wfile.write(b"%x\r\n%b\r\n" % (len(chunk), chunk))
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, format: str, *args: Any) -> None:
        return


def _set_faults(server: ServedShop, given: Mapping[str, str]) -> None:
    """Set the faults that a form names; all others end.

    `seconds` a request, `answers` (statuses, separated by commas), `anonymous`, `clock` (seconds
    ahead), `broken` (ids of products, separated by commas), and the shares of deliveries that are
    `lost`, `doubled` or `late`.
    """
    faults = server.faults
    faults.seconds_per_request = float(given.get("seconds", 0))
    faults.answers[:] = map(int, filter(None, given.get("answers", "").split(",")))
    faults.is_anonymous = "anonymous" in given
    faults.clock_seconds = float(given.get("clock", 0))
    server.shop.broken = set(filter(None, given.get("broken", "").split(",")))
    for name in ("lost", "doubled", "late"):
        setattr(server.sent.mischief, name, float(given.get(name, 0)))
