"""`export`: export over HTTPS into a local file."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, Final

import click

from chalicelib.exports.registry import EXPORT_TYPES
from ops.export_client import ExportClient, download, follow
from ops.export_input import input_options, make_input

TYPES: Final = {one.word: one for one in EXPORT_TYPES.values()}


def _check_place(context: click.Context, option: click.Parameter, out: Path) -> Path:
    # Check before the export starts: the service would write a file that cannot be saved here.
    if not out.parent.is_dir():
        raise click.BadParameter(f"there is no directory {out.parent}")
    return out


@click.command("export", short_help="Export over HTTPS and download the file.")
@click.argument("word", metavar="TYPE", type=click.Choice(list(TYPES)))
@click.option(
    "--url", envvar="WAYBILL_URL", required=True, help="The service's address; or WAYBILL_URL."
)
@click.option(
    "--token", envvar="WAYBILL_TOKEN", required=True, help="A token; better as WAYBILL_TOKEN."
)
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    callback=_check_place,
    help="The file to write.",
)
@input_options
def export_command(word: str, url: str, token: str, out: Path, **options: Any) -> None:
    """Export records of TYPE over HTTPS and download the file.

    \b
    export WAYBILL_URL=https://… WAYBILL_TOKEN=…
    python -m ops export products --out products.csv
    python -m ops export products --filter '{"search": "tea"}' --file-type XLSX --out tea.xlsx
    python -m ops export voucher-codes --voucher Vm91Y2hlcjo1 --out codes.csv
    """
    started = time.monotonic()
    client = ExportClient(url, token)
    status = follow(client, client.start(TYPES[word], make_input(TYPES[word], options)))
    download(status, out)
    seconds = time.monotonic() - started
    click.echo(
        f"{out}: {status['row_count']:,} rows, {status['file_size_bytes']:,} bytes in {seconds:.1f} s"
    )
