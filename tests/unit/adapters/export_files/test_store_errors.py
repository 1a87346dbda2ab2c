from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.adapters.export_files.store_errors import MAX_ATTEMPTS, Busy, retry_busy
from chalicelib.errors import DatabaseUnavailable


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses between attempts, each as long as it may be."""
    found: list[float] = []
    monkeypatch.setattr("time.sleep", found.append)
    monkeypatch.setattr("random.uniform", lambda low, high: high)
    return found


def busy(times: int) -> Callable[[], None]:
    """A write that meets other transactions so many times."""
    left = [Busy()] * times

    def write() -> None:
        if left:
            raise left.pop()

    return write


def test_pauses_between_attempts_double(pauses: list[float]) -> None:
    retry_busy(busy(4))
    assert pauses == [0.02, 0.04, 0.08, 0.16]


def test_a_table_that_stays_busy_is_given_up(pauses: list[float]) -> None:
    retry_busy(busy(MAX_ATTEMPTS - 1))
    with pytest.raises(DatabaseUnavailable, match="busy"):
        retry_busy(busy(MAX_ATTEMPTS))
