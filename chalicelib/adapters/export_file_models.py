"""The items of the ExportFiles and ExportEvents tables, and how jobs and events are written in them.

Plain attributes that read well in the console. Times are ISO 8601 in UTC with six digits, so that their order is that
of their texts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from pynamodb.attributes import NumberAttribute, NumberSetAttribute, UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection, KeysOnlyProjection, LocalSecondaryIndex
from pynamodb.models import Model

from chalicelib.domain.export_event import EventType, ExportEvent
from chalicelib.domain.export_file import DueFor, ExportFile, JobStatus
from chalicelib.domain.request import ExportRequest
from chalicelib.domain.requestor import App, User
from chalicelib.domain.segment import Segment, SegmentPlan, SegmentResult

# What a list is filtered by: kept in the indexes, so that a page reads no requests and plans.
LISTED: Final = ["export_type", "status", "created_at", "updated_at", "requestor_id", "user_search", "app_search"]


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
    plan = UnicodeAttribute(null=True)
    segments_total = NumberAttribute(null=True)
    segments_done = NumberSetAttribute(null=True)
    created_at = UnicodeAttribute(null=True)
    updated_at = UnicodeAttribute(null=True)
    expires_at = UnicodeAttribute(null=True)
    lease_owner = UnicodeAttribute(null=True)
    lease_until = UnicodeAttribute(null=True)
    attempts = NumberAttribute(null=True)
    notified_at = UnicodeAttribute(null=True)
    due_for = UnicodeAttribute(null=True)
    due_at = UnicodeAttribute(null=True)

    by_created_at = ByCreatedAt()
    by_updated_at = ByUpdatedAt()
    by_status = ByStatus()
    by_due_at = ByDueAt()


class ExportEventItem(Model):
    """One event of a job."""

    class Meta:
        table_name = "ExportEvents"

    export_key = UnicodeAttribute(hash_key=True)
    date_id = UnicodeAttribute(range_key=True)
    id = UnicodeAttribute()
    date = UnicodeAttribute()
    type = UnicodeAttribute()
    message = UnicodeAttribute(null=True)
    error_type = UnicodeAttribute(null=True)
    user_id = UnicodeAttribute(null=True)
    user_email = UnicodeAttribute(null=True)
    user_first_name = UnicodeAttribute(null=True)
    user_last_name = UnicodeAttribute(null=True)
    app_id = UnicodeAttribute(null=True)
    app_name = UnicodeAttribute(null=True)
    app_identifier = UnicodeAttribute(null=True)


def write_time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


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
        "lease_until": _time_or_none(job.lease_until),
        "attempts": job.attempts,
        "notified_at": _time_or_none(job.notified_at),
        "due_for": job.due_for.value if job.due_for else None,
        "due_at": _time_or_none(job.due_at),
        **_requestor_attributes(job.user, job.app),
        **_search_attributes(job.user, job.app),
    }
    return _present(attributes)


def read_job(item: ExportFileItem) -> ExportFile:
    """The job in an item."""
    return ExportFile(
        id=item.id,
        shop=item.shop,
        request=ExportRequest.from_json(json.loads(item.request or "{}")),
        file_name=item.file_name or "",
        created_at=_read_time(item.created_at),
        updated_at=_read_time(item.updated_at),
        expires_at=_read_time(item.expires_at),
        user=_user(item),
        app=_app(item),
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
        lease_until=_read_time(item.lease_until) if item.lease_until else None,
        attempts=_int(item.attempts) or 0,
        notified_at=_read_time(item.notified_at) if item.notified_at else None,
        due_for=DueFor(item.due_for) if item.due_for else None,
        due_at=_read_time(item.due_at) if item.due_at else None,
    )


def segment_id(export_id: str, number: int | None = None) -> str:
    """The sort key of a segment's item, or what all of them begin with."""
    return f"{export_id}#segment#" + ("" if number is None else f"{number:05d}")


def segment_item(shop: str, export_id: str, result: SegmentResult) -> ExportFileItem:
    return ExportFileItem(
        shop,
        segment_id(export_id, result.number),
        file_key=result.file_key,
        file_size_bytes=result.size_bytes,
        row_count=result.row_count,
        crc32=result.crc32,
    )


def read_segment(item: ExportFileItem) -> SegmentResult:
    return SegmentResult(
        number=int(item.id.rpartition("#")[2]),
        file_key=item.file_key or "",
        size_bytes=_int(item.file_size_bytes) or 0,
        row_count=_int(item.row_count) or 0,
        crc32=_int(item.crc32) or 0,
    )


def event_item(shop: str, export_id: str, event: ExportEvent) -> ExportEventItem:
    attributes = {
        "id": event.id,
        "date": write_time(event.date),
        "type": event.type.value,
        "message": event.message,
        "error_type": event.error_type,
        **_requestor_attributes(event.user, event.app),
    }
    attributes.pop("requestor_id")
    return ExportEventItem(f"{shop}#{export_id}", f"{write_time(event.date)}#{event.id}", **_present(attributes))


def read_event(item: ExportEventItem) -> ExportEvent:
    return ExportEvent(
        type=EventType(item.type),
        date=_read_time(item.date),
        id=item.id,
        message=item.message or "",
        error_type=item.error_type or "",
        user=_user(item),
        app=_app(item),
    )


def _requestor_attributes(user: User | None, app: App | None) -> dict[str, Any]:
    return {
        "requestor_id": user.id if user else app.id if app else None,
        "user_id": user.id if user else None,
        "user_email": user.email if user else None,
        "user_first_name": user.first_name if user else None,
        "user_last_name": user.last_name if user else None,
        "app_id": app.id if app else None,
        "app_name": app.name if app else None,
        "app_identifier": app.identifier if app else None,
    }


def _search_attributes(user: User | None, app: App | None) -> dict[str, Any]:
    """What list filters look into, a line each, without case."""
    return {
        "user_search": f"{user.email}\n{user.first_name}\n{user.last_name}".casefold() if user else None,
        "app_search": app.name.casefold() if app else None,
    }


def _user(item: ExportFileItem | ExportEventItem) -> User | None:
    if not item.user_id:
        return None
    return User(
        id=item.user_id,
        email=item.user_email or "",
        first_name=item.user_first_name or "",
        last_name=item.user_last_name or "",
    )


def _app(item: ExportFileItem | ExportEventItem) -> App | None:
    if not item.app_id:
        return None
    return App(id=item.app_id, name=item.app_name or "", identifier=item.app_identifier or "")


def _plan_text(plan: SegmentPlan | None) -> str | None:
    """One short list a segment: first, last, records; the number is the place."""
    return json.dumps([[s.first, s.last, s.records] for s in plan.segments]) if plan else None


def _read_plan(text: str | None) -> SegmentPlan | None:
    if text is None:
        return None
    return SegmentPlan(tuple(Segment(number, *bounds) for number, bounds in enumerate(json.loads(text))))


def _present(attributes: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in attributes.items() if value is not None and value not in ("", set())}


def _time_or_none(moment: datetime | None) -> str | None:
    return write_time(moment) if moment else None


def _read_time(text: str | None) -> datetime:
    return datetime.fromisoformat(text or "")


def _int(number: float | None) -> int | None:
    return None if number is None else int(number)
