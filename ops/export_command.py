"""`export`: export over HTTPS into a local file."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from chalicelib.exports.export_type import ExportType
from chalicelib.exports.registry import EXPORT_TYPES
from ops.counted import counted
from ops.download import check_target, download
from ops.export_input import input_options, make_input, read_suffix
from ops.names import resolve_names
from ops.options import client_options
from ops.progress import check_success, wait_for_end
from ops.served_exports import ServedExports
from ops.service_client import ServiceClient
from ops.templates import start_template

Command = TypeVar("Command", bound=Callable[..., Any])
TYPES: Final = {one.word: one for one in EXPORT_TYPES.values()}


class TypeWord(click.Choice[str]):
    """The word of an export type, also as the API writes it: `gift_cards` for `gift-cards`."""

    def __init__(self) -> None:
        super().__init__(list(TYPES))

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the word; a usage error if there is no such type."""
        return super().convert(value.replace("_", "-"), param, ctx)


def place_options(command: Command) -> Command:
    """Add `--out` and `--force` to a command."""
    force = click.option("--force", is_flag=True, help="Replace an existing file.")
    out = click.option(
        "--out",
        required=True,
        type=click.Path(dir_okay=False, path_type=Path),
        help="The file to write; - writes to stdout.",
    )
    return out(force(command))


def template_option(command: Command) -> Command:
    """Add `--template` to a command."""
    return click.option(
        "--template",
        metavar="NAME",
        help="Template to export by name or id; other options override it. See ops templates.",
    )(command)


def timeout_option(command: Command) -> Command:
    """Add `--timeout` to a command."""
    return click.option(
        "--timeout",
        type=click.FloatRange(min=0, min_open=True),
        metavar="SECONDS",
        help="Stop waiting after this time. The export continues. Default: no limit.",
    )(command)


@click.command("export", short_help="Export over HTTPS and download the file.")
@click.argument("word", metavar="TYPE", type=TypeWord())
@client_options()
@place_options
@timeout_option
@template_option
@input_options
def export_command(
    word: str,
    client: ServiceClient,
    out: Path,
    force: bool,
    timeout: float | None,
    template: str | None,
    **options: Any,
) -> None:
    """Export records of TYPE over HTTPS and download the file.

    The name of the file decides the format: .csv, .jsonl, either with .gz, .xlsx or .parquet.
    Channels, warehouses, attributes and vouchers can be named by slug or number, products also by
    SKU; `python -m ops channels` and the like list them.

    \b
    export WAYBILL_URL=https://… WAYBILL_TOKEN=…
    python -m ops export products --out products.csv
    python -m ops export products --filter '{"search": "tea"}' --channel pos --out tea.xlsx
    python -m ops export products --template "Price list" --out prices.xlsx
    python -m ops export voucher-codes --voucher 5 --out - | head
    """
    started = time.monotonic()
    check_target(out, force=force)
    export_id = start_export(client, TYPES[word], template, read_suffix(out, options))
    status = wait_for_file(client, export_id, timeout)
    download(status, out)
    seconds = time.monotonic() - started
    click.echo(
        f"{out}: {counted(status['row_count'], 'row')}, "
        f"{counted(status['file_size_bytes'], 'byte')} in {seconds:.1f} s",
        err=str(out) == "-",
    )


def start_export(
    client: ServiceClient, export_type: ExportType, template: str | None, options: dict[str, Any]
) -> str:
    """Start an export, of a template if one is named, and return its global id."""
    if template is not None:
        return start_template(client, export_type, template, options)
    asked = resolve_names(client, make_input(export_type, options), export_type)
    return client.start(export_type, asked)


def wait_for_file(client: ServiceClient, export_id: str, timeout: float | None) -> dict[str, Any]:
    """Wait for the end of an export and return its status; ExportFailed if it failed."""
    exports = ServedExports(client)
    status = wait_for_end(lambda: exports.status(export_id), export_id, timeout)
    check_success(status)
    return status
