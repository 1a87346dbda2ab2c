"""The AWS emulator: a separate process with its own virtual environment.

It enforces permissions as AWS does: each function has the rights of its own role and no others.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from botocore.config import Config
from botocore.session import Session

REGION: Final = "us-east-1"
ACCESS_KEY: Final = "test"
SECRET_KEY: Final = "test"  # noqa: S105 - the emulator accepts any key
READY_SECONDS: Final = 60
STOP_SECONDS: Final = 10
MAILS_SECONDS: Final = 10
_CONFIG: Final = Config(
    retries={"total_max_attempts": 3},
    connect_timeout=5,
    read_timeout=120,
)
# Names of buckets do not resolve as hosts here, so they are part of the path.
_S3_CONFIG: Final = _CONFIG.merge(Config(signature_version="s3v4", s3={"addressing_style": "path"}))


class EmulatorFailed(Exception):
    """The emulator did not start. The message names its log."""


def free_port() -> int:
    """Return a port of the loopback interface that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Emulator:
    """A running emulator. A context manager that stops it."""

    def __init__(self, executable: Path, state: Path) -> None:
        self._executable = executable
        self.log_path = state / "emulator.log"
        self._state = state
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._process = self._start()
        try:
            self._wait()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop()

    def client(self, service: str) -> Any:
        """Return a client of one of the emulated services."""
        return Session().create_client(
            service,
            region_name=REGION,
            endpoint_url=self.url,
            aws_access_key_id=ACCESS_KEY,
            aws_secret_access_key=SECRET_KEY,
            config=_S3_CONFIG if service == "s3" else _CONFIG,
        )

    def _start(self) -> subprocess.Popen[bytes]:
        home = self._state / "emulator-home"
        home.mkdir(parents=True, exist_ok=True)
        with self.log_path.open("wb") as log:
            return subprocess.Popen(
                [str(self._executable)],
                env=self._environment(home),
                cwd=home,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # A group of its own: Ctrl-C in the terminal reaches this process only, which then
                # stops the emulator and the processes of its functions in order.
                start_new_session=True,
            )

    def mails(self) -> list[dict[str, Any]]:
        """Return the emails that the emulated SES has accepted. SES itself does not show them."""
        url = f"{self.url}/_ministack/ses/messages"
        with urllib.request.urlopen(url, timeout=MAILS_SECONDS) as answer:
            accounts = json.load(answer)["messages"].values()
        return [mail for mails in accounts for mail in mails]

    def _environment(self, home: Path) -> dict[str, str]:
        """Return the environment of the emulator, without our variables: functions inherit it."""
        return {
            "PATH": f"{self._executable.parent}:{os.environ.get('PATH', '/usr/bin:/bin')}",
            "HOME": str(home),
            "TMPDIR": str(home),
            "GATEWAY_PORT": str(self.port),
            "BIND_HOST": "127.0.0.1",
            "MINISTACK_HOST": "127.0.0.1",
            "MINISTACK_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "S3_PERSIST": "0",
            "PERSIST_STATE": "0",
            "AUTH": "true",
            "LOG_LEVEL": "INFO",
        }

    def _wait(self) -> None:
        wait_until(
            self._answers, READY_SECONDS, f"The emulator did not start; see {self.log_path}."
        )

    def _answers(self) -> bool:
        if self._process.poll() is not None:
            raise EmulatorFailed(f"The emulator ended at once; see {self.log_path}.")
        try:
            with urllib.request.urlopen(f"{self.url}/_ministack/health", timeout=2) as answer:
                healthy: bool = answer.status == 200
                return healthy
        except OSError:
            return False

    def _stop(self) -> None:
        """Stop the emulator and the processes of its functions."""
        end_group(self._process)


def end_group(process: subprocess.Popen[bytes]) -> None:
    """Send SIGTERM to the process group, and SIGKILL if it is still there after STOP_SECONDS."""
    for signal_number, patience in ((15, STOP_SECONDS), (9, STOP_SECONDS)):
        try:
            os.killpg(process.pid, signal_number)
        except ProcessLookupError:
            break
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            continue
    process.wait(STOP_SECONDS)


def wait_until(reached: Callable[[], bool], seconds: float, message: str) -> None:
    """Wait until `reached` returns true; EmulatorFailed with the message after `seconds`."""
    deadline = time.monotonic() + seconds
    while not reached():
        if time.monotonic() > deadline:
            raise EmulatorFailed(message)
        time.sleep(0.1)
