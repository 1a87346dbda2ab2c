"""Values as attributes of DynamoDB items.

Attributes read well in the AWS console. Times are ISO 8601 in UTC with six digits, so that their
texts sort like the times; those that DynamoDB itself looks at are seconds since 1970.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pynamodb.attributes import UnicodeAttribute

from chalicelib.domain.requestor import App, User
from chalicelib.words.text import Text, others_of


class Owned:
    """The attributes of an item with a requestor: a base of models."""

    user_id = UnicodeAttribute(null=True)
    user_email = UnicodeAttribute(null=True)
    user_first_name = UnicodeAttribute(null=True)
    user_last_name = UnicodeAttribute(null=True)
    app_id = UnicodeAttribute(null=True)
    app_name = UnicodeAttribute(null=True)
    app_identifier = UnicodeAttribute(null=True)


def write_time(moment: datetime) -> str:
    """Return a time as text."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def write_time_or_none(moment: datetime | None) -> str | None:
    """Return a time as text, None for None."""
    return write_time(moment) if moment else None


def read_time(text: str | None) -> datetime:
    """Return the time in a text; ValueError for None."""
    return datetime.fromisoformat(text or "")


def read_time_or_none(text: str | None) -> datetime | None:
    """Return the time in a text, None for None."""
    return read_time(text) if text else None


def write_others(text: str | None) -> str | None:
    """Return a text in other languages than English as JSON, None if it knows none."""
    # English has an attribute of its own, which functions of earlier versions read.
    others = others_of(text)
    return json.dumps(others, ensure_ascii=False) if others else None


def read_text(text: str | None, others: str | None) -> Text:
    """Return a text with its other languages, "" for None."""
    return Text(text or "", json.loads(others or "{}"))


def write_epoch(moment: datetime) -> int:
    """Return a time as whole seconds since 1970."""
    return int(moment.timestamp())


def read_epoch(seconds: float) -> datetime:
    """Return the time that is so many seconds after 1970."""
    return datetime.fromtimestamp(int(seconds), UTC)


def read_int(number: float | None) -> int | None:
    """Return a number as integer, None for None."""
    return None if number is None else int(number)


def present(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the attributes that have a value: None, "" and empty sets are not stored."""
    return {
        name: value
        for name, value in attributes.items()
        if value is not None and value not in ("", set())
    }


def write_requestor(user: User | None, app: App | None) -> dict[str, Any]:
    """Return the attributes of a user or app."""
    return {
        "user_id": user.id if user else None,
        "user_email": user.email if user else None,
        "user_first_name": user.first_name if user else None,
        "user_last_name": user.last_name if user else None,
        "app_id": app.id if app else None,
        "app_name": app.name if app else None,
        "app_identifier": app.identifier if app else None,
    }


def read_user(item: Owned) -> User | None:
    """Return the user in an item, or None."""
    if not item.user_id:
        return None
    return User(
        id=item.user_id,
        email=item.user_email or "",
        first_name=item.user_first_name or "",
        last_name=item.user_last_name or "",
    )


def read_app(item: Owned) -> App | None:
    """Return the app in an item, or None."""
    if not item.app_id:
        return None
    return App(id=item.app_id, name=item.app_name or "", identifier=item.app_identifier or "")
