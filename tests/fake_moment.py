"""Times on a computer whose own zone is not UTC."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import Self
from zoneinfo import ZoneInfo


class FakeMoment(datetime):
    """A time on a computer in the zone `home`, whatever zone the tests run in."""

    home: tzinfo = UTC

    def astimezone(self, tz: tzinfo | None = None) -> Self:
        return super().astimezone(tz or self.home)


def make_moment(moment: datetime, home: str) -> FakeMoment:
    """The same time on a computer in a zone like Asia/Tokyo."""
    made = FakeMoment.fromisoformat(moment.isoformat())
    made.home = ZoneInfo(home)
    return made
