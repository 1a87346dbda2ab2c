"""`exports …` and `watch`: start, follow, download and change exports."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, Protocol

import click

from chalicelib.domain.export_file import JobStatus
from chalicelib.errors import ExportFailed
from ops.counted import counted
from ops.download import check_target, download
from ops.export_command import (
    TYPES,
    TypeWord,
    place_options,
    start_export,
    template_option,
    timeout_option,
)
from ops.export_ids import global_id_of
from ops.export_input import check_suffix, input_options
from ops.options import client_options, either_option, json_option
from ops.progress import check_success, shown, wait_for_end
from ops.served_exports import ServedExports
from ops.service_client import ServiceClient
from ops.stored_exports import StoredExports, open_store
from ops.tables import make_table

MAX_LISTED: Final = 100
Described = dict[str, Any]


class Exports(Protocol):
    """Exports of a deployment, from its tables or over HTTPS."""

    def list(self, status: str | None, export_type: str | None, limit: int) -> list[Described]:
        """Return descriptions of the newest exports, at most `limit`."""

    def get(self, export_id: str) -> Described:
        """Return the description of an export with its events; NotFound."""

    def status(self, export_id: str) -> Described:
        """Return the description of an export; NotFound."""


exports_option: Final = either_option(
    "exports",
    lambda settings, shop: StoredExports(open_store(settings), shop),
    ServedExports,
)


@click.group("exports")
def exports_group() -> None:
    """Start, list, follow, download and change exports.

    With --url and --token (or WAYBILL_URL and WAYBILL_TOKEN), commands work over HTTPS and need no
    AWS credentials. list, show and watch also work on the tables of a stack (--stack).
    """


@exports_group.command("start")
@click.argument("word", metavar="TYPE", type=TypeWord())
@client_options()
@template_option
@input_options
def start_command(word: str, client: ServiceClient, template: str | None, **options: Any) -> None:
    """Start an export of TYPE and print its id."""
    click.echo(start_export(client, TYPES[word], template, options))


@exports_group.command("list")
@exports_option
@click.option(
    "--status", type=click.Choice([status.value for status in JobStatus]), help="Only these."
)
@click.option("--type", "word", type=TypeWord(), help="Only these.")
@click.option(
    "--limit", type=click.IntRange(1, MAX_LISTED), default=20, show_default=True, help="How many."
)
@json_option
def list_command(
    exports: Exports, status: str | None, word: str | None, limit: int, as_json: bool
) -> None:
    """List exports, newest first."""
    found = exports.list(status, TYPES[word].name if word else None, limit)
    if as_json:
        click.echo(json.dumps(found, indent=2, ensure_ascii=False))
    else:
        click.echo(make_table(_list_rows(found)))
    if len(found) == limit:
        click.echo(_may_be_older(limit), err=True)


@exports_group.command("show")
@click.argument("export_id", metavar="ID")
@exports_option
@json_option
def show_command(export_id: str, exports: Exports, as_json: bool) -> None:
    """Show the export ID and its events. ID is a global id or a key."""
    click.echo(show_export(exports, export_id, as_json=as_json))


def show_export(exports: Exports, export_id: str, *, as_json: bool) -> str:
    """Return an export and its events as text; NotFound."""
    found = exports.get(export_id)
    if as_json:
        return json.dumps(found, indent=2, ensure_ascii=False)
    events = found.pop("events")
    facts = [(name, _text(value)) for name, value in (found | {"status": shown(found)}).items()]
    history = [
        (event["date"], event["type"], f"{event['message']} {event.get('error_type', '')}")
        for event in events
    ]
    return make_table(facts) + "\n\n" + make_table([("date", "event", "message"), *history])


@click.command("watch", short_help="Follow an export until it has ended.")
@click.argument("export_id", metavar="ID")
@exports_option
@timeout_option
def watch_command(export_id: str, exports: Exports, timeout: float | None) -> None:
    """Follow the export ID until it has ended. The exit status is 1 if it failed."""
    ended = wait_for_end(lambda: exports.status(export_id), export_id, timeout)
    check_success(ended)
    click.echo(
        f"{ended['status']}: {counted(ended['row_count'] or 0, 'row')}, "
        f"{counted(ended['file_size_bytes'] or 0, 'byte')}, {ended['file_name']}"
    )


exports_group.add_command(watch_command)


@exports_group.command("download")
@click.argument("export_id", metavar="ID")
@client_options()
@place_options
def download_command(export_id: str, client: ServiceClient, out: Path, force: bool) -> None:
    """Download the file of the export ID."""
    check_target(out, force=force)
    status = ServedExports(client).status(export_id)
    if status["url"] is None:
        raise ExportFailed(f"The export has no file. Its status is {shown(status)}.")
    check_suffix(out, status["file_name"])
    download(status, out)
    click.echo(f"{out}: {counted(status['row_count'], 'row')}", err=str(out) == "-")


def _change(name: str, mutation: str, help_: str, said: str) -> None:
    """Add a command that changes an export over HTTPS."""

    @exports_group.command(name, help=help_)
    @click.argument("export_id", metavar="ID")
    @client_options()
    def change(export_id: str, client: ServiceClient) -> None:
        changed = ServedExports(client).change(mutation, export_id)
        click.echo(said.format(given=global_id_of(export_id), changed=changed))


_change("cancel", "exportFileCancel", "End the pending export ID.", "Canceled {given}.")
_change("delete", "exportFileDelete", "Delete the file of the export ID.", "Deleted {given}.")
_change("retry", "exportFileRetry", "Start the export ID again; print the new id.", "{changed}")


def _may_be_older(limit: int) -> str:
    more = f"List up to {MAX_LISTED} with --limit, or narrow" if limit < MAX_LISTED else "Narrow"
    these = "this one" if limit == 1 else f"these {limit}"
    return f"There may be older exports than {these}. {more} the list with --status or --type."


def _list_rows(found: Iterable[Described]) -> Iterable[tuple[str, ...]]:
    yield ("id", "created (UTC)", "type", "status", "progress", "rows", "requestor")
    for one in found:
        yield (
            one["key"],
            one["created_at"][:19].replace("T", " "),
            one["export_type"],
            shown(one),
            f"{one['progress']:.0%}",
            "" if one["row_count"] is None else f"{one['row_count']:,}",
            one["requestor"],
        )


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return "" if value is None else str(value)
