"""ExportFile, the job and its file: the whole state machine.

    PENDING ──succeed──────▶ SUCCESS ──delete──▶ DELETED
       └─────fail, cancel──▶ FAILED ───delete──────┘

A status is one of Saleor's four: clients treat every other value as failure. Progress, lease and attempts are
attributes beside it. Every verb is pure: it returns what is to be stored, and the store writes it under the condition
that the stored job is still the one the verb looked at. A transition and its event are written together.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from chalicelib.domain.export_event import EventType, ExportEvent
from chalicelib.domain.request import ExportRequest
from chalicelib.domain.requestor import App, Requestor, User
from chalicelib.domain.segment import SegmentPlan
from chalicelib.errors import Conflict


class JobStatus(StrEnum):
    """The four statuses of the contract."""

    PENDING = "PENDING"
    SUCCESS = "SUCCESS"
    FAILED = "FAILED"
    DELETED = "DELETED"


class DueFor(StrEnum):
    """What the schedule has to look at once `due_at` has passed."""

    RECOVERY = "recovery"
    NOTIFICATION = "notification"
    CLEARING = "clearing"
    EXPIRY = "expiry"


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

# The error type of an export that a person or app has ended.
CANCELED: Final = "Canceled"
# A job that nobody has claimed this long after it was stored was saved but never queued, or its message was lost.
UNCLAIMED_SECONDS: Final = 120
# The worker notifies at once; the schedule steps in when that did not happen.
UNNOTIFIED_SECONDS: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class FileResult:
    """The finished file: its key in the file store and what is known of its bytes."""

    file_key: str
    size_bytes: int
    row_count: int
    sha256: str | None = None


class Told(StrEnum):
    """Who has been told of an export's end. Noted while others wait, so that what worked is not repeated with them."""

    BUS = "bus"
    MAIL = "mail"
    NO_MAIL = "no mail"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportFile:
    """One export of one shop. Times are aware UTC; sizes are bytes; `row_count` excludes the header."""

    id: str
    shop: str
    request: ExportRequest
    file_name: str
    created_at: datetime
    updated_at: datetime
    expires_at: datetime
    user: User | None = None
    app: App | None = None
    status: JobStatus = JobStatus.PENDING
    message: str | None = None
    error_type: str = ""
    file_key: str | None = None
    file_size_bytes: int | None = None
    row_count: int | None = None
    sha256: str | None = None
    plan: SegmentPlan | None = None
    segments_done: frozenset[int] = frozenset()
    lease_owner: str | None = None
    lease_until: datetime | None = None
    attempts: int = 0
    told: frozenset[Told] = frozenset()
    notified_at: datetime | None = None
    due_for: DueFor | None = None
    due_at: datetime | None = None
    forget_at: datetime | None = None
    link_key: str | None = None

    @property
    def prefix(self) -> str:
        """Where all objects of this export lie in the file store; nothing else lies there."""
        return f"exports/{self.shop}/{self.id}/"

    @property
    def requestor_id(self) -> str:
        """The global id of the user or app that asked, "" when neither is known."""
        asker = self.user or self.app
        return asker.id if asker else ""

    @property
    def segments_total(self) -> int | None:
        return len(self.plan.segments) if self.plan else None

    @property
    def all_segments_done(self) -> bool:
        return self.plan is not None and len(self.segments_done) == len(self.plan.segments)

    @property
    def progress(self) -> float:
        """0..1: the share of segments done; 1 only once the file is there."""
        if self.status in (JobStatus.SUCCESS, JobStatus.DELETED):
            return 1.0
        if not self.plan or not self.plan.segments:
            return 0.0
        return min(len(self.segments_done) / len(self.plan.segments), 0.99)

    @property
    def may_leave_objects(self) -> bool:
        """Whether an ended job may have written more than its file: in segments, in an attempt before, in vain."""
        return self.status is not JobStatus.SUCCESS or self.attempts > 1 or bool(self.segments_done)

    def is_leased(self, now: datetime) -> bool:
        return self.lease_until is not None and self.lease_until > now


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """A change with its event, if it has one: stored in one transaction or not at all."""

    before: ExportFile
    after: ExportFile
    event: ExportEvent | None


def make_export_id(created_at: datetime) -> str:
    """A UUIDv7 whose order is that of `created_at` down to the microsecond (RFC 9562, method 3 for the fraction)."""
    microseconds = int(created_at.timestamp()) * 1_000_000 + created_at.microsecond
    milliseconds, rest = divmod(microseconds, 1000)
    fraction = rest * 4096 // 1000
    number = milliseconds << 80 | 0x7 << 76 | fraction << 64 | 0b10 << 62 | secrets.randbits(62)
    text = f"{number:032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


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
    """A new PENDING job with its EXPORT_PENDING event. `before` is the job itself: there is nothing to compare with.

    The record outlives the file by `history_seconds`; 0 keeps it for ever. With a `link_key` mails may
    hold a link that works without a session.
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
        due_for=DueFor.RECOVERY,
        due_at=now + timedelta(seconds=UNCLAIMED_SECONDS),
    )
    return Transition(before=job, after=job, event=_event(job, EventType.EXPORT_PENDING, now))


def planned(job: ExportFile, plan: SegmentPlan) -> ExportFile:
    """The job with its plan, which is never made again: redelivered messages find the same segments."""
    return replace(job, plan=plan)


def succeed(job: ExportFile, result: FileResult, *, now: datetime) -> Transition:
    """PENDING → SUCCESS with the file."""
    after = replace(
        _moved(job, JobStatus.SUCCESS, now),
        file_key=result.file_key,
        file_size_bytes=result.size_bytes,
        row_count=result.row_count,
        sha256=result.sha256,
    )
    return Transition(before=job, after=after, event=_event(job, EventType.EXPORT_SUCCESS, now))


def fail(job: ExportFile, message: str, *, error_type: str, now: datetime) -> Transition:
    """PENDING → FAILED with a sentence for people; `error_type` is for engineers."""
    after = replace(_moved(job, JobStatus.FAILED, now), message=message, error_type=error_type)
    event = replace(
        _event(job, EventType.EXPORT_FAILED, now), message=message, error_type=error_type
    )
    return Transition(before=job, after=after, event=event)


def cancel(job: ExportFile, *, now: datetime, by: Requestor) -> Transition:
    """PENDING → FAILED because somebody does not want it any more; due at once, so that its objects go."""
    failed = fail(job, f"The export was canceled by {by.name}.", error_type=CANCELED, now=now)
    event = replace(failed.event, user=by.user, app=by.app) if failed.event else None
    return replace(failed, after=replace(failed.after, due_at=now), event=event)


def delete(job: ExportFile, *, now: datetime, by: Requestor | None = None) -> Transition:
    """SUCCESS or FAILED → DELETED: the record stays, the file goes. `by` is who asked, None for the schedule.

    The job stays due until its objects are removed (`cleared`), so that a crash in between leaves none behind.
    """
    after = replace(
        _moved(job, JobStatus.DELETED, now), due_for=DueFor.CLEARING, due_at=now, file_key=None
    )
    event = ExportEvent(
        type=EventType.EXPORT_DELETED,
        date=now,
        user=by.user if by else job.user,
        app=by.app if by else job.app,
    )
    return Transition(before=job, after=after, event=event)


def revoked(job: ExportFile) -> ExportFile:
    """The job without its `link_key`: no link of a mail opens its file any more."""
    return replace(job, link_key=None)


def cleared(job: ExportFile, *, now: datetime, seconds: int) -> ExportFile:
    """An ended job whose objects are removed, but for its file.

    A worker that did not know of the end may write for `seconds` more: until they are over it stays due. Then its
    expiry comes next, or nothing when it is deleted.
    """
    quiet_at = _quiet_at(job, seconds)
    if now < quiet_at:
        return replace(job, due_at=quiet_at)
    if job.status is JobStatus.DELETED:
        return replace(job, due_for=None, due_at=None)
    return replace(job, due_for=DueFor.EXPIRY, due_at=job.expires_at)


def notified(job: ExportFile, *, sent: bool, now: datetime, seconds: int) -> Transition:
    """A terminal job that others have been told of; what comes next is its expiry.

    Before that, `seconds` after its end, comes a look for objects that it may have left. No change of status. The event
    says that a mail went out: without one (apps have no address) there is none.
    """
    if job.notified_at is not None or job.status not in SENT_EVENTS:
        raise Conflict("There is nothing to notify about, or it has been done.")
    due_for, due_at = DueFor.EXPIRY, job.expires_at
    if job.may_leave_objects:
        due_for, due_at = DueFor.CLEARING, _quiet_at(job, seconds)
    after = replace(
        job, notified_at=now, lease_owner=None, lease_until=None, due_for=due_for, due_at=due_at
    )
    return Transition(
        before=job, after=after, event=_event(job, SENT_EVENTS[job.status], now) if sent else None
    )


def _quiet_at(job: ExportFile, seconds: int) -> datetime:
    """When nobody can be writing any more who did not know of the job's end."""
    return job.updated_at + timedelta(seconds=seconds)


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
