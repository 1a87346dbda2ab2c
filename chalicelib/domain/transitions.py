"""Every change of a job's status, with the event that records it.

    create ─▶ PENDING ──succeed──────▶ SUCCESS ──delete──▶ DELETED
                 └─────fail, cancel──▶ FAILED ───delete──────┘

    retry: PENDING stays, the event says why the attempt before did not succeed.
    notify: SUCCESS or FAILED, once; the status stays, the event says that the mail was sent.

Each verb is pure: it returns the Transition to store. The store writes job and event in one
transaction, on the condition that the stored job is still the one that the verb was given.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from chalicelib.domain.causes import announce
from chalicelib.domain.export_event import EventType, ExportEvent
from chalicelib.domain.export_file import (
    DueFor,
    ExportFile,
    FileResult,
    JobStatus,
    make_export_id,
)
from chalicelib.domain.request import ExportRequest
from chalicelib.domain.requestor import Requestor
from chalicelib.domain.retry_policy import UNCLAIMED_SECONDS, UNNOTIFIED_SECONDS
from chalicelib.errors import Conflict
from chalicelib.words.text import say

TRANSITIONS: Final[Mapping[JobStatus, frozenset[JobStatus]]] = {
    JobStatus.PENDING: frozenset({JobStatus.SUCCESS, JobStatus.FAILED}),
    JobStatus.SUCCESS: frozenset({JobStatus.DELETED}),
    JobStatus.FAILED: frozenset({JobStatus.DELETED}),
    JobStatus.DELETED: frozenset(),
}

SENT_EVENTS: Final[Mapping[JobStatus, EventType]] = {
    JobStatus.SUCCESS: EventType.EXPORTED_FILE_SENT,
    JobStatus.FAILED: EventType.EXPORT_FAILED_INFO_SENT,
}

# The error type of an export that a user or app has canceled.
CANCELED: Final = "Canceled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """A change of a job and its event, if it has one. The store writes both or neither."""

    before: ExportFile
    after: ExportFile
    event: ExportEvent | None


def create(
    *,
    request: ExportRequest,
    requestor: Requestor,
    file_name: str,
    now: datetime,
    retention_seconds: int,
    history_seconds: int = 0,
    with_link_key: bool = False,
) -> Transition:
    """Return a new PENDING job with its EXPORT_PENDING event; `before` is the job itself.

    The record outlives the file by `history_seconds`; 0 keeps it for ever. With a `link_key`, mails
    may hold a link that works without a session.
    """
    expires_at = now + timedelta(seconds=retention_seconds)
    job = ExportFile(
        id=make_export_id(now),
        shop=requestor.shop,
        request=request,
        file_name=file_name,
        created_at=now,
        updated_at=now,
        expires_at=expires_at,
        link_key=secrets.token_hex(32) if with_link_key else None,
        forget_at=expires_at + timedelta(seconds=history_seconds) if history_seconds else None,
        user=requestor.user,
        app=requestor.app,
        language=requestor.language,
        due_for=DueFor.RECOVERY,
        due_at=now + timedelta(seconds=UNCLAIMED_SECONDS),
    )
    return Transition(before=job, after=job, event=_event(job, EventType.EXPORT_PENDING, now))


def succeed(job: ExportFile, result: FileResult, *, now: datetime, message: str = "") -> Transition:
    """PENDING → SUCCESS: add the file. The event may say in a sentence what is not in it."""
    after = replace(
        _moved(job, JobStatus.SUCCESS, now),
        message=None,
        file_key=result.file_key,
        file_size_bytes=result.size_bytes,
        row_count=result.row_count,
        sha256=result.sha256,
    )
    event = replace(_event(job, EventType.EXPORT_SUCCESS, now), message=message)
    return Transition(before=job, after=after, event=event)


def fail(job: ExportFile, message: str, *, error_type: str, now: datetime) -> Transition:
    """PENDING → FAILED: add a message for people and an error type for engineers."""
    after = replace(_moved(job, JobStatus.FAILED, now), message=message, error_type=error_type)
    event = replace(
        _event(job, EventType.EXPORT_FAILED, now), message=message, error_type=error_type
    )
    return Transition(before=job, after=after, event=event)


def retry(job: ExportFile, cause: str, *, attempt: int, most: int, now: datetime) -> Transition:
    """PENDING stays: note why this attempt did not succeed, and announce the next if there is one.

    The event has a type that clients of Saleor know.
    """
    if job.status is not JobStatus.PENDING:
        raise Conflict(f"An export that is {job.status} is not tried again.")
    noted = replace(job, cause=cause)
    if attempt >= most:
        return Transition(before=job, after=noted, event=None)
    message = announce(attempt + 1, cause)
    event = replace(_event(job, EventType.EXPORT_PENDING, now), message=message)
    return Transition(before=job, after=replace(noted, message=message), event=event)


def cancel(job: ExportFile, *, now: datetime, by: Requestor) -> Transition:
    """PENDING → FAILED: name who canceled. The job is due at once: its objects have to go."""
    message = say("The export was canceled by {name}.", name=by.name)
    failed = fail(job, message, error_type=CANCELED, now=now)
    # The history names who canceled, which may be another person than the requestor.
    event = replace(failed.event, user=by.user, app=by.app) if failed.event else None
    return replace(failed, after=replace(failed.after, due_at=now), event=event)


def delete(job: ExportFile, *, now: datetime, by: Requestor | None = None) -> Transition:
    """SUCCESS or FAILED → DELETED: keep the record, drop the file. `by` is None for the schedule.

    The job stays due until its objects are removed (`lease.objects_removed`), so that a crash
    leaves none behind.
    """
    # Without a key first: no link may lead to an object that is being removed.
    after = replace(
        _moved(job, JobStatus.DELETED, now), due_for=DueFor.REMOVAL, due_at=now, file_key=None
    )
    event = ExportEvent(
        type=EventType.EXPORT_DELETED,
        date=now,
        user=by.user if by else job.user,
        app=by.app if by else job.app,
    )
    return Transition(before=job, after=after, event=event)


def notify(job: ExportFile, *, mail_sent: bool, now: datetime, seconds: int) -> Transition:
    """Record that requestor and bus are notified of the end. Without a mail there is no event.

    The job becomes due for its expiry; before that, `seconds` after its end, for the removal of
    objects that it may have left. Conflict if there is nothing to notify of.
    """
    if not job.awaits_notification:
        raise Conflict("The export has not ended, or its notifications were sent before.")
    due_for, due_at = DueFor.EXPIRY, job.expires_at
    if job.may_leave_objects:
        # Workers of earlier attempts may write until then.
        due_for, due_at = DueFor.REMOVAL, job.updated_at + timedelta(seconds=seconds)
    after = replace(
        job, notified_at=now, lease_owner=None, lease_until=None, due_for=due_for, due_at=due_at
    )
    event = _event(job, SENT_EVENTS[job.status], now) if mail_sent else None
    return Transition(before=job, after=after, event=event)


def _moved(job: ExportFile, status: JobStatus, now: datetime) -> ExportFile:
    if status not in TRANSITIONS[job.status]:
        raise Conflict(f"An export that is {job.status} cannot become {status}.")
    return replace(
        job,
        status=status,
        updated_at=now,
        lease_owner=None,
        lease_until=None,
        due_for=DueFor.NOTIFICATION,
        due_at=now + timedelta(seconds=UNNOTIFIED_SECONDS),
    )


def _event(job: ExportFile, type_: EventType, now: datetime) -> ExportEvent:
    return ExportEvent(type=type_, date=now, user=job.user, app=job.app)
