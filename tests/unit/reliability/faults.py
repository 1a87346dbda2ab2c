"""The faults of a port call, and ports that have them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random
from typing import Any, Final, Protocol

from chalicelib.errors import Unavailable


class Killed(BaseException):
    """The process ends on this line. Nothing in it may catch this."""


class Fault(StrEnum):
    """One fault of one port call."""

    UNAVAILABLE = "the call has no effect and says so"
    ANSWER_LOST = "the call takes effect and says that it did not"
    KILLED_BEFORE = "the process ends before the call"
    KILLED_AFTER = "the process ends after the call took effect"
    INTERLEAVED = "another process runs before the call"
    SLOW = "the call takes minutes"


# After these, the caller does not know whether the call took effect.
FATAL: Final = (Fault.UNAVAILABLE, Fault.ANSWER_LOST, Fault.KILLED_BEFORE, Fault.KILLED_AFTER)


class FaultPlan(Protocol):
    """Chooses the fault of the next call."""

    def next(self, call: str) -> Fault | None: ...


@dataclass
class OneFault:
    """One fault, at the call of this number. Calls of all ports are counted from 1."""

    fault: Fault | None = None
    at: int = 0
    calls: list[str] = field(default_factory=list)

    def next(self, call: str) -> Fault | None:
        self.calls.append(call)
        return self.fault if len(self.calls) == self.at else None


@dataclass
class RandomFaults:
    """Random faults, `left` at most, so that the world calms down."""

    random: Random
    share: float
    left: int

    def next(self, call: str) -> Fault | None:
        if not self.left or self.random.random() >= self.share:
            return None
        self.left -= 1
        return self.random.choice(list(Fault))


class FaultyPort:
    """A port whose every call, and every page that an answer is read by, goes through `around`."""

    def __init__(
        self, port: Any, name: str, around: Callable[[str, Callable[[], Any]], Any]
    ) -> None:
        self._port = port
        self._name = name
        self._around = around

    def __getattr__(self, method: str) -> Any:
        call = f"{self._name}.{method}"

        def called(*arguments: Any, **named: Any) -> Any:
            answer = self._around(call, lambda: getattr(self._port, method)(*arguments, **named))
            return self._pages(call, answer) if hasattr(answer, "__next__") else answer

        return called

    def _pages(self, call: str, pages: Iterator[Any]) -> Iterator[Any]:
        done = object()
        while (page := self._around(f"{call} page", lambda: next(pages, done))) is not done:
            yield page


def suffer(fault: Fault | None, call: Callable[[], Any]) -> Any:
    """Do the call with its fault, and return its answer."""
    if fault is Fault.UNAVAILABLE:
        raise Unavailable("The part did not answer.")
    if fault is Fault.KILLED_BEFORE:
        raise Killed
    answer = call()
    if fault is Fault.ANSWER_LOST:
        raise Unavailable("The answer was lost.")
    if fault is Fault.KILLED_AFTER:
        raise Killed
    return answer
