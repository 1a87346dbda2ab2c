"""The history of an export: its events, in Saleor's six types, and its downloads."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.requestor import App, User


class EventType(StrEnum):
    """The six types of the contract."""

    # Clients generated from Saleor's schema cannot read a seventh value.
    EXPORT_PENDING = "EXPORT_PENDING"
    EXPORT_SUCCESS = "EXPORT_SUCCESS"
    EXPORT_FAILED = "EXPORT_FAILED"
    EXPORT_DELETED = "EXPORT_DELETED"
    EXPORTED_FILE_SENT = "EXPORTED_FILE_SENT"
    EXPORT_FAILED_INFO_SENT = "EXPORT_FAILED_INFO_SENT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """One download of the file, or a link to it that was handed out.

    The link works until `until`, None if an earlier version recorded it. There is neither user nor
    app if only the link of a mail was used.
    """

    date: datetime
    until: datetime | None = None
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    user: User | None = None
    app: App | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportEvent:
    """One line of an export's history. `message` is a sentence for people."""

    type: EventType
    date: datetime
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    message: str = ""
    error_type: str = ""
    user: User | None = None
    app: App | None = None
