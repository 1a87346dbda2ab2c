from __future__ import annotations

import pytest

from chalicelib.domain.causes import INTERRUPTED, announce


@pytest.mark.parametrize(
    ("attempt", "words"), [(1, "First"), (5, "Fifth"), (6, "6th"), (11, "11th")]
)
def test_an_attempt_is_named_with_the_cause_before_it(attempt: int, words: str) -> None:
    assert str(announce(attempt, INTERRUPTED)) == f"{words} try: the work was interrupted."
