from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAMED = re.findall(r"`(tests/[\w/.]+)::(test_\w+)`", (ROOT / "docs" / "guarantees.md").read_text())


@pytest.mark.parametrize(("path", "name"), NAMED)
def test_a_guarantee_names_a_test_that_exists(path: str, name: str) -> None:
    assert f"def {name}(" in (ROOT / path).read_text()
