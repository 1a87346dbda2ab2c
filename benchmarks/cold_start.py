"""Measure cold starts: the packaged functions in Lambda's runtime, up to their first answer.

    python -m benchmarks.cold_start

Each start is a fresh process with Lambda's runtime client and the unpacked package, and nothing
else. AWS is recorded and answers from another process. Figures are processor time.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from typing import Any, Final

from benchmarks.recorded import Recorded
from benchmarks.status_query import make_event, make_job, recorded_answers
from chalicelib.domain.message import ExportMessage, Step
from deploy.package import ROOT, package

RUNS: Final = 5
PYTHON: Final = ROOT / ".local/runtime/bin/python"
QUEUE: Final = "arn:aws:sqs:us-east-1:000000000000:exports"


def _worker_event() -> dict[str, Any]:
    """Return a message for an export that has ended: the worker starts and has no work."""
    message = ExportMessage(shop="bench", export_id=make_job().id, step=Step.START)
    record = {"body": json.dumps(message.to_json()), "eventSourceARN": QUEUE, "receiptHandle": "r"}
    return {"Records": [record]}


def _health_event() -> dict[str, Any]:
    context = {"httpMethod": "GET", "resourcePath": "/health", "requestId": "one"}
    return make_event() | {"requestContext": context, "httpMethod": "GET", "body": None}


# Handler and event of each cold start.
STARTS: Final = {
    "API, `/health`": ("app.app", _health_event),
    "API, status query": ("app.app", make_event),
    "worker, a message without work": ("app.worker", _worker_event),
}


class _Runtime(ThreadingHTTPServer):
    """The Runtime API for one event. `answered` is set once the function has answered it."""

    daemon_threads = True

    def __init__(self, event: Any) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.event = json.dumps(event).encode()
        self.is_taken = False
        self.answered = threading.Event()
        self.path = ""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Runtime

    def do_GET(self) -> None:
        """Give the event to the first request; let others wait, as Lambda freezes a function."""
        if self.server.is_taken:
            threading.Event().wait()
        self.server.is_taken = True
        self._send(200, self.server.event)

    def do_POST(self) -> None:
        """Take the answer."""
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self._send(202, b"")
        self.server.path = self.path
        self.server.answered.set()

    def log_message(self, format: str, *arguments: object) -> None:
        """Write nothing."""

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Lambda-Runtime-Aws-Request-Id", "one")
        self.send_header("Lambda-Runtime-Deadline-Ms", "9999999999999")
        self.send_header("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:::function:one")
        self.end_headers()
        self.wfile.write(body)


def start_seconds(code: Path, handler: str, event: Any, environment: dict[str, str]) -> float:
    """Return the processor seconds from the start of a function to its first answer."""
    with _Runtime(event) as runtime:
        threading.Thread(target=runtime.serve_forever, args=(0.05,), daemon=True).start()
        given = environment | {
            "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{runtime.server_port}",
            "AWS_LAMBDA_FUNCTION_NAME": "one",
            "LAMBDA_TASK_ROOT": str(code),
            "PATH": "/usr/bin:/bin",
        }
        command = [str(PYTHON), "-m", "awslambdaric", handler]
        with subprocess.Popen(command, cwd=code, env=given, stderr=subprocess.DEVNULL) as process:
            is_answered = runtime.answered.wait(60)
            seconds = _processor_seconds(process.pid)
            process.kill()
        runtime.shutdown()
    if not is_answered or not runtime.path.endswith("/response"):
        raise SystemExit(f"{handler} did not answer.")
    return seconds


def _processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def _unpacked() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as directory:
        with zipfile.ZipFile(package(ROOT / ".local/package") / "deployment.zip") as packed:
            packed.extractall(directory)
        yield Path(directory)


def measure_cold_starts() -> dict[str, float]:
    """Return the median processor seconds of each cold start."""
    with _unpacked() as code, Recorded(recorded_answers()) as recorded:
        environment = recorded.environment()
        return {
            name: median(start_seconds(code, handler, event(), environment) for _ in range(RUNS))
            for name, (handler, event) in STARTS.items()
        }


if __name__ == "__main__":
    for name, seconds in measure_cold_starts().items():
        print(f"{name}: {seconds * 1000:.0f} ms of processor time")
