"""A server in its own process that gives recorded answers of DynamoDB."""

from __future__ import annotations

import json
import socketserver
from multiprocessing.connection import Connection
from typing import Any, Final

from benchmarks.served import Served

_OK: Final = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: %d\r\n\r\n"
)


class _Handler(socketserver.StreamRequestHandler):
    wbufsize = 0

    def handle(self) -> None:
        while self.rfile.readline():
            headers = dict(self._headers())
            body = json.loads(self.rfile.read(int(headers[b"content-length"])))
            operation = headers[b"x-amz-target"].decode().rpartition(".")[2]
            answer = self.server.answer(operation, body)  # type: ignore[attr-defined]
            self.wfile.write(_OK % len(answer) + answer)

    def _headers(self) -> Any:
        while (line := self.rfile.readline()) not in (b"\r\n", b""):
            name, _, value = line.partition(b":")
            yield name.lower(), value.strip()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, answers: dict[str, Any]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self._answers = {name: json.dumps(answer).encode() for name, answer in answers.items()}

    def answer(self, operation: str, body: dict[str, Any]) -> bytes:
        table = body.get("TableName") or next(iter(body["RequestItems"]))
        return self._answers[f"{operation} {table}"]


def _serve(answers: dict[str, Any], port: Connection) -> None:
    with _Server(answers) as server:
        port.send(server.server_address[1])
        server.serve_forever(0.05)


class Recorded(Served):
    """The server; a context manager. `answers` are by operation and table: `GetItem Apps`."""

    def __init__(self, answers: dict[str, Any]) -> None:
        super().__init__(_serve, answers)

    def environment(self) -> dict[str, str]:
        """Return the environment in which AWS is this server."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_DEFAULT_REGION": "us-east-1",
            "EXPORT_BUCKET": "files",
            "AWS_ACCESS_KEY_ID": "recorded",
            "AWS_SECRET_ACCESS_KEY": "recorded",  # pragma: allowlist secret
        }
