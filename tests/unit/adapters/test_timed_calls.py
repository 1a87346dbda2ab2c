"""Calls that end in time, whatever they wait for."""

from __future__ import annotations

import threading
from threading import Barrier, Event

import pytest

from chalicelib.adapters.timed_calls import TimedCalls

NEVER = 0.01
IN_TIME = 60


def thread() -> str:
    return threading.current_thread().name


def test_calls_one_after_the_other_share_a_thread() -> None:
    calls = TimedCalls()
    assert calls.make(thread, IN_TIME) == calls.make(thread, IN_TIME) != thread()


def test_an_error_of_a_call_is_raised_and_the_next_call_is_made() -> None:
    calls = TimedCalls()
    with pytest.raises(ZeroDivisionError):
        calls.make(lambda: 1 // 0, IN_TIME)
    assert calls.make(lambda: 7, IN_TIME) == 7


def test_what_a_late_call_returns_is_no_answer_to_another() -> None:
    calls, done = TimedCalls(), Event()
    with pytest.raises(TimeoutError):
        calls.make(lambda: done.wait(IN_TIME), NEVER)
    done.set()
    assert calls.make(lambda: "mine", IN_TIME) == "mine"


def test_a_thread_whose_call_is_given_up_ends_with_it() -> None:
    calls, began, done = TimedCalls(), Event(), Event()
    late: list[threading.Thread] = []

    def hang() -> None:
        late.append(threading.current_thread())
        began.set()
        done.wait(IN_TIME)

    with pytest.raises(TimeoutError):
        calls.make(hang, NEVER)
    assert began.wait(IN_TIME)
    done.set()
    late[0].join(IN_TIME)
    assert not late[0].is_alive()


def test_several_threads_make_calls_at_once() -> None:
    calls, both = TimedCalls(), Barrier(2)
    other = threading.Thread(target=lambda: calls.make(lambda: both.wait(IN_TIME), IN_TIME))
    other.start()
    calls.make(lambda: both.wait(IN_TIME), IN_TIME)
    other.join(IN_TIME)
    assert not other.is_alive()
