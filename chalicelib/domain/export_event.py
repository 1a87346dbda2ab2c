"""What happened to an export, in Saleor's six words."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.requestor import App, User


class EventType(StrEnum):
    """The six types of the contract."""

    EXPORT_PENDING = "EXPORT_PENDING"
    EXPORT_SUCCESS = "EXPORT_SUCCESS"
    EXPORT_FAILED = "EXPORT_FAILED"
    EXPORT_DELETED = "EXPORT_DELETED"
    EXPORTED_FILE_SENT = "EXPORTED_FILE_SENT"
    EXPORT_FAILED_INFO_SENT = "EXPORT_FAILED_INFO_SENT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """The file was fetched: when and by whom; by neither when it was with the link of the mail alone."""

    date: datetime
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    user: User | None = None
    app: App | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportEvent:
    """One line of an export's history. `message` is "" where there is nothing to say."""

    type: EventType
    date: datetime
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    message: str = ""
    error_type: str = ""
    user: User | None = None
    app: App | None = None
