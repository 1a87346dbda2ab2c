"""Measure the time from the mutation to SUCCESS for small exports of a local run, one by one.

Usage: `python -m benchmarks.latency RUN_JSON`. The first export does not count, because the
functions start during it. Every figure includes the emulator, which answers a call in milliseconds.
"""

from __future__ import annotations

import argparse
import json
import time
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Final

from benchmarks.clients import Connection, export_products

POLL_SECONDS: Final = 0.02
_INPUT: Final = {
    "scope": "ALL",
    "fileType": "CSV",
    "exportInfo": {"fields": ["NAME", "VARIANT_SKU"]},
}


def export_once(client: Connection) -> dict[str, float]:
    """Return the seconds of one export by part; SystemExit if it is refused or fails."""
    began = time.monotonic()
    found = export_products(client, _INPUT, poll_seconds=POLL_SECONDS)
    ended = time.monotonic()
    took = client.answers.seconds
    stored = datetime.fromisoformat(found["updatedAt"]) - datetime.fromisoformat(found["createdAt"])
    return {
        "from the mutation to SUCCESS, seen by a client that asks every 20 ms": ended - began,
        "the mutation's answer": took["exportProducts", 200][-1],
        "stored as PENDING to stored as SUCCESS: queue and worker": stored.total_seconds(),
        "one query of the status": took["exportFile", 200][-1],
    }


def measure_latency(run_json: Path, exports: int = 15) -> dict[str, str]:
    """Return the medians of several exports by part, in milliseconds."""
    with Connection(json.loads(run_json.read_text("utf-8"))) as client:
        export_once(client)
        runs = [export_once(client) for _ in range(exports)]
    return {part: f"{median(run[part] for run in runs) * 1000:.0f} ms" for part in runs[0]}


def main() -> None:
    """Measure the exports and print the median of each part."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.latency", description=__doc__)
    parser.add_argument(
        "run_json", type=Path, help="file of a local run with its address and tokens"
    )
    parser.add_argument("--exports", type=int, default=15)
    options = parser.parse_args()
    for part, took in measure_latency(options.run_json, options.exports).items():
        print(f"{took:>8}  {part}")


if __name__ == "__main__":
    main()
