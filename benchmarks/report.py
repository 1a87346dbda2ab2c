"""Write the table and the plot."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

from benchmarks.measures import Case, Run
from benchmarks.profiles import Profile, draw, profiles_table
from benchmarks.saleor import BESIDE_SALEOR

HERE: Final = Path(__file__).parent
LIBRARIES: Final = ("boto3", "botocore", "isal", "msgspec", "openpyxl")
MEGABYTE: Final = 1e6

METHOD: Final = """
Every run is its own process. Imports and clients are made before the clock starts; requests,
reading, rendering, hashing and uploading are measured. DynamoDB and S3 are not measured, and
neither is the local emulator, which moves only a few megabytes per second. Instead, recorded
answers are replayed over loopback and uploads are discarded. A catalogue above 5,000
products repeats the recording. All ways run in turn, five times each; the figures are medians.
From 15,000 products on, the two slow ways run once. Rows per core and ratios use processor time
(user and system, all threads), so that other work on the machine counts less.

The **plain** way is the obvious code: products as the shop's API returns them, stored as native
maps and lists, boto3's `Table.query`, a dict per row, `csv.DictWriter` (XLSX: openpyxl, write-
only) and one `put_object`. The **ready** way is the same code over our documents, whose cell
texts are ready, stored as native maps and lists. It shows the difference that our storage format
makes. All three CSV files have the same SHA-256. Memory is the peak above the memory in use
before the export starts.
"""

METHOD_OF_UNITS: Final = """\
The unit is `csv.writer` writing the rows of everything, which are ready in memory: it neither reads
nor stores anything. An export is all work of the worker function for one message: it reads the job,
claims it, reads products and dictionaries, writes and hashes the file, stores file and SUCCESS, and
publishes the event. The container is warm. DynamoDB, S3 and the bus answer from a recording. Unit
and exports run in turn, five times each, in processes of their own. The figures are processor time,
the smallest of the five: other work on the machine can only add to it. The recording answers over
plain HTTP, so TLS is not measured.

Units depend on the processor, because `csv.writer` gains more from a newer one than an export does.
The same machine is slower at times, and exports suffer more from that than the unit: a twentieth
and more."""

METHOD_OF_PROFILES: Final = """\
Milliseconds of processor time of the whole worker function, for the exports in the table of units.
After each millisecond of processor time, a signal looks at the stacks of all threads. The time that
a thread has used goes to the part whose code is nearest to the end of its stack, or to the part of
the look before if the thread waits by now
(`python -m benchmarks --profiles`)."""


def table(cases: Sequence[Case]) -> str:
    """Return a Markdown table with a line for each case."""
    names = (
        "products | columns | file | rows | seconds | rows/s a core | memory MB"
        " | plain: rows/s a core | MB | ×"
    )
    lines = [
        f"| {names} | ready: rows/s a core | × |",
        "|--:|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    return "\n".join([*lines, *map(_line, cases)])


def _line(case: Case) -> str:
    ours, plain, ready = case.ours, case.plain, case.ready
    cells = [
        f"{case.products:,}", case.columns, case.file_type,
        f"{ours['rows']:,}", f"{ours['seconds']:.2f}",
        _speed(ours), _memory(ours),
        *((_speed(plain), _memory(plain), f"{case.ratio(plain):.1f}") if plain else ("", "", "")),
        *((_speed(ready), f"{case.ratio(ready):.1f}") if ready else ("", "")),
    ]  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _speed(run: Run) -> str:
    return f"{run['rows'] / run['cpu_seconds']:,.0f}"


def _memory(run: Run) -> str:
    return f"{run['memory_bytes'] / MEGABYTE:.0f}"


def machine() -> str:
    """Return a description of the machine."""
    model = next(
        (line.split(":")[1].strip() for line in _cpu_info() if line.startswith("model name")), "?"
    )
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC; {model}, {os.cpu_count()} cores, "
        f"load {os.getloadavg()[0]:.1f}; "
        f"Python {platform.python_version()}, {libraries}"
    )


def _cpu_info() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text().splitlines() if path.exists() else []


def write_report(
    cases: Sequence[Case],
    units: str,
    facts: Mapping[str, str],
    profiles: Sequence[Profile],
    costs: Mapping[str, float],
) -> None:
    """Write RESULTS.md and RESULTS.png beside this file."""
    listed = "\n".join(f"- {name}: {value}" for name, value in facts.items())
    priced = "\n".join(f"| {name} | {dollars:.3f} |" for name, dollars in costs.items())
    (HERE / "RESULTS.md").write_text(
        f"# Results\n\n`python -m benchmarks`, {machine()}\n\n"
        f"## Beside Saleor\n\n{BESIDE_SALEOR}\n\n"
        f"## In units of `csv.writer`\n\n{METHOD_OF_UNITS}\n\n{units}\n\n"
        f"## Beside the plain way\n{METHOD}\n{table(cases)}\n\n"
        f"![Time and memory over size](RESULTS.png)\n\n## Other measurements\n\n{listed}\n\n"
        f"## Where the processor time goes\n\n{METHOD_OF_PROFILES}\n\n"
        f"![Processor time by part](PROFILES.png)\n\n{profiles_table(profiles)}\n\n"
        f"## A million products, everything as CSV, at list prices (`prices.py`)\n\n"
        f"| | US$ |\n|---|--:|\n{priced}\n| together | {sum(costs.values()):.3f} |\n"
    )
    draw(profiles)
    plot(
        [case for case in cases if (case.columns, case.file_type) == ("everything", "CSV")],
        HERE / "RESULTS.png",
    )


def plot(cases: Sequence[Case], path: Path) -> None:
    """Plot processor seconds and memory over the number of products, for all ways."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, (time, memory) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
    for label, runs in (
        ("Waybill", [(case.products, case.ours) for case in cases]),
        ("plain way", [(case.products, case.plain) for case in cases if case.plain]),
        ("ready way", [(case.products, case.ready) for case in cases if case.ready]),
    ):
        sizes = [products for products, _ in runs]
        time.loglog(sizes, [run["cpu_seconds"] for _, run in runs], "o-", label=label)
        memory.loglog(sizes, [run["memory_bytes"] / MEGABYTE for _, run in runs], "o-", label=label)
    for axes, name in ((time, "processor seconds"), (memory, "peak memory of the export, MB")):
        axes.set(xlabel="products", ylabel=name)
        axes.grid(alpha=0.3)
        axes.legend()
    figure.savefig(path, dpi=110)
