"""Jobs, requests and segments as items of the ExportFiles table, and back."""

from __future__ import annotations

import json
from dataclasses import astuple, replace
from typing import Any, Final

from chalicelib.adapters.aws.item_attributes import (
    present,
    read_app,
    read_epoch,
    read_int,
    read_text,
    read_time,
    read_time_or_none,
    read_user,
    write_epoch,
    write_others,
    write_requestor,
    write_time,
    write_time_or_none,
)
from chalicelib.adapters.export_files.file_models import ExportFileItem
from chalicelib.adapters.export_files.table import request_key, segment_id, segment_number
from chalicelib.domain.currency import AsOf, Facts
from chalicelib.domain.export_file import DueFor, ExportFile, JobStatus, Notification
from chalicelib.domain.request import ExportRequest
from chalicelib.domain.segment import CursorBounds, Segment, SegmentPlan, SegmentResult
from chalicelib.words.text import ENGLISH

# A job has about as many bytes beside its request, so this at most doubles an item.
MAX_INLINE_REQUEST_BYTES: Final = 1_000


def job_attributes(job: ExportFile) -> dict[str, Any]:
    """Return all attributes of a job but its key. None and empty values are not stored."""
    return present(_attributes_of_request(job)) | changing_attributes(job)


def changing_attributes(job: ExportFile) -> dict[str, Any]:
    """Return the attributes that may change after a job was created: all but those of its request.

    Every change of a job compares them, and writing a request as text takes as long as all others.
    """
    return present(
        {
            **_status_attributes(job),
            **_file_attributes(job),
            **_work_attributes(job),
            **write_requestor(job.user, job.app),
        }
    )


def _attributes_of_request(job: ExportFile) -> dict[str, Any]:
    is_large = has_large_request(job)
    return {
        "export_type": job.request.export_type,
        "request": None if is_large else _write_request(job.request),
        "request_head": write_request_head(job.request) if is_large else None,
        "file_type": str(job.request.file_type),
        "language": job.language if job.language != ENGLISH else None,
    }


def _status_attributes(job: ExportFile) -> dict[str, Any]:
    return {
        "status": job.status.value,
        "created_at": write_time(job.created_at),
        "updated_at": write_time(job.updated_at),
        "expires_at": write_time(job.expires_at),
        "forget_at_epoch": write_epoch(job.forget_at) if job.forget_at else None,
    }


def has_large_request(job: ExportFile) -> bool:
    """Return whether the job's request is stored in an item of its own: `request_item`."""
    return len(_write_request(job.request).encode()) > MAX_INLINE_REQUEST_BYTES


def request_item(job: ExportFile) -> ExportFileItem:
    """Return the item of a large request."""
    return ExportFileItem(
        request_key(job.shop, job.id),
        job.id,
        request=_write_request(job.request),
        forget_at_epoch=write_epoch(job.forget_at) if job.forget_at else None,
    )


def _write_request(request: ExportRequest) -> str:
    return json.dumps(request.to_json(), ensure_ascii=False)


def write_request_head(request: ExportRequest) -> str:
    """Return a request as text, without the parts that can be large."""
    # A list of exports shows type and format, and must not read 200 KB for each of its rows.
    return json.dumps({**request.to_json(), "ids": [], "filter": {}, "parameters": {}})


def _file_attributes(job: ExportFile) -> dict[str, Any]:
    return {
        "file_name": job.file_name,
        "link_key": job.link_key,
        "message": job.message,
        "message_others": write_others(job.message),
        "error_type": job.error_type,
        "file_key": job.file_key,
        "file_size_bytes": job.file_size_bytes,
        "row_count": job.row_count,
        "sha256": job.sha256,
        "as_of": _write_as_of(job.as_of),
    }


def _write_as_of(as_of: AsOf) -> str | None:
    times = {facts.value: write_time(moment) for facts, moment in as_of.items()}
    return json.dumps(times) if times else None


def _read_as_of(text: str | None) -> AsOf:
    stored = json.loads(text or "{}")
    return {Facts(facts): read_time(moment) for facts, moment in stored.items()}


def _work_attributes(job: ExportFile) -> dict[str, Any]:
    return {
        "plan": _write_plan(job.plan) if job.needs_plan else None,
        "segments_total": job.segments_total,
        "rows_total": job.plan.rows if job.plan and job.needs_plan else None,
        # A set: DynamoDB adds a member without reading the others.
        "segments_done": set(job.segments_done),
        "lease_owner": job.lease_owner,
        "lease_until": write_time_or_none(job.lease_until),
        "attempts": job.attempts,
        "cause": job.cause,
        "notifications": {notification.value for notification in job.notifications},
        "notified_at": write_time_or_none(job.notified_at),
        "due_for": job.due_for.value if job.due_for else None,
        "due_at": write_time_or_none(job.due_at),
    }


def read_job(item: ExportFileItem, request: str | None = None) -> ExportFile:
    """Return the job in an item.

    Without its large `request`, the job's request lacks ids, filter and parameters.
    """
    stored = request or item.request or item.request_head or "{}"
    return ExportFile(
        id=item.id,
        shop=item.shop,
        request=ExportRequest.from_json(json.loads(stored)),
        status=JobStatus(item.status),
        created_at=read_time(item.created_at),
        updated_at=read_time(item.updated_at),
        expires_at=read_time(item.expires_at),
        forget_at=read_epoch(item.forget_at_epoch) if item.forget_at_epoch else None,
        link_key=item.link_key,
        language=item.language or ENGLISH,
        user=read_user(item),
        app=read_app(item),
        **_read_file(item),
        **_read_work(item),
    )


def _read_file(item: ExportFileItem) -> dict[str, Any]:
    return {
        "message": read_text(item.message, item.message_others) or None,
        "error_type": item.error_type or "",
        "file_name": item.file_name or "",
        "file_key": item.file_key,
        "file_size_bytes": read_int(item.file_size_bytes),
        "row_count": read_int(item.row_count),
        "sha256": item.sha256,
        "as_of": _read_as_of(item.as_of),
    }


def _read_work(item: ExportFileItem) -> dict[str, Any]:
    return {
        "plan": _read_plan(item.plan, read_int(item.rows_total)),
        "segments_done": frozenset(int(number) for number in item.segments_done or ()),
        "lease_owner": item.lease_owner,
        "lease_until": read_time_or_none(item.lease_until),
        "attempts": read_int(item.attempts) or 0,
        "cause": item.cause or "",
        "notifications": frozenset(map(Notification, item.notifications or ())),
        "notified_at": read_time_or_none(item.notified_at),
        "due_for": DueFor(item.due_for) if item.due_for else None,
        "due_at": read_time_or_none(item.due_at),
    }


def segment_item(job: ExportFile, result: SegmentResult) -> ExportFileItem:
    """Return the item of a finished segment. DynamoDB removes it when the file's time is over."""
    return ExportFileItem(
        job.shop,
        segment_id(job.id, result.number),
        forget_at_epoch=write_epoch(job.expires_at),
        file_key=result.file_key,
        file_size_bytes=result.size_bytes,
        row_count=result.row_count,
        crc32=result.crc32,
        head_crc32=result.head_crc32,
        raw_bytes=result.raw_bytes,
        raw_crc32=result.raw_crc32,
        format_version=result.format_version,
    )


def read_segment(item: ExportFileItem) -> SegmentResult:
    """Return the finished segment in an item."""
    return SegmentResult(
        number=segment_number(item.id),
        file_key=item.file_key or "",
        size_bytes=read_int(item.file_size_bytes) or 0,
        row_count=read_int(item.row_count) or 0,
        crc32=read_int(item.crc32) or 0,
        head_crc32=read_int(item.head_crc32),
        raw_bytes=read_int(item.raw_bytes) or 0,
        raw_crc32=read_int(item.raw_crc32) or 0,
        format_version=read_int(item.format_version) or 1,
    )


def _write_plan(plan: SegmentPlan | None) -> str | None:
    """Return a plan as text: the bounds of each segment, whose number is its place."""
    return json.dumps(list(map(_write_segment, plan.segments))) if plan else None


def _write_segment(segment: Segment) -> list[Any]:
    """Return first, last and records, and the bounds within buckets if the segment has any."""
    bounds = [segment.first, segment.last, segment.records]
    within = [segment.first_number, segment.last_number]
    if segment.bounds is not None:
        return [*bounds, *within, *astuple(segment.bounds)]
    return bounds if within == [None, None] else [*bounds, *within]


def _read_segment(number: int, stored: list[Any]) -> Segment:
    segment = Segment(number, *stored[:5])
    return replace(segment, bounds=CursorBounds(*stored[5:])) if len(stored) > 5 else segment


def _read_plan(text: str | None, rows: int | None) -> SegmentPlan | None:
    if text is None:
        return None
    segments = (_read_segment(number, stored) for number, stored in enumerate(json.loads(text)))
    return SegmentPlan(tuple(segments), rows)
