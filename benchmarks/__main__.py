"""Compare three ways to export, print a table and write RESULTS.md and RESULTS.png.

`--large` adds 200,000 products. `--run .local/run.json` adds a small export through a local run.
`--check` runs a small size and fails if speed or memory miss their bounds, `--check-memory` looks
at memory only. `--units` prints the exports in units of `csv.writer`. `--profiles` prints where
their processor time goes, and draws it in PROFILES.png.
"""

from __future__ import annotations

import argparse
import sys
from typing import Final

from benchmarks.apart import xlsx_ratio
from benchmarks.measures import (
    Case,
    import_seconds,
    least_memory,
    measure,
    measure_join,
    measure_segments,
    read_units_a_product,
    segments_of,
)
from benchmarks.prices import dollars_per_million_products
from benchmarks.profiles import draw, measure_profile, profiles_table
from benchmarks.units import (
    CARDS,
    CODES,
    DEFAULT,
    DESCRIBED,
    EXPORTS,
    JSONL,
    ONE_PRODUCT,
    PARQUET,
    WIDE,
    XLSX,
    InUnits,
    measure_units,
    units_table,
)

WORKERS: Final = 8
RUNS: Final = 5
LARGE: Final = 200_000
# The bounds of `--check`. They leave room for a busy machine.
MIN_RATIO: Final = 40.0
MIN_XLSX_RATIO: Final = 8.0
MAX_UNITS: Final = {
    WIDE: 1.1,
    DEFAULT: 0.27,
    DESCRIBED: 0.45,
    ONE_PRODUCT: 0.14,
    XLSX: 1.5,
    CARDS: 0.28,
    CODES: 0.28,
    JSONL: 1.6,
    PARQUET: 2.0,
}
MEMORY_RUNS: Final = 3
SLOW: Final = 15_000
MANY: Final = 50_000
# Products, columns and file type of each line of the table.
CASES: Final = (
    (1_000, "everything", "CSV"),
    (5_000, "everything", "CSV"),
    (MANY, "everything", "CSV"),
    (5_000, "default", "CSV"),
    (5_000, "everything", "XLSX"),
    (15_000, "fifteen", "XLSX"),
    (15_000, "people", "XLSX"),
    (MANY, "everything", "JSONL"),
    (MANY, "everything", "PARQUET"),
)
LARGE_CASES: Final = (
    (LARGE, "everything", "CSV"),
    (LARGE, "fifteen", "XLSX"),
    (LARGE, "everything", "JSONL"),
    (LARGE, "everything", "PARQUET"),
)
MAX_GROWTH_BYTES: Final = 5_000_000
MAX_MEMORY_BYTES: Final = 60_000_000
# Below the 5 MiB of a part, so that every byte is read and sent again. A second copy would take
# 48 MB.
JOINED: Final = (48, 4_500_000)
MAX_JOIN_BYTES: Final = 40_000_000


def check_speed() -> bool:
    """Return whether exports are as quick as they must be beside others in the same run."""
    quick = measure(1_000, "everything", runs=3, plain_runs=1)
    kept = [
        _at_least(quick.ratio(quick.plain), MIN_RATIO, "times the plain way"),
        _at_least(xlsx_ratio(), MIN_XLSX_RATIO, "times openpyxl"),
        *_units_kept(),
    ]
    return all(kept)


def check_memory() -> bool:
    """Return whether memory stays within its bounds, whatever the size of the catalogue."""
    joined = measure_join(*JOINED, runs=1)
    first, second = (least_memory(products, MEMORY_RUNS) for products in (20_000, 60_000))
    kept = [
        _at_most(second - first, MAX_GROWTH_BYTES, "more for three times the products"),
        _at_most(max(first, second), MAX_MEMORY_BYTES, "at most"),
        _at_most(joined, MAX_JOIN_BYTES, "to join segments that S3 cannot copy"),
    ]
    return all(kept)


def _units_kept() -> list[bool]:
    """Compare exports with `csv.writer`, which runs in turn with them."""
    _, measured = measure_units(list(MAX_UNITS), runs=3)
    return [_in_units(one, MAX_UNITS[one.export]) for one in measured]


def _in_units(one: InUnits, bound: float) -> bool:
    print(f"{one.units:.2f} units of csv.writer for {one.export.name} (at most {bound})")
    return one.units <= bound


def _at_least(ratio: float, bound: float, meaning: str) -> bool:
    print(f"{ratio:.1f} {meaning} (at least {bound:.0f})")
    return ratio >= bound


def _at_most(size: float, bound: float, meaning: str) -> bool:
    print(f"{size / 1e6:.1f} MB {meaning} (at most {bound / 1e6:.0f})")
    return size <= bound


def measure_all(*, large: bool) -> list[Case]:
    """Measure every line of the table."""
    return [
        _printed(measure(*case, runs=RUNS, plain_runs=_plain_runs(*case)))
        for case in (*CASES, *(LARGE_CASES if large else ()))
    ]


def _plain_runs(products: int, columns: str, file_type: str) -> int:
    """Return how often the plain ways run: they write CSV and XLSX only."""
    if file_type not in ("CSV", "XLSX") or products == LARGE:
        return 0
    # They take a minute for 15,000 products, and three for 50,000.
    return RUNS if products < SLOW else 1


def _printed(case: Case) -> Case:
    from benchmarks.report import table

    print(table([case]).splitlines()[-1], flush=True)
    return case


def main() -> int:
    """Measure everything and write the report, or check the bounds with `--check`."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--large", action="store_true", help=f"also measure {LARGE:,} products")
    parser.add_argument(
        "--check", action="store_true", help="measure a small size and check the bounds"
    )
    parser.add_argument("--check-memory", action="store_true", help="check the bounds of memory")
    parser.add_argument("--units", action="store_true", help="measure exports in units only")
    parser.add_argument(
        "--profiles", action="store_true", help="show where time goes, in PROFILES.png"
    )
    options = parser.parse_args()
    if options.check or options.check_memory:
        # A busy machine changes what is timed, so only memory is part of `make test`.
        kept = [check_memory(), *([check_speed()] if options.check else [])]
        return 0 if all(kept) else 1
    if options.units:
        print(units_table(*measure_units(EXPORTS, RUNS)))
        return 0
    if options.profiles:
        profiles = [measure_profile(export) for export in EXPORTS]
        draw(profiles)
        print(profiles_table(profiles))
        return 0
    report(large=options.large)
    return 0


def report(*, large: bool) -> None:
    """Measure everything, print the table and write RESULTS.md and RESULTS.png."""
    from benchmarks.report import table, write_report

    emulated = _measure_emulated(large=large)
    cases = measure_all(large=large)
    read_units = read_units_a_product()
    facts = _facts(read_units, emulated)
    units = units_table(*measure_units(EXPORTS, RUNS))
    profiles = [measure_profile(export) for export in EXPORTS]
    write_report(cases, units, facts, profiles, _costs(cases, read_units))
    print(table(cases))


def _measure_emulated(*, large: bool) -> dict[str, str]:
    from benchmarks.emulated import measure_large, measure_small

    return {**measure_small(), **(measure_large(LARGE) if large else {})}


def _facts(read_units: float, emulated: dict[str, str]) -> dict[str, str]:
    """Return the facts beside the table, each with its figure."""
    from benchmarks.apart import xlsx_facts
    from benchmarks.emulated import measure_first_sync
    from benchmarks.status_query import measure_status_query

    count, size = JOINED
    speed_up = measure_segments(50_000, WORKERS, RUNS)
    workers = (
        f"{WORKERS} workers on 50,000 products, each with a core (segments in processes of their "
        f"own, one after the other; the slowest of medians of {RUNS} counts)"
    )
    joining = f"memory of joining {count} segments of {size / 1e6:.1f} MB, too small for S3 to copy"
    return {
        "read units a product (eventually consistent)": f"{read_units:.3f}",
        workers: f"{speed_up:.1f} × one worker",
        joining: f"{measure_join(*JOINED, RUNS) / 1e6:.1f} MB",
        "cold `import app`": f"{import_seconds('app') * 1000:.0f} ms",
        **_starts(),
        "a status query of a warm function (processor time)": (
            f"{measure_status_query() * 1000:.1f} ms"
        ),
        **_live(),
        "first sync of a shop that takes 0.8 s for a page of 100 products": measure_first_sync(),
        **xlsx_facts(),
        **{f"local run (emulator included), {part}": took for part, took in emulated.items()},
    }


def _live() -> dict[str, str]:
    from benchmarks.live import RECORDS, measure_live

    meaning = "of a connected shop, read and written (processor time)"
    return {
        f"{RECORDS:,} {export_type.replace('_', ' ')} {meaning}": f"{seconds * 1000:.0f} ms"
        for export_type, seconds in measure_live().items()
    }


def _starts() -> dict[str, str]:
    from benchmarks.cold_start import measure_cold_starts

    return {
        f"cold start in Lambda's runtime, {name} (processor time)": f"{seconds * 1000:.0f} ms"
        for name, seconds in measure_cold_starts().items()
    }


def _costs(cases: list[Case], read_units: float) -> dict[str, float]:
    """Return the cost of a million products, from the largest export of every column as CSV."""
    largest = next(
        case for case in reversed(cases) if (case.columns, case.file_type) == ("everything", "CSV")
    )
    return dollars_per_million_products(
        read_units=read_units,
        seconds_a_product=largest.ours["cpu_seconds"] / largest.products,
        bytes_a_product=largest.ours["bytes"] / largest.products,
        segments=segments_of(1_000_000),
    )


if __name__ == "__main__":
    sys.exit(main())
