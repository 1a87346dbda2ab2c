"""The sizes of the service: functions and modules stay small enough to be read at once."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from statistics import median
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
MAX_90TH_PERCENTILE = 12
MAX_FUNCTION_LINES = 25
MAX_MODULE_LINES = 300
MAX_TEST_LINES = 15
MIN_COMMENTS_PER_100_LINES = 3
PACKAGES = ("chalicelib", "deploy", "ops", "local", "benchmarks")


def load_script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("sizes", ROOT / ".ci" / "sizes.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["sizes"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


SCRIPT = load_script()


@pytest.fixture(scope="module")
def sizes() -> Any:
    return SCRIPT.measure(ROOT / "chalicelib")


def test_functions_are_short(sizes: Any) -> None:
    assert sizes.function_median <= 4
    assert sizes.function_90th <= MAX_90TH_PERCENTILE


def test_modules_are_short(sizes: Any) -> None:
    assert median(sizes.modules.values()) <= 100


@pytest.mark.parametrize("package", PACKAGES)
def test_no_function_and_no_module_is_long(package: str) -> None:
    found = SCRIPT.measure(ROOT / package)
    assert above(MAX_FUNCTION_LINES, found.functions) == {}
    assert above(MAX_MODULE_LINES, found.modules) == {}


def test_comments_say_why_often_enough() -> None:
    assert SCRIPT.comments_per_100_lines(ROOT / "chalicelib") >= MIN_COMMENTS_PER_100_LINES


def test_tests_are_short() -> None:
    found = SCRIPT.measure(ROOT / "tests")
    tests = {name: size for name, size in found.functions.items() if " test_" in name}
    assert above(MAX_TEST_LINES, tests) == {}
    assert above(MAX_MODULE_LINES, found.modules) == {}


def above(limit: int, sizes: dict[str, int]) -> dict[str, int]:
    return {name: size for name, size in sizes.items() if size > limit}


def test_a_body_is_counted_without_docstring_blank_lines_and_comments(tmp_path: Path) -> None:
    source = (
        'def one():\n    """Say\n\n    more."""\n    # why\n    first = 1\n\n    return first\n'
    )
    (tmp_path / "module.py").write_text(source)
    assert list(SCRIPT.measure(tmp_path).functions.values()) == [2]


def test_directives_for_tools_are_not_comments() -> None:
    assert SCRIPT.count_comments("import this  # noqa: F401\n# A reason.\n") == 1
