"""The commands that show exports: `exports list`, `exports show`, `watch`."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

import click

from chalicelib.adapters.export_file_store import DynamoExportFileStore
from chalicelib.domain.export_event import ExportEvent
from chalicelib.domain.export_file import ExportFile, JobStatus
from chalicelib.domain.export_list import ListFilter, ListRequest
from chalicelib.domain.global_id import InvalidGlobalId, decode_global_id, encode_global_id
from chalicelib.domain.ports import ExportFileStore
from chalicelib.errors import ExportFailed
from chalicelib.exports.registry import EXPORT_TYPES
from chalicelib.settings import Settings
from ops.options import json_option, shop_option, stack_option
from ops.tables import make_table

FIRST_PAUSE_SECONDS: Final = 0.1
MAX_PAUSE_SECONDS: Final = 2.0
PROGRESS_STEPS: Final = 1000
MAX_LISTED: Final = 100


def open_store(settings: Settings) -> ExportFileStore:
    """Return the store of a deployment's exports."""
    return DynamoExportFileStore(settings.export_files_table, settings.export_events_table)


def export_key(given: str) -> str:
    """Return the key of an export, given its global id or its key."""
    try:
        return decode_global_id(given)[1]
    except InvalidGlobalId:
        return given


def describe(job: ExportFile) -> dict[str, Any]:
    """Return an export in plain JSON types, without a link to its file."""
    return {
        "id": encode_global_id("ExportFile", job.id),
        "key": job.id,
        "shop": job.shop,
        "status": job.status.value,
        "message": job.message,
        "error_type": job.error_type,
        "progress": round(job.progress, 4),
        "row_count": job.row_count,
        "file_size_bytes": job.file_size_bytes,
        "file_name": job.file_name,
        "requestor": _requestor(job),
        "attempts": job.attempts,
        "created_at": job.created_at.isoformat(),
        "updated_at": job.updated_at.isoformat(),
        "expires_at": job.expires_at.isoformat(),
        "request": job.request.to_json(),
    }


def describe_event(event: ExportEvent) -> dict[str, Any]:
    """Return an event in plain JSON types."""
    return {
        "date": event.date.isoformat(),
        "type": event.type.value,
        "message": event.message,
        "error_type": event.error_type,
    }


def growing_pauses() -> Iterator[float]:
    """Yield pauses in seconds that grow: short exports are seen at once, long ones cost few calls."""
    seconds = FIRST_PAUSE_SECONDS
    while True:
        yield seconds
        seconds = min(seconds * 1.5, MAX_PAUSE_SECONDS)


def watch(
    get_job: Callable[[], ExportFile], pause: Callable[[float], None] = time.sleep
) -> ExportFile:
    """Show a progress bar on stderr until the export has ended; ExportFailed if it failed."""
    pauses = growing_pauses()
    with click.progressbar(
        length=PROGRESS_STEPS, label="Exporting", file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as bar:
        while (job := get_job()).status is JobStatus.PENDING:
            bar.update(int(job.progress * PROGRESS_STEPS) - bar.pos)
            pause(next(pauses))
        bar.update(PROGRESS_STEPS - bar.pos)
    if job.status is JobStatus.FAILED:
        raise ExportFailed(f"The export failed: {job.message}")
    return job


@click.group("exports")
def exports_group() -> None:
    """List exports, or show one."""


@exports_group.command("list")
@shop_option
@click.option(
    "--status",
    type=click.Choice([status.value for status in JobStatus]),
    help="Only these exports.",
)
@click.option(
    "--type", "export_type", type=click.Choice(list(EXPORT_TYPES)), help="Only these exports."
)
@click.option(
    "--limit", type=click.IntRange(1, MAX_LISTED), default=20, show_default=True, help="How many."
)
@json_option
@stack_option
def list_command(
    shop: str,
    status: str | None,
    export_type: str | None,
    limit: int,
    as_json: bool,
    settings: Settings,
) -> None:
    """List the exports of a shop, newest first."""
    wanted = ListFilter(
        export_types=frozenset([export_type] if export_type else EXPORT_TYPES),
        status=JobStatus(status) if status else None,
    )
    page = open_store(settings).list(
        ListRequest(shop=shop, filter=wanted, size=limit, descending=True)
    )
    click.echo(
        _json(map(describe, page.exports)) if as_json else make_table(_list_rows(page.exports))
    )


@exports_group.command("show")
@click.argument(
    "export_id", metavar="ID", callback=lambda context, option, given: export_key(given)
)
@shop_option
@json_option
@stack_option
def show_export_command(export_id: str, shop: str, as_json: bool, settings: Settings) -> None:
    """Show the export ID and its events. ID is a global id or a key."""
    click.echo(show_export(open_store(settings), shop, export_id, as_json=as_json))


def show_export(store: ExportFileStore, shop: str, export_id: str, *, as_json: bool) -> str:
    """Return an export and its events as text; NotFound if this shop has none with the id."""
    described = describe(store.get(shop, export_id))
    events = [describe_event(event) for event in store.find_events(shop, export_id)]
    if as_json:
        return json.dumps(described | {"events": events}, indent=2, ensure_ascii=False)
    facts = [(name, _text(value)) for name, value in described.items()]
    history = [
        (event["date"], event["type"], f"{event['message']} {event['error_type']}")
        for event in events
    ]
    return make_table(facts) + "\n\n" + make_table([("date", "event", "message"), *history])


@click.command("watch", short_help="Follow an export until it has ended.")
@click.argument(
    "export_id", metavar="ID", callback=lambda context, option, given: export_key(given)
)
@shop_option
@stack_option
def watch_command(export_id: str, shop: str, settings: Settings) -> None:
    """Follow the export ID until it has ended. The exit status is 1 if it failed."""
    store = open_store(settings)
    job = watch(lambda: store.get(shop, export_id))
    click.echo(
        f"{job.status}: {job.row_count or 0:,} rows, {job.file_size_bytes or 0:,} bytes, {job.file_name}"
    )


def _requestor(job: ExportFile) -> str:
    if job.user:
        return job.user.email
    return job.app.name if job.app else ""


def _list_rows(jobs: Iterable[ExportFile]) -> Iterable[tuple[str, ...]]:
    yield ("id", "created (UTC)", "type", "status", "progress", "rows", "requestor")
    for job in jobs:
        created = f"{job.created_at:%Y-%m-%d %H:%M:%S}"
        rows = "" if job.row_count is None else f"{job.row_count:,}"
        status = job.status.value
        yield (
            job.id,
            created,
            job.request.export_type,
            status,
            f"{job.progress:.0%}",
            rows,
            _requestor(job),
        )


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return "" if value is None else str(value)


def _json(described: Iterable[dict[str, Any]]) -> str:
    return json.dumps(list(described), indent=2, ensure_ascii=False)
