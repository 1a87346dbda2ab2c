"""The notes in a file: lines for people about the export that it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from zoneinfo import ZoneInfo

from chalicelib.catalog.dictionaries import Dictionaries
from chalicelib.domain.catalog_ports import CatalogSource
from chalicelib.domain.currency import Facts
from chalicelib.domain.download_name import download_name
from chalicelib.domain.export_file import ExportFile
from chalicelib.domain.request import Scope
from chalicelib.domain.requestor import Requestor
from chalicelib.exports.summary import tell_filter
from chalicelib.formats.row_format import Notes
from chalicelib.words.text import in_language, say


def notes_of(job: ExportFile, source: CatalogSource) -> Notes:
    """Return notes about what the file has, when and by whom it was asked for, and its filter."""
    return Notes(in_language(say("About"), job.language), _lines(job, source))


def _lines(job: ExportFile, source: CatalogSource) -> Iterator[tuple[str, str]]:
    """Yield the lines. Only a format that writes them reads the names of the filter."""
    request = job.request
    shown = partial(in_language, code=job.language)
    lines = [
        (say("Title"), request.title),
        (say("Content"), shown(request.summary)),
        (say("Requested at"), _time(job.created_at, request.layout.time_zone)),
        (say("Requested by"), Requestor(user=job.user, app=job.app).name),
        (say("Filter"), shown(tell_filter(request, Dictionaries(source, job.shop)))),
        (say("Read at"), shown(read_note(job))),
        (say("File"), download_name(job)),
    ]
    yield from ((shown(name), text) for name, text in lines if text)


def read_note(job: ExportFile) -> str:
    """Return a sentence about when records were read from the shop, "" for stored records.

    Records that were created later are not in the file. Chosen records all existed before.
    """
    read_at = job.as_of.get(Facts.RECORDS)
    if read_at is None or job.request.scope is Scope.IDS:
        return ""
    return say(
        "Read from the shop at {time}. What was created later is not in the file.",
        time=_time(read_at, job.request.layout.time_zone),
    )


def _time(moment: datetime, zone: str | None) -> str:
    local = moment.astimezone(ZoneInfo(zone) if zone else UTC)
    return f"{local:%Y-%m-%d %H:%M} {zone or 'UTC'}"
