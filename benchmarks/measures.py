"""The measurements, each in its own processes against a replayed table."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

from benchmarks.blocked import make_blocks
from benchmarks.replay import Replay
from benchmarks.shop import SHOP, make_catalog
from chalicelib.adapters.catalog.item import size_of
from chalicelib.adapters.catalog.presets import make_preset
from chalicelib.settings import Settings

READ_UNIT_BYTES: Final = 4096
Run = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    """One line of the table: medians of several runs. `plain` and `ready` are None if not run."""

    products: int
    columns: str
    file_type: str
    ours: Run
    plain: Run | None
    ready: Run | None

    def ratio(self, other: Run | None) -> float:
        """Return another way's processor time as a multiple of ours, 0 if it was not run."""
        return other["cpu_seconds"] / self.ours["cpu_seconds"] if other else 0.0


def measure(
    products: int, columns: str, file_type: str = "CSV", *, runs: int, plain_runs: int
) -> Case:
    """Run all ways in turn and return medians; ValueError if the CSV files differ."""
    times = {"ours": runs, "plain": plain_runs, "ready": plain_runs}
    found: dict[str, list[Run]] = {way: [] for way in times}
    with Replay(products, [way for way in times if times[way]]) as replay:
        for turn in range(runs):
            for way, most in times.items():
                if turn < most:
                    found[way].append(run_one(replay.url, way, columns, file_type))
    if (
        file_type == "CSV"
        and len({run["sha256"] for of_way in found.values() for run in of_way}) != 1
    ):
        raise ValueError("The ways did not write the same bytes.")
    plain, ready = (_medians(found[way]) if found[way] else None for way in ("plain", "ready"))
    return Case(products, columns, file_type, _medians(found["ours"]), plain, ready)


def run_one(url: str, *words: str) -> Run:
    """Return the output of `python -m benchmarks.one`."""
    return run_module(url, "benchmarks.one", *words)


def run_module(url: str, module: str, *words: str) -> Run:
    """Return what a module of the benchmarks prints as JSON."""
    environment = {
        **os.environ,
        "AWS_ENDPOINT_URL": url,
        "EXPORT_BUCKET": "files",
        "PUBLIC_URL": "https://waybill.example",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "replay",
        "AWS_SECRET_ACCESS_KEY": "replay",  # pragma: allowlist secret
    }
    command = [sys.executable, "-m", module, *words]
    ended = subprocess.run(command, env=environment, capture_output=True, check=False)
    if ended.returncode:
        raise SystemExit(ended.stderr.decode())
    said: Run = json.loads(ended.stdout)
    return said


def _medians(runs: Sequence[Run]) -> Run:
    measured = ("seconds", "cpu_seconds", "memory_bytes")
    return {**runs[0], **{name: median(run[name] for run in runs) for name in measured}}


def measure_segments(products: int, workers: int, runs: int) -> float:
    """Return the speed-up of several workers, each with its own core.

    The whole export and its segments run in turn, each in its own process. The slowest segment's
    median stands for all workers at once.
    """
    every = [f"{number}/{workers}" for number in range(workers)]
    with Replay(products) as replay:
        turns = [
            [run_one(replay.url, "ours", "everything", "CSV", one) for one in ("0/1", *every)]
            for _ in range(runs)
        ]
    alone, *split = (_medians(of_one) for of_one in zip(*turns, strict=True))
    if sum(run["rows"] for run in split) != alone["rows"]:
        raise ValueError("The segments do not add up.")
    slowest: float = max(run["cpu_seconds"] for run in split)
    return float(alone["cpu_seconds"]) / slowest


def least_memory(products: int, runs: int) -> int:
    """Return the memory of exporting everything as CSV in bytes: the smallest of several runs.

    Pages that are read ahead and freed late can only add to it.
    """
    with Replay(products, ["ours"]) as replay:
        found = [run_one(replay.url, "ours", "everything", "CSV") for _ in range(runs)]
    return min(int(run["memory_bytes"]) for run in found)


def measure_join(count: int, size: int, runs: int) -> int:
    """Return the median memory of joining segments, in bytes."""
    with Replay(1, ["ours"]) as replay:
        found = [
            run_module(replay.url, "benchmarks.joining", str(count), str(size)) for _ in range(runs)
        ]
    return int(median(run["memory_bytes"] for run in found))


def read_units_a_product(products: int = 500) -> float:
    """Return the read units per product of an export of everything: blocks, and their index.

    Reads are eventually consistent. Each item counts by itself.
    """
    documents = make_catalog(products).products
    preset = make_preset(documents)
    items = make_blocks(SHOP, documents, preset).items
    return sum(-(-size_of(item) // READ_UNIT_BYTES) / 2 for item in items) / products


def import_seconds(module: str, runs: int = 5) -> float:
    """Return the seconds that a fresh interpreter needs to import a module, without its start."""
    script = (
        f"import time; began = time.perf_counter(); import {module}; "
        "print(time.perf_counter() - began)"
    )
    command = [sys.executable, "-c", script]
    return median(
        float(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
        for _ in range(runs)
    )


def segments_of(products: int) -> int:
    """Return the number of segments of an export."""
    return -(-products // Settings().segment_records)
