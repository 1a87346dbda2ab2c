"""A dashboard that embeds the page: a site of its own, which hands tokens over as Saleor's does."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_PAGE = """<!doctype html><html lang="en"><title>Dashboard</title>
<iframe title="Exports" width="1100" height="700" allow="clipboard-write"></iframe>
<script>
  const tokens = [];
  const heard = [];
  const frame = document.querySelector("iframe");
  addEventListener("message", ({ data, origin }) => {
    heard.push([data.type, origin]);
    if (tokens.length) give(tokens.shift());
  });
  function give(token) {
    frame.contentWindow.postMessage({ type: "handshake", payload: { token } }, "*");
  }
</script></html>"""


@contextmanager
def dashboard() -> Iterator[str]:
    """Serves on loopback; its origin."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(_PAGE.encode())

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""
