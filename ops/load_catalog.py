"""`load-catalog`: load a shop's catalogue from JSON Lines files into the catalogue table."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click

from chalicelib.adapters.catalog.lease import CatalogLease
from chalicelib.adapters.catalog.presets import make_preset
from chalicelib.adapters.catalog.writer import CatalogWriter
from chalicelib.adapters.shops.store import DynamoShopStore
from chalicelib.catalog.kinds import PRODUCTS
from chalicelib.errors import RequestRefused
from chalicelib.settings import Settings
from ops.catalog_files import BadCatalogError, find_files, first_documents, read_files
from ops.catalog_load import CatalogLoad, Changes, Drop, Progress, find_drops
from ops.catalog_spool import CatalogSpool
from ops.counted import counted
from ops.options import shop_option, stack_option

BIG_LOAD_RECORDS: Final = 10_000
MAX_DROP_PERCENT: Final = 20
# On demand, us-east-1, November 2026; other regions differ by some ten per cent.
DOLLARS_PER_MILLION_WRITE_UNITS: Final = 0.625


@click.command("load-catalog", short_help="Load a shop's catalogue from JSON Lines files.")
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@shop_option
@click.option("--table", metavar="NAME", help="The catalogue table, if not that of the deployment.")
@click.option(
    "--max-drop-percent",
    type=click.IntRange(0, 100),
    default=MAX_DROP_PERCENT,
    show_default=True,
    metavar="PERCENT",
    envvar="WAYBILL_MAX_DROP_PERCENT",
    show_envvar=True,
    help="Refuse a load that deletes a larger part of the stored records of a kind.",
)
@click.option("--yes", is_flag=True, help="Delete any number of stored records.")
@stack_option
def load_catalog_command(
    directory: Path,
    shop: str,
    table: str | None,
    max_drop_percent: int,
    yes: bool,
    settings: Settings,
) -> None:
    """Load the catalogue in DIRECTORY: *.jsonl files with a node of Saleor's API on each line.

    Every line is checked before anything is written. If lines are wrong, they are named with their
    file and the reason, and nothing is loaded. Each kind that has a file is replaced: stored
    records that are not in the file are deleted. Kinds without a file stay as they are.

    An empty or cut file would delete most of a catalogue. So a load that would delete more than
    --max-drop-percent of the stored records of a kind is refused. Use --yes if the records are
    really gone.

    Unchanged records are not rewritten: load again to complete an interrupted load; a daily load
    costs little. A second load of the same shop is refused while the first one runs.

    The load of a shop on Saleor that installed Waybill is refused: Waybill reads it by itself.
    """
    if table is None:
        check_not_connected(shop, settings)
    load_catalog(
        directory,
        shop,
        table or settings.catalog_table,
        max_drop_percent=100 if yes else max_drop_percent,
    )


def check_not_connected(shop: str, settings: Settings) -> None:
    """Raise RequestRefused for a connected shop: its exports would have the files' old records."""
    found = DynamoShopStore(settings.shops_table).find(shop)
    if found and found.is_connected:
        raise RequestRefused(
            f"{shop} has installed Waybill, which reads its catalogue by itself. Nothing was "
            f"loaded. To read all products again: python -m ops sync {shop} --full"
        )


def load_catalog(
    directory: Path, shop: str, table: str, *, max_drop_percent: int = MAX_DROP_PERCENT
) -> Changes:
    """Load, show the progress on stderr and the result on stdout, and return the changes by kind.

    BadCatalogError or CatalogBusy: nothing was loaded. Unavailable: the load was interrupted.
    """
    files, stored = find_files(directory), CatalogWriter(table).find_preset(shop, PRODUCTS)
    preset = stored or make_preset(first_documents(files, PRODUCTS))
    started = time.monotonic()
    with CatalogSpool() as spool:
        with _progress_bar("Checking", sum(file.stat().st_size for file in files)) as progress:
            read_files(files, shop, spool, progress, preset)
        if spool.records >= BIG_LOAD_RECORDS:
            click.echo(_estimate(spool), err=True)
        kinds = [file.stem for file in files]
        changes = _replace(spool, preset, kinds, shop, table, max_drop_percent)
    click.echo(_summary(changes, time.monotonic() - started))
    return changes


def _replace(
    spool: CatalogSpool,
    preset: bytes,
    kinds: list[str],
    shop: str,
    table: str,
    max_drop_percent: int,
) -> Changes:
    with CatalogLease(table, shop) as lease, _progress_bar("Loading", spool.records) as progress:

        def go_on(records: int) -> None:
            lease.renew()
            progress(records)

        load = CatalogLoad(spool, shop, CatalogWriter(table), go_on, preset)
        comparison = load.compare(kinds)
        check_drops(find_drops(comparison), max_drop_percent)
        return load.write(comparison)


def check_drops(drops: Iterable[Drop], max_drop_percent: int) -> None:
    """Raise BadCatalogError if a kind would lose more than this part of its stored records."""
    large = [drop for drop in drops if drop.percent > max_drop_percent]
    if large:
        listed = "\n".join(f"  {_describe(drop)}" for drop in large)
        raise BadCatalogError(
            f"Nothing was loaded, because the load would delete many stored records:\n{listed}\n"
            f"At most {max_drop_percent} % of a kind may go at once. Check that the files are "
            "complete. If these records are really gone, load with --yes."
        )


def _describe(drop: Drop) -> str:
    kind = drop.kind.replace("_", " ")
    return f"{drop.dropped:,} of {drop.stored:,} {kind} ({drop.percent:.0f} %)"


@contextmanager
def _progress_bar(label: str, length: int) -> Iterator[Progress]:
    """Yield a function that advances a progress bar. The bar is shown on a terminal only."""
    hidden = not sys.stderr.isatty()
    with click.progressbar(
        length=length, label=f"{label:<8}", file=sys.stderr, hidden=hidden, show_pos=False
    ) as bar:
        yield bar.update


def _estimate(spool: CatalogSpool) -> str:
    dollars = spool.write_units * DOLLARS_PER_MILLION_WRITE_UNITS / 1_000_000
    return (
        f"{counted(spool.records, 'record')}, {spool.size_bytes / 1_000_000:,.0f} MB: "
        f"at most {counted(spool.write_units, 'write unit')}, about {dollars:.2f} USD on demand. "
        "Unchanged records cost a tenth or less."
    )


def _summary(changes: Changes, seconds: float) -> str:
    rows: list[tuple[str, ...]] = [("kind", "records", "written", "unchanged", "deleted")]
    for kind, change in sorted(changes.items()):
        counts = (change.written + change.kept, change.written, change.kept, change.deleted)
        rows.append((kind, *(f"{count:,}" for count in counts)))
    records = sum(change.written + change.kept for change in changes.values())
    table = "\n".join(f"{row[0]:<20}" + "".join(f"{cell:>12}" for cell in row[1:]) for row in rows)
    speed = records / max(seconds, 0.001)
    return f"{table}\n{counted(records, 'record')} in {seconds:.1f} s ({speed:,.0f}/s)"
