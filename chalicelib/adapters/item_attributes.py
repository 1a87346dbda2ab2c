"""How values are written in items of jobs and events.

Plain attributes that read well in the console. Times are ISO 8601 in UTC with six digits, so that their order is that
of their texts; those that DynamoDB itself looks at are seconds since 1970.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

from chalicelib.domain.requestor import App, User


class Owned(Protocol):
    """An item that says who asked."""

    user_id: Any
    user_email: Any
    user_first_name: Any
    user_last_name: Any
    app_id: Any
    app_name: Any
    app_identifier: Any


def write_time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def write_time_or_none(moment: datetime | None) -> str | None:
    return write_time(moment) if moment else None


def read_time(text: str | None) -> datetime:
    return datetime.fromisoformat(text or "")


def write_epoch(moment: datetime) -> int:
    return int(moment.timestamp())


def read_epoch(seconds: float) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)


def present(attributes: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for name, value in attributes.items()
        if value is not None and value not in ("", set())
    }


def requestor_attributes(user: User | None, app: App | None) -> dict[str, Any]:
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


def read_user(item: Owned) -> User | None:
    if not item.user_id:
        return None
    return User(
        id=item.user_id,
        email=item.user_email or "",
        first_name=item.user_first_name or "",
        last_name=item.user_last_name or "",
    )


def read_app(item: Owned) -> App | None:
    if not item.app_id:
        return None
    return App(id=item.app_id, name=item.app_name or "", identifier=item.app_identifier or "")
