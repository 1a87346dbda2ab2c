"""The items of the ExportFiles table: jobs, and the finished segments of jobs."""

from __future__ import annotations

import json
from typing import Any, Final

from pynamodb.attributes import (
    NumberAttribute,
    NumberSetAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)
from pynamodb.indexes import (
    GlobalSecondaryIndex,
    IncludeProjection,
    KeysOnlyProjection,
    LocalSecondaryIndex,
)
from pynamodb.models import Model

from chalicelib.adapters.item_attributes import (
    present,
    read_app,
    read_epoch,
    read_time,
    read_user,
    requestor_attributes,
    write_epoch,
    write_time,
    write_time_or_none,
)
from chalicelib.domain.export_file import DueFor, ExportFile, JobStatus, Told
from chalicelib.domain.request import ExportRequest
from chalicelib.domain.requestor import App, User
from chalicelib.domain.segment import Segment, SegmentPlan, SegmentResult

# What a list is filtered by: kept in the indexes, so that a page reads no requests and plans.
LISTED: Final = [
    "export_type",
    "status",
    "created_at",
    "updated_at",
    "requestor_id",
    "user_search",
    "app_search",
]


class ByCreatedAt(LocalSecondaryIndex["ExportFileItem"]):
    class Meta:
        index_name = "by_created_at"
        projection = IncludeProjection(LISTED)

    shop = UnicodeAttribute(hash_key=True)
    created_at_id = UnicodeAttribute(range_key=True)


class ByUpdatedAt(LocalSecondaryIndex["ExportFileItem"]):
    class Meta:
        index_name = "by_updated_at"
        projection = IncludeProjection(LISTED)

    shop = UnicodeAttribute(hash_key=True)
    updated_at_id = UnicodeAttribute(range_key=True)


class ByStatus(LocalSecondaryIndex["ExportFileItem"]):
    class Meta:
        index_name = "by_status"
        projection = IncludeProjection(LISTED)

    shop = UnicodeAttribute(hash_key=True)
    status_id = UnicodeAttribute(range_key=True)


class ByDueAt(GlobalSecondaryIndex["ExportFileItem"]):
    """Sparse: only jobs that the schedule will have to look at."""

    class Meta:
        index_name = "by_due_at"
        projection = KeysOnlyProjection()

    due_for = UnicodeAttribute(hash_key=True)
    due_at = UnicodeAttribute(range_key=True)


class ExportFileItem(Model):
    """A job, or (with `#segment#` in its id and in no index) a finished segment of one."""

    class Meta:
        table_name = "ExportFiles"

    shop = UnicodeAttribute(hash_key=True)
    id = UnicodeAttribute(range_key=True)
    created_at_id = UnicodeAttribute(null=True)
    updated_at_id = UnicodeAttribute(null=True)
    status_id = UnicodeAttribute(null=True)
    export_type = UnicodeAttribute(null=True)
    status = UnicodeAttribute(null=True)
    message = UnicodeAttribute(null=True)
    error_type = UnicodeAttribute(null=True)
    requestor_id = UnicodeAttribute(null=True)
    user_id = UnicodeAttribute(null=True)
    user_email = UnicodeAttribute(null=True)
    user_first_name = UnicodeAttribute(null=True)
    user_last_name = UnicodeAttribute(null=True)
    app_id = UnicodeAttribute(null=True)
    app_name = UnicodeAttribute(null=True)
    app_identifier = UnicodeAttribute(null=True)
    user_search = UnicodeAttribute(null=True)
    app_search = UnicodeAttribute(null=True)
    request = UnicodeAttribute(null=True)
    file_type = UnicodeAttribute(null=True)
    file_name = UnicodeAttribute(null=True)
    file_key = UnicodeAttribute(null=True)
    file_size_bytes = NumberAttribute(null=True)
    row_count = NumberAttribute(null=True)
    sha256 = UnicodeAttribute(null=True)
    crc32 = NumberAttribute(null=True)
    head_crc32 = NumberAttribute(null=True)
    plan = UnicodeAttribute(null=True)
    segments_total = NumberAttribute(null=True)
    segments_done = NumberSetAttribute(null=True)
    created_at = UnicodeAttribute(null=True)
    updated_at = UnicodeAttribute(null=True)
    expires_at = UnicodeAttribute(null=True)
    lease_owner = UnicodeAttribute(null=True)
    lease_until = UnicodeAttribute(null=True)
    attempts = NumberAttribute(null=True)
    told = UnicodeSetAttribute(null=True)
    notified_at = UnicodeAttribute(null=True)
    due_for = UnicodeAttribute(null=True)
    due_at = UnicodeAttribute(null=True)
    forget_at_epoch = NumberAttribute(null=True)
    link_key = UnicodeAttribute(null=True)

    by_created_at = ByCreatedAt()
    by_updated_at = ByUpdatedAt()
    by_status = ByStatus()
    by_due_at = ByDueAt()


def job_attributes(job: ExportFile) -> dict[str, Any]:
    """All attributes of a job but its key; what is None or empty is not stored."""
    attributes = {
        "created_at_id": f"{write_time(job.created_at)}#{job.id}",
        "updated_at_id": f"{write_time(job.updated_at)}#{job.id}",
        "status_id": f"{job.status}#{job.id}",
        "export_type": job.request.export_type,
        "status": job.status.value,
        "message": job.message,
        "error_type": job.error_type,
        "request": json.dumps(job.request.to_json(), ensure_ascii=False),
        "file_type": job.request.file_type.value,
        "file_name": job.file_name,
        "file_key": job.file_key,
        "file_size_bytes": job.file_size_bytes,
        "row_count": job.row_count,
        "sha256": job.sha256,
        "plan": _plan_text(job.plan),
        "segments_total": job.segments_total,
        "segments_done": set(job.segments_done),
        "created_at": write_time(job.created_at),
        "updated_at": write_time(job.updated_at),
        "expires_at": write_time(job.expires_at),
        "lease_owner": job.lease_owner,
        "lease_until": write_time_or_none(job.lease_until),
        "attempts": job.attempts,
        "told": {told.value for told in job.told},
        "notified_at": write_time_or_none(job.notified_at),
        "due_for": job.due_for.value if job.due_for else None,
        "due_at": write_time_or_none(job.due_at),
        "link_key": job.link_key,
        "forget_at_epoch": write_epoch(job.forget_at) if job.forget_at else None,
        **requestor_attributes(job.user, job.app),
        **_search_attributes(job.user, job.app),
    }
    return present(attributes)


def read_job(item: ExportFileItem) -> ExportFile:
    """The job in an item."""
    return ExportFile(
        id=item.id,
        shop=item.shop,
        request=ExportRequest.from_json(json.loads(item.request or "{}")),
        file_name=item.file_name or "",
        created_at=read_time(item.created_at),
        updated_at=read_time(item.updated_at),
        expires_at=read_time(item.expires_at),
        user=read_user(item),
        app=read_app(item),
        status=JobStatus(item.status),
        message=item.message,
        error_type=item.error_type or "",
        file_key=item.file_key,
        file_size_bytes=_int(item.file_size_bytes),
        row_count=_int(item.row_count),
        sha256=item.sha256,
        plan=_read_plan(item.plan),
        segments_done=frozenset(int(number) for number in item.segments_done or ()),
        lease_owner=item.lease_owner,
        lease_until=read_time(item.lease_until) if item.lease_until else None,
        attempts=_int(item.attempts) or 0,
        told=frozenset(map(Told, item.told or ())),
        notified_at=read_time(item.notified_at) if item.notified_at else None,
        due_for=DueFor(item.due_for) if item.due_for else None,
        due_at=read_time(item.due_at) if item.due_at else None,
        link_key=item.link_key,
        forget_at=read_epoch(item.forget_at_epoch) if item.forget_at_epoch else None,
    )


def segment_id(export_id: str, number: int | None = None) -> str:
    """The sort key of a segment's item, or what all of them begin with."""
    return f"{export_id}#segment#" + ("" if number is None else f"{number:05d}")


def segment_item(job: ExportFile, result: SegmentResult) -> ExportFileItem:
    """A segment's item; it goes when the file does."""
    return ExportFileItem(
        job.shop,
        segment_id(job.id, result.number),
        forget_at_epoch=write_epoch(job.expires_at),
        file_key=result.file_key,
        file_size_bytes=result.size_bytes,
        row_count=result.row_count,
        crc32=result.crc32,
        head_crc32=result.head_crc32,
    )


def read_segment(item: ExportFileItem) -> SegmentResult:
    return SegmentResult(
        number=int(item.id.rpartition("#")[2]),
        file_key=item.file_key or "",
        size_bytes=_int(item.file_size_bytes) or 0,
        row_count=_int(item.row_count) or 0,
        crc32=_int(item.crc32) or 0,
        head_crc32=_int(item.head_crc32),
    )


def _search_attributes(user: User | None, app: App | None) -> dict[str, Any]:
    """What list filters look into, a line each, without case."""
    return {
        "user_search": f"{user.email}\n{user.first_name}\n{user.last_name}".casefold()
        if user
        else None,
        "app_search": app.name.casefold() if app else None,
    }


def _plan_text(plan: SegmentPlan | None) -> str | None:
    """One short list a segment: first, last, records; the number is the place."""
    return json.dumps([[s.first, s.last, s.records] for s in plan.segments]) if plan else None


def _read_plan(text: str | None) -> SegmentPlan | None:
    if text is None:
        return None
    return SegmentPlan(
        tuple(Segment(number, *bounds) for number, bounds in enumerate(json.loads(text)))
    )


def _int(number: float | None) -> int | None:
    return None if number is None else int(number)
