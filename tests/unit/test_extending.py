"""docs/extending.md is followed to the letter, in a copy of the code."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.local_run import ROOT

# Other Pythons run the tests without these: they take most of the time.
pytestmark = pytest.mark.long

PAGE = ROOT / "docs" / "extending.md"
COPIED = ("chalicelib", "ops", "tests", "pyproject.toml")


class Block(NamedTuple):
    """A block of the page: a new file, or a change of one."""

    language: str
    path: str
    text: str


def blocks() -> Iterator[Block]:
    for language, path, text in re.findall(
        r"^```(\w+) (\S+)\n(.*?)^```$", PAGE.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE
    ):
        yield Block(language, path, text)


def apply(block: Block, root: Path) -> None:
    """Write a new file, or add the lines with `+` between the lines around them."""
    target = root / block.path
    if block.language != "diff":
        assert not target.exists()
        target.write_text(block.text, "utf-8")
        return
    lines = block.text.splitlines(keepends=True)
    before = "".join(line[1:] for line in lines if line[0] != "+")
    after = "".join(line[1:] for line in lines)
    text = target.read_text("utf-8")
    assert text.count(before) == 1, f"{block.path} has not exactly one place for {before!r}"
    target.write_text(text.replace(before, after), "utf-8")


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the code with every block of the page applied."""
    root = tmp_path_factory.mktemp("extended")
    ignored = shutil.ignore_patterns("__pycache__", "e2e", "browser", "integration")
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, root / name, ignore=ignored)
        else:
            shutil.copy(source, root / name)
    for block in blocks():
        apply(block, root)
    return root


def test_the_tests_of_an_extended_copy_pass(extended: Path) -> None:
    named = [block.path for block in blocks() if block.path.startswith("tests/")]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *named, "tests/unit/exports/test_registry.py"],
        cwd=extended,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_command_line_of_an_extended_copy_offers_the_new_type(extended: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ops", "export", "customers", "--url", "http://127.0.0.1:1",
         "--token", "t", "--out", "out.csv", "--field", "NAME"],
        cwd=extended,
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert "--field is not an option of customers" in done.stderr


def test_a_new_type_takes_five_files_a_new_column_two_and_a_new_format_three() -> None:
    parts = re.split(r"## A new (?:column|text format)", PAGE.read_text("utf-8"))
    type_, column, text_format = parts
    assert len(files_in(type_)) == 5
    assert len(files_in(text_format)) == 3
    changed = set(re.findall(r"^```diff (\S+)$", column, flags=re.MULTILINE))
    assert changed == {"chalicelib/exports/product_columns.py", "chalicelib/api/schema.graphql"}


def files_in(text: str) -> set[str]:
    return set(re.findall(r"^```\w+ (\S+)$", text, flags=re.MULTILINE))
