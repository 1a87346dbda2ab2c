"""Measure local runs, the emulator included, and the first sync of a demo shop."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.latency import measure_latency
from benchmarks.load import load
from benchmarks.whole import measure_whole

SMALL_PRODUCTS: Final = 16
CLIENTS: Final = 20
LOAD_SECONDS: Final = 20
START_SECONDS: Final = 1_800


@contextmanager
def local_run(products: int) -> Iterator[Path]:
    """Yield `run.json` of a local run with demo products; SystemExit if it does not start."""
    with TemporaryDirectory() as state:
        found = Path(state, "run.json")
        said = Path(state, "run.log")
        command = [
            sys.executable,
            "-m",
            "local",
            "--port",
            "0",
            "--products",
            str(products),
            "--state",
            state,
        ]
        with said.open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
            try:
                ends = time.monotonic() + START_SECONDS
                while not found.exists():
                    if process.poll() is not None or time.monotonic() > ends:
                        raise SystemExit(f"The local run did not start:\n{said.read_text()}")
                    time.sleep(0.5)
                yield found
            finally:
                process.send_signal(signal.SIGINT)


def measure_small() -> dict[str, str]:
    """Measure small exports one by one, and requests of many clients at once."""
    with local_run(SMALL_PRODUCTS) as run_json:
        facts = {
            f"a small export, {part}": took for part, took in measure_latency(run_json).items()
        }
        answers = load(json.loads(run_json.read_text("utf-8")), CLIENTS, LOAD_SECONDS)
        return facts | {f"{CLIENTS} clients at once for {LOAD_SECONDS} s": answers.summary()}


def measure_large(products: int) -> dict[str, str]:
    """Measure an export of all columns, as CSV and as XLSX."""
    with local_run(products) as run_json:
        return {
            f"{products:,} products, {what}": figures
            for what, figures in measure_whole(run_json).items()
        }


def measure_first_sync() -> str:
    """Return what `python -m benchmarks.first_sync` says first."""
    command = [sys.executable, "-m", "benchmarks.first_sync"]
    ended = subprocess.run(command, check=True, capture_output=True, text=True)
    return ended.stdout.splitlines()[0]
