"""`load-catalog`: a shop's catalogue from JSON Lines files into the catalogue table."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click

from chalicelib.adapters.catalog_writer import CatalogWriter
from chalicelib.settings import Settings
from ops.catalog_files import find_files, read_files
from ops.catalog_load import CatalogLoad, Changes, Progress
from ops.catalog_spool import CatalogSpool
from ops.options import shop_option, stack_option

BIG_LOAD_RECORDS: Final = 10_000
# On demand, us-east-1, November 2026; other regions differ by some ten per cent.
DOLLARS_PER_MILLION_WRITE_UNITS: Final = 0.625


@click.command("load-catalog", short_help="Load a shop's catalogue from JSON Lines files.")
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@shop_option
@click.option("--table", metavar="NAME", help="The catalogue table, if not that of the deployment.")
@stack_option
def load_catalog_command(directory: Path, shop: str, table: str | None, settings: Settings) -> None:
    """Load the catalogue in DIRECTORY: *.jsonl files with a node of Saleor's API on each line.

    Every line is checked before anything is written: a bad line is named, with its file and the reason, and
    nothing is loaded. The kinds that have a file are replaced: records that are not in it go. Kinds without a
    file stay.

    What is stored already as it shall be is not written again: a load that was interrupted is finished by
    loading again, and a daily load costs little. Let one load of a shop run at a time.
    """
    load_catalog(directory, shop, table or settings.catalog_table)


def load_catalog(directory: Path, shop: str, table: str) -> Changes:
    """Load, telling how it goes on stderr and what was done on stdout; returns what was done by kind.

    BadCatalogError when nothing was loaded, Unavailable when the load was interrupted.
    """
    files = find_files(directory)
    started = time.monotonic()
    with CatalogSpool() as spool:
        with _progress_bar("Checking", sum(file.stat().st_size for file in files)) as progress:
            read_files(files, shop, spool, progress)
        if spool.records >= BIG_LOAD_RECORDS:
            click.echo(_estimate(spool), err=True)
        with _progress_bar("Loading", spool.records) as progress:
            changes = CatalogLoad(spool, shop, CatalogWriter(table), progress).replace(
                file.stem for file in files
            )
    click.echo(_summary(changes, time.monotonic() - started))
    return changes


@contextmanager
def _progress_bar(label: str, length: int) -> Iterator[Progress]:
    """What to tell of progress; shown on a terminal only."""
    hidden = not sys.stderr.isatty()
    with click.progressbar(
        length=length, label=f"{label:<8}", file=sys.stderr, hidden=hidden, show_pos=False
    ) as bar:
        yield bar.update


def _estimate(spool: CatalogSpool) -> str:
    dollars = spool.write_units * DOLLARS_PER_MILLION_WRITE_UNITS / 1_000_000
    return (
        f"{spool.records:,} records, {spool.size_bytes / 1_000_000:,.0f} MB: "
        f"at most {spool.write_units:,} write units, about {dollars:.2f} USD on demand. "
        "What is stored already costs a tenth or less."
    )


def _summary(changes: Changes, seconds: float) -> str:
    rows: list[tuple[str, ...]] = [("kind", "records", "written", "unchanged", "deleted")]
    for kind, change in sorted(changes.items()):
        counts = (change.written + change.kept, change.written, change.kept, change.deleted)
        rows.append((kind, *(f"{count:,}" for count in counts)))
    records = sum(change.written + change.kept for change in changes.values())
    table = "\n".join(f"{row[0]:<20}" + "".join(f"{cell:>12}" for cell in row[1:]) for row in rows)
    return (
        f"{table}\n{records:,} records in {seconds:.1f} s ({records / max(seconds, 0.001):,.0f}/s)"
    )
