"""What every `UseCounter` promises."""

from __future__ import annotations

from datetime import timedelta

from chalicelib.domain.ports import UseCounter
from tests.fakes import START

UNTIL = START + timedelta(minutes=10)


def test_no_more_than_the_most_are_counted(uses: UseCounter) -> None:
    counted = [uses.count("default#one", most=2, until=UNTIL) for _ in range(4)]
    assert counted == [True, True, False, False]
    assert uses.count("default#one", most=3, until=UNTIL)


def test_each_key_is_counted_apart(uses: UseCounter) -> None:
    assert uses.count("default#one", most=1, until=UNTIL)
    assert uses.count("default#two", most=1, until=UNTIL)
    assert not uses.count("default#one", most=1, until=UNTIL)
