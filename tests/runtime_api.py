"""Lambda's side of a function.

The Runtime API, over loopback, with one event to give and one answer to take.
"""

from __future__ import annotations

import json
import subprocess
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.local_run import ROOT

PYTHON = ROOT / ".local" / "runtime" / "bin" / "python"
FUNCTION_ARN = "arn:aws:lambda:us-east-1:000000000000:function:one"
SECONDS = 60


@dataclass
class Answer:
    """How the function ended: what it answered, or why it did not; and what it logged."""

    response: Any = None
    error: Any = None
    log: str = ""


@dataclass
class RuntimeApi:
    """Gives an event to whoever asks first.

    Whoever asks again waits for ever, as a function that is frozen.
    """

    event: Any
    answer: Answer = field(default_factory=Answer)
    taken: bool = False
    ended: threading.Event = field(default_factory=threading.Event)


class _Handler(BaseHTTPRequestHandler):
    api: RuntimeApi
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.api.taken:
            threading.Event().wait()
        self.api.taken = True
        deadline = str(int((time.time() + SECONDS) * 1000))
        names = {
            "Aws-Request-Id": "one",
            "Deadline-Ms": deadline,
            "Invoked-Function-Arn": FUNCTION_ARN,
        }
        self._reply(200, json.dumps(self.api.event).encode(), names)

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"null")
        if self.path.endswith("/response"):
            self.api.answer.response = body
        else:
            self.api.answer.error = body
        self._reply(202, b"", {})
        self.api.ended.set()

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing: the function logs."""

    def _reply(self, status: int, body: bytes, names: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in names.items():
            self.send_header(f"Lambda-Runtime-{name}", value)
        self.send_header("Content-Type", "application/json")  # without it the runtime crashes
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def run_function(code: Path, handler: str, event: Any, environment: dict[str, str]) -> Answer:
    """Start a handler of the package as Lambda does, with only the code, and send it one event."""
    api = RuntimeApi(event)
    with ThreadingHTTPServer(
        ("127.0.0.1", 0), type("BoundHandler", (_Handler,), {"api": api})
    ) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        given = {**environment, "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{server.server_port}"}
        given |= {
            "AWS_LAMBDA_FUNCTION_NAME": "one",
            "LAMBDA_TASK_ROOT": str(code),
            "PATH": "/usr/bin:/bin",
        }
        process = subprocess.Popen(
            [str(PYTHON), "-m", "awslambdaric", handler],
            cwd=code,
            env=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            while not api.ended.wait(0.1) and process.poll() is None:
                """Until it has answered, or is gone."""
        finally:
            process.kill()
            api.answer.log = process.communicate()[0]
            server.shutdown()
    return api.answer
