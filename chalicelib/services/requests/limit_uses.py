"""Limit how often a requestor and a shop do what costs, in windows of ten minutes.

The limit of a shop is a multiple of a requestor's, so that no requestor uses up the share of the
others. Strangers never count: they are refused before (ADR 29).
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from math import ceil
from typing import Final

from chalicelib.domain.requestor import Requestor
from chalicelib.errors import RateReached
from chalicelib.services.requests.api_service import ApiService
from chalicelib.settings import Settings
from chalicelib.words.text import Text, say

WINDOW_SECONDS: Final = 10 * 60


class Use(StrEnum):
    """The uses that are counted. Keys of stored counters hold the values."""

    EXPORT = "exports"
    PREVIEW = "previews"


def count_use(service: ApiService, requestor: Requestor, use: Use) -> None:
    """Count a use of a requestor who has the permission for it.

    RateReached if the requestor or the shop has used up its share of the present window.
    """
    now = service.clock.now()
    until = _end_of_window(now)
    window = f"{requestor.shop}#uses#{use}#{int(until.timestamp())}#"
    own, all_ = _limits(service.settings, use)
    wait = ceil((until - now).total_seconds())
    # The requestor comes first: a refused one must not use up the share of the shop.
    if not service.uses.count(window + requestor.id, most=own, until=until):
        asked = say("You have asked for {most:,} {uses}", most=own, uses=_noun(use, own))
        raise _reached(asked, wait)
    if not service.uses.count(window, most=all_, until=until):
        asked = say("This shop has asked for {most:,} {uses}", most=all_, uses=_noun(use, all_))
        raise _reached(asked, wait)


def _end_of_window(now: datetime) -> datetime:
    # A fixed window takes one write per use. A sliding one would have to read all uses before.
    start = int(now.timestamp()) // WINDOW_SECONDS * WINDOW_SECONDS
    return datetime.fromtimestamp(start + WINDOW_SECONDS, UTC)


def _limits(settings: Settings, use: Use) -> tuple[int, int]:
    """Return how often a requestor and a shop may do this in one window."""
    if use is Use.PREVIEW:
        return settings.previews_per_requestor, settings.previews_per_shop
    return settings.exports_per_requestor, settings.exports_per_shop


def _noun(use: Use, count: int) -> Text:
    return say(use.removesuffix("s") if count == 1 else use)


def _reached(asked: Text, wait_seconds: int) -> RateReached:
    return RateReached(
        say(
            "{asked} within {minutes} minutes, which is the limit. Ask again in one second."
            if wait_seconds == 1
            else "{asked} within {minutes} minutes, which is the limit. "
            "Ask again in {wait} seconds.",
            asked=asked,
            minutes=WINDOW_SECONDS // 60,
            wait=wait_seconds,
        ),
        retry_after_seconds=wait_seconds,
    )
