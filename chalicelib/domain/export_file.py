"""The export job and its file, as a value.

`transitions` changes the status of a job; `lease` says who works on it and when it is due. Values
are immutable: a change returns another ExportFile.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.currency import AsOf, Facts
from chalicelib.domain.request import ExportRequest
from chalicelib.domain.requestor import App, User
from chalicelib.domain.segment import SegmentPlan
from chalicelib.words.text import ENGLISH


class JobStatus(StrEnum):
    """The four statuses of the contract. Clients treat every other value as a failure."""

    PENDING = "PENDING"
    SUCCESS = "SUCCESS"
    FAILED = "FAILED"
    DELETED = "DELETED"


class DueFor(StrEnum):
    """The duty that the schedule has to a job once `due_at` has passed."""

    RECOVERY = "recovery"
    NOTIFICATION = "notification"
    # Stored jobs have this value, also those of earlier versions; an index is sorted by it.
    REMOVAL = "clearing"
    EXPIRY = "expiry"


class Notification(StrEnum):
    """A notification of an export's end that needs no repetition.

    NO_MAIL: a mail is not sent, because the requestor is an app or the address was refused.
    """

    BUS = "bus"
    MAIL = "mail"
    NO_MAIL = "no mail"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileResult:
    """The finished file: its key in the file store, its size and its number of rows."""

    file_key: str
    size_bytes: int
    row_count: int
    sha256: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportFile:
    """One export of one shop. Times are aware UTC, sizes bytes; `row_count` excludes the header.

    `as_of` says when its facts were read; it is empty for a catalogue that was loaded by hand.

    `language` is the code of the language of its mails.

    `cause` says in words why the last attempt that did not succeed ended.

    Progress, lease and attempts stand beside the status, because clients know only four statuses.
    """

    id: str
    shop: str
    request: ExportRequest
    file_name: str
    created_at: datetime
    updated_at: datetime
    expires_at: datetime
    user: User | None = None
    app: App | None = None
    language: str = ENGLISH
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
    cause: str = ""
    notifications: frozenset[Notification] = frozenset()
    notified_at: datetime | None = None
    due_for: DueFor | None = None
    due_at: datetime | None = None
    forget_at: datetime | None = None
    link_key: str | None = None
    as_of: AsOf = field(default_factory=dict)

    @property
    def prefix(self) -> str:
        """Return the prefix of all objects of this export; no other export has objects below it."""
        return f"exports/{self.shop}/{self.id}/"

    @property
    def requestor_id(self) -> str:
        """Return the global id of the user or app that requested the export, "" if unknown."""
        requestor = self.user or self.app
        return requestor.id if requestor else ""

    @property
    def segments_total(self) -> int | None:
        """Return the number of planned segments, None before the plan."""
        return len(self.plan.segments) if self.plan else None

    @property
    def all_segments_done(self) -> bool:
        """Return whether every planned segment is recorded."""
        return self.plan is not None and len(self.segments_done) == len(self.plan.segments)

    @property
    def asks_shop(self) -> bool:
        """Return whether an export that has begun reads from the shop itself."""
        return self.request.is_live or Facts.RECORDS in self.as_of

    @property
    def may_leave_objects(self) -> bool:
        """Return whether an ended job may have left objects behind.

        They come from segments, earlier attempts or a failed run.
        """
        # One attempt without segments writes nothing but the file.
        return self.status is not JobStatus.SUCCESS or self.attempts > 1 or bool(self.segments_done)

    @property
    def awaits_notification(self) -> bool:
        """Return whether the export has ended and its notifications are not recorded yet."""
        return self.notified_at is None and self.status in (JobStatus.SUCCESS, JobStatus.FAILED)

    @property
    def needs_plan(self) -> bool:
        """Return whether work on segments or the progress still needs the plan."""
        if self.status in (JobStatus.SUCCESS, JobStatus.DELETED):
            return self.due_for not in (DueFor.EXPIRY, None)
        return True

    def is_leased(self, now: datetime) -> bool:
        """Return whether a worker holds a lease that has not ended."""
        return self.lease_until is not None and self.lease_until > now


def make_export_id(created_at: datetime) -> str:
    """Return a UUIDv7. Ids sort by `created_at`, to the microsecond (RFC 9562, method 3)."""
    microseconds = int(created_at.timestamp()) * 1_000_000 + created_at.microsecond
    milliseconds, rest = divmod(microseconds, 1000)
    # Twelve bits hold the microseconds, so exports of one millisecond keep their order.
    fraction = rest * 4096 // 1000
    number = milliseconds << 80 | 0x7 << 76 | fraction << 64 | 0b10 << 62 | secrets.randbits(62)
    text = f"{number:032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def planned(job: ExportFile, plan: SegmentPlan) -> ExportFile:
    """Return the job with its plan; it stays, so that redelivered messages find their segments."""
    return replace(job, plan=plan)


def partly_notified(job: ExportFile, notifications: frozenset[Notification]) -> ExportFile:
    """Return the job with the notifications that succeeded; a retry repeats only the others."""
    return replace(job, notifications=job.notifications | notifications)


def link_revoked(job: ExportFile) -> ExportFile:
    """Return the job without its `link_key`: no e-mailed link opens its file any more."""
    return replace(job, link_key=None)
