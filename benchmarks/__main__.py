"""Compare three ways to export, print a table and write RESULTS.md and RESULTS.png.

`--large` adds 200,000 products. `--run .local/run.json` adds a small export through a local run.
`--check` runs a small size and fails if speed or memory miss their bounds.
"""

from __future__ import annotations

import argparse
import sys
from typing import Final

from benchmarks.measures import (
    Case,
    import_seconds,
    measure,
    measure_join,
    measure_segments,
    read_units_a_product,
    segments_of,
)
from benchmarks.prices import dollars_per_million_products

WORKERS: Final = 8
RUNS: Final = 5
LARGE: Final = 200_000
# The bounds of `--check`. They leave room for a busy machine.
MIN_RATIO: Final = 40.0
MAX_GROWTH_BYTES: Final = 5_000_000
MAX_MEMORY_BYTES: Final = 60_000_000
# Below the 5 MiB of a part, so that every byte is read and sent again. A second copy would take 48 MB.
JOINED: Final = (48, 4_500_000)
MAX_JOIN_BYTES: Final = 40_000_000


def check() -> int:
    """Return 0 if speed and memory keep their bounds, otherwise 1."""
    joined = measure_join(*JOINED, runs=1)
    quick = measure(1_000, "everything", runs=3, plain_runs=1)
    sizes = [measure(products, "everything", runs=1, plain_runs=0) for products in (20_000, 60_000)]
    memory = [case.ours["memory_bytes"] for case in sizes]
    growth = memory[1] - memory[0]
    ratio = quick.ratio(quick.plain)
    print(f"{ratio:.1f} times the plain way (at least {MIN_RATIO:.0f})")
    print(
        f"{growth / 1e6:.1f} MB more for three times the products (at most {MAX_GROWTH_BYTES / 1e6:.0f})"
    )
    print(f"{max(memory) / 1e6:.1f} MB at most (at most {MAX_MEMORY_BYTES / 1e6:.0f})")
    print(
        f"{joined / 1e6:.1f} MB to join segments that S3 cannot copy (at most {MAX_JOIN_BYTES / 1e6:.0f})"
    )
    least = ratio >= MIN_RATIO
    most = (
        growth <= MAX_GROWTH_BYTES and max(memory) <= MAX_MEMORY_BYTES and joined <= MAX_JOIN_BYTES
    )
    return 0 if least and most else 1


def measure_all(*, large: bool) -> list[Case]:
    """Measure every line of the table."""
    cases = [
        _told(measure(products, columns, file_type, runs=RUNS, plain_runs=RUNS))
        for products, columns, file_type in (
            (1_000, "everything", "CSV"),
            (5_000, "everything", "CSV"),
            (50_000, "everything", "CSV"),
            (5_000, "default", "CSV"),
            (5_000, "everything", "XLSX"),
            (15_000, "fifteen", "XLSX"),
        )
    ]
    if large:
        cases.append(_told(measure(LARGE, "everything", runs=RUNS, plain_runs=0)))
        cases.append(_told(measure(LARGE, "fifteen", "XLSX", runs=RUNS, plain_runs=0)))
    return cases


def _told(case: Case) -> Case:
    from benchmarks.report import table

    print(table([case]).splitlines()[-1], flush=True)
    return case


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--large", action="store_true", help=f"also measure {LARGE:,} products")
    parser.add_argument(
        "--check", action="store_true", help="measure a small size and check the bounds"
    )
    options = parser.parse_args()
    if options.check:
        return check()
    from benchmarks.apart import cpu_split, xlsx_facts
    from benchmarks.emulated import measure_large, measure_small
    from benchmarks.report import table, write_report

    emulated = {**measure_small(), **(measure_large(LARGE) if options.large else {})}
    cases = measure_all(large=options.large)
    read_units = read_units_a_product()
    speed_up = measure_segments(50_000, WORKERS, RUNS)
    facts = {
        "read units a product (eventually consistent)": f"{read_units:.3f}",
        f"{WORKERS} workers on 50,000 products, each with a core (segments in processes of their own, one after the "
        f"other; the slowest of medians of {RUNS} counts)": f"{speed_up:.1f} × one worker",
        f"memory of joining {JOINED[0]} segments of {JOINED[1] / 1e6:.1f} MB, too small for S3 to copy": (
            f"{measure_join(*JOINED, RUNS) / 1e6:.1f} MB"
        ),
        "cold `import app`": f"{import_seconds('app') * 1000:.0f} ms",
        **xlsx_facts(),
        **{f"local run (emulator included), {what}": took for what, took in emulated.items()},
    }
    splits = {
        case.columns: cpu_split(case)
        for case in cases
        if (case.products, case.file_type) == (5_000, "CSV")
    }
    whole = next(
        case.ours
        for case in reversed(cases)
        if (case.columns, case.file_type) == ("everything", "CSV")
    )
    products = max(case.products for case in cases if case.ours is whole)
    costs = dollars_per_million_products(
        read_units=read_units,
        seconds_a_product=whole["cpu_seconds"] / products,
        bytes_a_product=whole["bytes"] / products,
        segments=segments_of(1_000_000),
    )
    write_report(cases, facts, splits, costs)
    print(table(cases))
    return 0


if __name__ == "__main__":
    sys.exit(main())
