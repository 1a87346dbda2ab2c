"""Calls that end in time, whatever they wait for."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, TypeVar

T = TypeVar("T")


class _Caller:
    """A thread that makes one call after the other. A daemon: a call may hang for ever."""

    def __init__(self) -> None:
        self.calls: SimpleQueue[Callable[[], Any] | None] = SimpleQueue()
        self.outcomes: SimpleQueue[tuple[Any, Exception | None]] = SimpleQueue()
        Thread(target=self._make_calls, daemon=True).start()

    def _make_calls(self) -> None:
        while call := self.calls.get():
            self.outcomes.put(_outcome_of(call))
            # The next call may come much later, and this one can hold megabytes.
            del call


@dataclass(frozen=True, slots=True)
class TimedCalls:
    """Makes calls in threads that it keeps. A thread whose call is given up makes no other."""

    _idle: list[_Caller] = field(default_factory=list)

    def make(self, call: Callable[[], T], seconds: float) -> T:
        """Return what the call returns, or raise what it raises; TimeoutError if it takes longer.

        Several threads may make calls at once.
        """
        caller = self._take()
        caller.calls.put(call)
        try:
            returned, error = caller.outcomes.get(timeout=seconds)
        except Empty:
            caller.calls.put(None)
            raise TimeoutError from None
        self._idle.append(caller)
        if error is not None:
            raise error
        found: T = returned
        return found

    def _take(self) -> _Caller:
        with suppress(IndexError):
            return self._idle.pop()
        return _Caller()


def _outcome_of(call: Callable[[], Any]) -> tuple[Any, Exception | None]:
    try:
        return call(), None
    except Exception as error:  # noqa: BLE001 - raised again by the thread that waits
        return None, error
