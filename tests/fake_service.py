"""A fake of the service as its clients see it.

GraphQL, status, file, health and sign-in keys, on loopback.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

EXPORT_ID = "RXhwb3J0RmlsZTox"
# A public key of 2,048 bits; no private key belongs to it.
KEY = {"kty": "RSA", "kid": "one", "n": "_" * 340 + "-w", "e": "AQAB"}


class FakeService(ThreadingHTTPServer):
    """Answers every export with `file`, after `pending` questions for its status.

    `asked` are the inputs it got.

    Its gateway first refuses as many of those questions as `refusals` has statuses.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.file = b"id,name\r\n1,Tea\r\n"
        self.sha256: str | None = hashlib.sha256(self.file).hexdigest()
        self.pending = 0
        self.refusals: list[int] = []
        self.failure: str | None = None
        self.complaints: list[dict[str, Any]] = []
        self.keys: list[Any] = [KEY]
        self.asked: list[Any] = []
        self.tokens: set[str | None] = set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def status(self) -> dict[str, Any]:
        self.pending -= 1
        if self.pending >= 0:
            return {"status": "PENDING", "progress": 0.5, "message": None}
        if self.failure:
            return {"status": "FAILED", "progress": 0, "message": self.failure}
        facts = {
            "id": EXPORT_ID,
            "row_count": 1,
            "file_size_bytes": len(self.file),
            "sha256": self.sha256,
        }
        return {
            "status": "SUCCESS",
            "progress": 1,
            "message": None,
            "url": f"{self.url}/file",
            **facts,
        }

    def start(self, body: dict[str, Any]) -> dict[str, Any]:
        if "{me{" in body["query"]:
            return {"data": {"me": {"user": None, "app": {"name": "Robot"}}}}
        if "exportUnknownIds" in body["query"]:
            return {"data": {"exportUnknownIds": []}}
        self.asked.append(body["variables"]["input"])
        mutation = next(
            name for name in ("exportProducts", "exportVoucherCodes") if name in body["query"]
        )
        made = None if self.complaints else {"id": EXPORT_ID}
        return {"data": {mutation: {"errors": self.complaints, "exportFile": made}}}


class _Handler(BaseHTTPRequestHandler):
    server: FakeService

    def do_POST(self) -> None:
        self.server.tokens.add(self.headers["Authorization"])
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._answer(json.dumps(self.server.start(body)).encode())

    def do_GET(self) -> None:
        if self.path == "/file":
            self.server.tokens.add(self.headers["Authorization"])
            self._answer(self.server.file)
            return
        if self.server.refusals:
            # As the gateway says it: no function is asked.
            self._answer(
                b'{"message":"Wait.","errors":[{"message":"Wait."}]}', self.server.refusals.pop(0)
            )
            return
        answers = {"/health": {"status": "ok"}, "/jwks.json": {"keys": self.server.keys}}
        self._answer(json.dumps(answers.get(self.path) or self.server.status()).encode())

    def _answer(self, body: bytes, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def running_service() -> Iterator[FakeService]:
    """A fake service that answers until the context is left."""
    with FakeService() as service:
        thread = threading.Thread(target=service.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield service
        finally:
            service.shutdown()
            thread.join()
