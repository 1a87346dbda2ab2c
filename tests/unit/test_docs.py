from __future__ import annotations

import re
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DECISIONS = ROOT / "docs" / "adr"
PAGES = sorted(DECISIONS.glob("0*.md"))
DOCUMENTS = [
    *ROOT.glob("*.md"),
    *(ROOT / "docs").rglob("*.md"),
    *(ROOT / "benchmarks").glob("*.md"),
]
LINKS = [
    pytest.param(document, target, id=f"{document.name}-{target}")
    for document in DOCUMENTS
    for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8"))
]
SOURCES = [
    path
    for path in chain(
        *((ROOT / room).rglob("*.py") for room in ("chalicelib", "deploy", "ops", "local"))
    )
    if "ADR" in path.read_text(encoding="utf-8")
]


def title_of(page: Path) -> str:
    return page.read_text(encoding="utf-8").partition("\n")[0]


def test_decisions_are_numbered_without_gaps() -> None:
    assert [int(page.name[:4]) for page in PAGES] == list(range(1, len(PAGES) + 1))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_decision_has_the_one_format(page: Path) -> None:
    headings = re.findall(r"^#+ .*", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert headings[0].startswith(f"# {int(page.name[:4])}. ")
    assert headings[1:] == ["## Context", "## Decision", "## Consequences"]


def test_the_index_lists_every_decision_with_its_title() -> None:
    index = (DECISIONS / "README.md").read_text(encoding="utf-8")
    lines = [f"[{title_of(page).partition('. ')[2]}]({page.name})" for page in PAGES]
    assert re.findall(r"^\d+\. (.*)", index, re.MULTILINE) == lines


@pytest.mark.parametrize(("document", "target"), LINKS)
def test_a_link_leads_to_a_file_that_exists(document: Path, target: str) -> None:
    assert (document.parent / target).exists()


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_a_decision_that_the_code_names_exists(source: Path) -> None:
    named = re.findall(r"ADR (\d+)", source.read_text(encoding="utf-8"))
    assert {int(number) for number in named} <= set(range(1, len(PAGES) + 1))


def test_the_changelog_begins_with_what_is_not_released() -> None:
    sections = re.findall(
        r"^## (.*)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert sections[0] == "Unreleased"
    assert "0.1.0" in sections
