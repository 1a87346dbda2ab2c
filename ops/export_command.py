"""`export`: from the options of the command line to a file."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import click

from chalicelib.domain.request import Compression, FileType, Formulas, Scope
from chalicelib.exports.products import FIELDS
from ops.export_client import MUTATIONS, ExportClient, download, follow

Command = TypeVar("Command", bound=Callable[..., Any])


def _many(
    name: str, key: str, text: str, choice: Iterable[str] = ()
) -> Callable[[Command], Command]:
    kind = click.Choice(list(choice)) if choice else click.STRING
    return click.option(name, key, multiple=True, help=text, type=kind)


def _read_filter(
    context: click.Context, option: click.Parameter, given: str | None
) -> dict[str, Any]:
    try:
        read: dict[str, Any] = json.loads(given or "{}")
    except ValueError as error:
        raise click.BadParameter(f"this is no JSON: {error}") from error
    return read


def _check_place(context: click.Context, option: click.Parameter, out: Path) -> Path:
    """Before the export is asked for: a file that cannot be written would be made in vain."""
    if not out.parent.is_dir():
        raise click.BadParameter(f"there is no directory {out.parent}")
    return out


@click.command("export", short_help="Export over HTTPS and download the file.")
@click.argument("export_type", metavar="TYPE", type=click.Choice(list(MUTATIONS)))
@click.option(
    "--url", envvar="WAYBILL_URL", required=True, help="Where the service is; or WAYBILL_URL."
)
@click.option(
    "--token", envvar="WAYBILL_TOKEN", required=True, help="Who asks; better by WAYBILL_TOKEN."
)
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    callback=_check_place,
    help="The file to write.",
)
@click.option(
    "--scope", type=click.Choice([scope.value for scope in Scope]), default="ALL", show_default=True
)
@_many("--id", "ids", "A record (global id), for scope IDS; once for each.")
@click.option(
    "--filter", "chosen", callback=_read_filter, help="The filter input as JSON, for scope FILTER."
)
@_many("--field", "fields", "A field of products; all unless given.", FIELDS)
@_many("--attribute", "attributes", "An attribute (global id) to add columns for.")
@_many("--warehouse", "warehouses", "A warehouse (global id) to add a column for.")
@_many("--channel", "channels", "A channel (global id) to add columns for.")
@click.option("--voucher", help="The voucher (global id) whose codes are wanted.")
@click.option(
    "--file-type",
    type=click.Choice([kind.value for kind in FileType]),
    default="CSV",
    show_default=True,
)
@click.option(
    "--formulas",
    type=click.Choice([kind.value for kind in Formulas]),
    help="Default: the deployment's.",
)
@click.option(
    "--compression",
    type=click.Choice([kind.value for kind in Compression]),
    help="GZIP: a .csv.gz file.",
)
def export_command(export_type: str, url: str, token: str, out: Path, **options: Any) -> None:
    """Export products, gift-cards or voucher-codes over HTTPS and download the file.

    \b
    export WAYBILL_URL=https://… WAYBILL_TOKEN=…
    python -m ops export products --out products.csv
    python -m ops export products --scope FILTER --filter '{"search": "tea"}' --file-type XLSX --out tea.xlsx
    python -m ops export voucher-codes --voucher Vm91Y2hlcjo1 --out codes.csv
    """
    started = time.monotonic()
    client = ExportClient(url, token)
    status = follow(client, client.start(export_type, make_input(export_type, options)))
    download(status, out)
    seconds = time.monotonic() - started
    click.echo(
        f"{out}: {status['row_count']:,} rows, {status['file_size_bytes']:,} bytes in {seconds:.1f} s"
    )


def make_input(export_type: str, options: dict[str, Any]) -> dict[str, Any]:
    """The mutation's input; what was not chosen is left out."""
    asked: dict[str, Any] = {name: options[name] for name in ("formulas", "compression")}
    asked |= {"fileType": options["file_type"], "ids": list(options["ids"])}
    if export_type == "voucher-codes":
        return _given(asked | {"voucherId": options["voucher"]})
    asked |= {"scope": options["scope"], "filter": options["chosen"]}
    if export_type == "products":
        columns = {name: list(options[name]) for name in ("attributes", "warehouses", "channels")}
        asked["exportInfo"] = _given(columns | {"fields": list(options["fields"] or FIELDS)})
    return _given(asked)


def _given(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, [], {})}
