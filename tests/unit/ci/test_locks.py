"""The locks of the requirements: every package is pinned and has hashes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
LOCKS = {path.stem: path for path in (ROOT / "requirements").glob("*.txt")}
LOCKS["app"] = ROOT / "requirements.txt"
PINNED = re.compile(r"^([\w.-]+)(?:\[[\w,]+\])?==(\S+)", re.MULTILINE)


def pins(text: str) -> set[tuple[str, str]]:
    """Return name and version of each requirement; names as PyPI normalizes them."""
    return {(re.sub(r"[-_.]+", "-", name).lower(), at) for name, at in PINNED.findall(text)}


def entries(lock: Path) -> list[str]:
    """Return the requirements of a lock, each with its hashes."""
    text = re.sub(r"^ *#.*\n", "", lock.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return text.replace("\\\n", "").splitlines()


@pytest.mark.parametrize("name", LOCKS)
def test_every_requirement_is_pinned_and_has_hashes(name: str) -> None:
    found = entries(LOCKS[name])
    assert found
    assert [
        line for line in found if not re.match(PINNED.pattern + r".* --hash=sha256:", line)
    ] == []


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_index_and_no_host(name: str) -> None:
    text = LOCKS[name].read_text(encoding="utf-8")
    assert re.findall(r"https?://|file:|--index|--extra-index|--find-links", text) == []


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_what_its_input_asks_for(name: str) -> None:
    asked = pins((ROOT / "requirements" / f"{name}.in").read_text(encoding="utf-8"))
    assert asked <= pins(LOCKS[name].read_text(encoding="utf-8"))


@pytest.mark.parametrize(("smaller", "larger"), [("app", "run"), ("run", "dev")])
def test_a_package_has_one_version_for_functions_run_and_tests(smaller: str, larger: str) -> None:
    found = [pins(LOCKS[name].read_text(encoding="utf-8")) for name in (smaller, larger)]
    assert found[0] <= found[1]


def test_a_compiled_package_of_the_functions_has_hashes_for_every_python_and_processor() -> None:
    """Three Pythons on two processors, and the source archive."""
    [isal] = [line for line in entries(LOCKS["app"]) if line.startswith("isal==")]
    assert isal.count("--hash=") > 6
