"""Hand out links to files. Every link is on record before it is signed.

Whoever has a link has the file for minutes, without signing in. The history of an export therefore
says who got one, when, and until when it works.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from chalicelib.domain.download_name import download_name
from chalicelib.domain.export_event import Download
from chalicelib.domain.export_file import ExportFile, JobStatus
from chalicelib.domain.requestor import Requestor
from chalicelib.errors import LinkNotRecorded, Unavailable
from chalicelib.formats.registry import format_of
from chalicelib.services.requests.api_service import ApiService

log: Final = logging.getLogger("waybill")

# A client may follow a link a moment after it got it, so the last tenth of a link is not given out.
USABLE_SHARE: Final = 0.1
SHORTEST: Final = timedelta(seconds=1)


def download_file(service: ApiService, requestor: Requestor, job: ExportFile) -> str | None:
    """Record the download, then return a link to the file; None if there is no file."""
    now = service.clock.now()
    until = _end_of_link(service, job, now)
    if until is None:
        return None
    service.store.record_download(job, _download(requestor, now, until))
    log.info("download")
    return _sign(service, job, now, until)


def hand_out_links(
    service: ApiService, requestor: Requestor, jobs: Sequence[ExportFile]
) -> dict[str, str]:
    """Return links to the files of these exports by id; those without a file are left out.

    A requestor who has a link gets another one with the same end, and no other record.
    LinkNotRecorded if one of the links cannot be recorded.
    """
    now = service.clock.now()
    wanted = {job.id: end for job in jobs if (end := _end_of_link(service, job, now))}
    with_file = [job for job in jobs if job.id in wanted]
    if not with_file:
        return {}
    try:
        recorded = _find_usable(service, requestor, with_file, wanted)
        _record(service, requestor, [job for job in with_file if job.id not in recorded], wanted)
    except Unavailable as error:
        raise LinkNotRecorded(str(error)) from error
    ends = wanted | recorded
    for job in with_file:
        service.kept_links.keep(job, requestor.id, ends)
    return {job.id: _sign(service, job, now, ends[job.id]) for job in with_file}


def _find_usable(
    service: ApiService,
    requestor: Requestor,
    jobs: Sequence[ExportFile],
    wanted: Mapping[str, datetime],
) -> dict[str, datetime]:
    """Return the ends of recorded links that still work long enough, by export id."""
    kept = {job.id: service.kept_links.find(job, requestor.id) for job in jobs}
    known = {export_id: until for export_id, until in kept.items() if until is not None}
    usable = _usable(service, known, wanted)
    if len(usable) == len(jobs):
        return usable
    return _usable(service, service.store.find_links(jobs, requestor.id), wanted)


def _usable(
    service: ApiService, ends: Mapping[str, datetime], wanted: Mapping[str, datetime]
) -> dict[str, datetime]:
    now = service.clock.now()
    return {
        # A deployment may have shortened its links since.
        export_id: min(until, wanted[export_id])
        for export_id, until in ends.items()
        if until - now >= max((wanted[export_id] - now) * USABLE_SHARE, SHORTEST)
    }


def _record(
    service: ApiService,
    requestor: Requestor,
    jobs: Sequence[ExportFile],
    ends: Mapping[str, datetime],
) -> None:
    if jobs:
        now = service.clock.now()
        links = [(job, _download(requestor, now, ends[job.id])) for job in jobs]
        service.store.record_links(links, requestor.id)
        log.info("links handed out", extra={"links": len(links)})


def _download(requestor: Requestor, now: datetime, until: datetime) -> Download:
    return Download(date=now, until=until, user=requestor.user, app=requestor.app)


def _end_of_link(service: ApiService, job: ExportFile, now: datetime) -> datetime | None:
    """Return when a link that is signed now ends; None if there is no file or it has expired."""
    left = int((job.expires_at - now).total_seconds())
    if job.status is not JobStatus.SUCCESS or job.file_key is None or left <= 0:
        return None
    return now + timedelta(seconds=min(service.settings.download_url_seconds, left))


def _sign(service: ApiService, job: ExportFile, now: datetime, until: datetime) -> str:
    return service.files.make_download_url(
        job.file_key or "",
        file_name=download_name(job),
        content_type=format_of(job.request).content_type,
        seconds=int((until - now).total_seconds()),
    )
