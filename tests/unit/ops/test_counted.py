from __future__ import annotations

import pytest

from ops.counted import counted


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 rows"), (1, "1 row"), (2, "2 rows"), (2_000, "2,000 rows")]
)
def test_one_thing_is_named_in_the_singular(count: int, text: str) -> None:
    assert counted(count, "row") == text
