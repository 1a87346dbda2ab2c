"""The questions that strangers may let Waybill ask in a minute, in one container."""

from __future__ import annotations

from typing import Final

from chalicelib.api import wall_clock
from chalicelib.errors import Unavailable

# Strangers can make up tokens. Every one of them would cost a shop a request, which takes 0.6 s of
# its processor.
QUESTIONS_PER_MINUTE: Final = 30


class Allowance:
    """The questions about tokens that are left in this minute."""

    def __init__(self, per_minute: int = QUESTIONS_PER_MINUTE) -> None:
        self._per_minute = per_minute
        self._began = wall_clock.seconds()
        self._left = per_minute

    def spend(self) -> None:
        """Spend a question; Unavailable if none is left in this minute."""
        if wall_clock.seconds() - self._began >= 60:
            self._began, self._left = wall_clock.seconds(), self._per_minute
        if self._left == 0:
            raise Unavailable("The shop was asked about too many tokens in this minute.")
        self._left -= 1
