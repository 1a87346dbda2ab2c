"""Exports of a deployment in its tables, with the rights of an AWS account."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from chalicelib.adapters.export_files.store import DynamoExportFileStore
from chalicelib.domain.export_event import ExportEvent
from chalicelib.domain.export_file import ExportFile, JobStatus
from chalicelib.domain.export_list import ListFilter, ListRequest
from chalicelib.domain.global_id import encode_global_id
from chalicelib.domain.ports import ExportFileStore
from chalicelib.domain.progress import SegmentProgress, is_running, progress_of
from chalicelib.domain.transitions import CANCELED
from chalicelib.exports.registry import EXPORT_TYPES
from chalicelib.settings import Settings
from ops.export_ids import export_key


class StoredExports:
    """The exports of one shop, read from the tables."""

    def __init__(self, store: ExportFileStore, shop: str) -> None:
        self._store = store
        self._shop = shop

    def list(self, status: str | None, export_type: str | None, limit: int) -> list[dict[str, Any]]:
        """Return descriptions of the newest exports, at most `limit`."""
        wanted = ListFilter(
            export_types=frozenset([export_type] if export_type else EXPORT_TYPES),
            status=JobStatus(status) if status else None,
        )
        request = ListRequest(shop=self._shop, filter=wanted, size=limit, descending=True)
        return [describe(job) for job in islice(self._all(request), limit)]

    def _all(self, request: ListRequest) -> Iterator[ExportFile]:
        """Yield exports page by page: a page may end before it is full."""
        while True:
            page = self._store.list(request)
            yield from page.exports
            if not page.has_next:
                return
            request = replace(request, after=page.end)

    def get(self, export_id: str) -> dict[str, Any]:
        """Return the description of an export with its events; NotFound."""
        key = export_key(export_id)
        described = self._described(self._store.get(self._shop, key))
        events = [describe_event(event) for event in self._store.find_events(self._shop, key)]
        return described | {"events": events}

    def status(self, export_id: str) -> dict[str, Any]:
        """Return the description of an export without its events; NotFound."""
        return self._described(self._store.get(self._shop, export_key(export_id)))

    def _described(self, job: ExportFile) -> dict[str, Any]:
        return describe(job, self._store.find_progress(job) if is_running(job) else ())


def open_store(settings: Settings) -> ExportFileStore:
    """Return the store of a deployment's exports."""
    return DynamoExportFileStore(
        settings.export_files_table,
        settings.export_events_table,
        settings.idempotency_table,
        settings.export_lists_table,
    )


def describe(job: ExportFile, reports: Sequence[SegmentProgress] = ()) -> dict[str, Any]:
    """Return an export in plain JSON types, without a link to its file."""
    progress = progress_of(job, reports)
    return {
        "id": encode_global_id("ExportFile", job.id),
        "key": job.id,
        "shop": job.shop,
        "export_type": job.request.export_type,
        "status": job.status.value,
        "canceled": job.error_type == CANCELED,
        "message": job.message,
        "error_type": job.error_type,
        "progress": round(progress.share, 4),
        "rows_done": progress.rows_done,
        "rows_total": progress.rows_total,
        "row_count": job.row_count,
        "file_size_bytes": job.file_size_bytes,
        "file_name": job.file_name,
        "requestor": _requestor(job),
        "attempts": job.attempts,
        "cause": job.cause,
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


def _requestor(job: ExportFile) -> str:
    if job.user:
        return job.user.email
    return job.app.name if job.app else ""
