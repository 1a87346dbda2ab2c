"""The pace of a sync: how many requests it has in flight at a shop."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Condition
from typing import Final

from chalicelib.domain.slots import MAX_IN_FLIGHT, Slot
from chalicelib.errors import WaybillError
from chalicelib.services.slots import give_back_slot, take_slot
from chalicelib.services.sync.step import Step

FIRST_IN_FLIGHT: Final = 2
# The usual time of a page is the median of this many.
FIRST_PAGES: Final = 3
# A page that takes twice the usual time says that the shop is busy, one that takes about that time
# that it is not.
BUSY_RATIO: Final = 2.0
USUAL_RATIO: Final = 1.1
HOLDER: Final = "sync"


@dataclass(slots=True)
class Pace:
    """The number of requests that may be in flight.

    Two at first, fewer when answers get slow or the shop asks for a pause, never over four. The
    worker that holds the sync may always have one; each further one needs a slot of the shop.
    `take` returns None while the shop has none.
    """

    take: Callable[[], Slot | None]
    give_back: Callable[[Slot], None]
    in_flight: int = FIRST_IN_FLIGHT
    first_seconds: list[float] = field(default_factory=list)
    _slots: list[Slot] = field(default_factory=list)
    _active: int = 0
    _freed: Condition = field(default_factory=Condition)

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Wait until a request may be sent, and count it while the block runs."""
        with self._freed:
            self._freed.wait_for(self._has_room)
            self._active += 1
        try:
            yield
        finally:
            with self._freed:
                self._active -= 1
                self._give_back(keeping=max(self._active, self.in_flight))
                self._freed.notify_all()

    def note(self, seconds: float) -> None:
        """Adapt to the seconds that a full page took."""
        if len(self.first_seconds) < FIRST_PAGES:
            self.first_seconds.append(seconds)
            return
        usual = sorted(self.first_seconds)[FIRST_PAGES // 2]
        if seconds > BUSY_RATIO * usual:
            self.in_flight = max(1, self.in_flight - 1)
        elif seconds < USUAL_RATIO * usual:
            self.in_flight = min(MAX_IN_FLIGHT, self.in_flight + 1)

    def slow_down(self) -> None:
        """Ask for one page at a time from now on."""
        self.in_flight = 1

    def end(self) -> None:
        """Give all slots back: nothing is in flight any more."""
        self._give_back(keeping=1)

    def _has_room(self) -> bool:
        if self._active >= self.in_flight:
            return False
        return self._active <= len(self._slots) or self._take_slot()

    def _take_slot(self) -> bool:
        slot = self.take()
        if slot is not None:
            self._slots.append(slot)
        return slot is not None

    def _give_back(self, *, keeping: int) -> None:
        while len(self._slots) >= keeping:
            self.give_back(self._slots.pop())


def pace_of(step: Step) -> Pace:
    """Return the pace of a step, whose further requests take slots of its shop."""
    shops, shop = step.sync.shops, step.shop.name

    def take() -> Slot | None:
        # A table that does not answer makes the sync slower, and not fail.
        with suppress(WaybillError):
            return take_slot(shops, shop, HOLDER, step.now)
        return None

    return Pace(take, lambda slot: give_back_slot(shops, shop, slot))
