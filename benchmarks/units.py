"""State exports in a unit that does not flatter: `csv.writer` writing the rows of the wide file.

The rows are ready in memory: `csv.writer` neither reads nor stores anything. An export is all work
of the worker function for a message, transport and storing included, in a warm container. The unit
and the exports run in turn. The smallest figure of several runs counts: other work on the machine
can only add to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.measures import run_one
from benchmarks.replay import Replay
from benchmarks.shop import RECORDED


@dataclass(frozen=True, slots=True)
class Export:
    """An export to state in units. `goal` is the most units that it is meant to take."""

    name: str
    products: int
    columns: str
    file_type: str
    goal: float | None = None


@dataclass(frozen=True, slots=True)
class InUnits:
    """The processor time of an export, in seconds and in units."""

    export: Export
    rows: int
    seconds: float
    units: float


WIDE: Final = Export("everything, CSV", RECORDED, "everything", "CSV", 0.8)
DEFAULT: Final = Export("five default fields, CSV", RECORDED, "default", "CSV", 0.22)
DESCRIBED: Final = Export("the five and descriptions, CSV", RECORDED, "described", "CSV", 0.4)
ONE_PRODUCT: Final = Export("one product, everything, CSV", 1, "everything", "CSV", 0.08)
XLSX: Final = Export("everything without channels, XLSX", RECORDED, "unlisted", "XLSX", 1.6)
JSONL: Final = Export("everything, JSON Lines", RECORDED, "everything", "JSONL")
PARQUET: Final = Export("everything, Parquet", RECORDED, "everything", "PARQUET")
CARDS: Final = Export("gift cards, CSV", RECORDED, "gift_cards", "CSV", 0.19)
CODES: Final = Export("voucher codes, CSV", RECORDED, "voucher_codes", "CSV", 0.22)
EXPORTS: Final = (WIDE, DEFAULT, DESCRIBED, ONE_PRODUCT, XLSX, CARDS, CODES, JSONL, PARQUET)


def measure_units(exports: Sequence[Export], runs: int) -> tuple[float, list[InUnits]]:
    """Return the seconds of the unit, and the exports in units; the smallest of all runs."""
    units: list[float] = []
    seconds: list[list[float]] = [[] for _ in exports]
    rows = [0] * len(exports)
    with Replay(RECORDED) as whole, Replay(1) as one:
        for _ in range(runs):
            units.append(run_one(whole.url, "csv", "everything", "CSV")["cpu_seconds"])
            for place, export in enumerate(exports):
                url = one.url if export.products == 1 else whole.url
                run = run_one(url, "worker", export.columns, export.file_type)
                seconds[place].append(run["cpu_seconds"])
                rows[place] = run["rows"]
    unit = min(units)
    return unit, [
        InUnits(export, held, min(of_export), min(of_export) / unit)
        for export, held, of_export in zip(exports, rows, seconds, strict=True)
    ]


def units_table(unit: float, measured: Sequence[InUnits]) -> str:
    """Return a Markdown table with a line for each export."""
    lines = [
        f"One unit is {unit:.3f} s: the rows of everything from {RECORDED:,} products.\n",
        "| export | rows | processor time, s | rows/s a core | units | goal |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    lines += [
        f"| {one.export.name} | {one.rows:,} | {one.seconds:.3f} | {one.rows / one.seconds:,.0f} "
        f"| {one.units:.2f} | {'' if one.export.goal is None else f'≤ {one.export.goal}'} |"
        for one in measured
    ]
    return "\n".join(lines)
