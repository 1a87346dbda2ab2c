"""The sample and the report of `make mutants`."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parents[3] / ".ci" / "mutants.py"
NAMES = [f"mutant-{number}" for number in range(1_000)]


@pytest.fixture
def mutants() -> ModuleType:
    spec = importlib.util.spec_from_file_location("mutants", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_same_seed_chooses_the_same_mutants(mutants: ModuleType) -> None:
    chosen = mutants.choose(NAMES, 300, 1)
    assert chosen == mutants.choose(NAMES[::-1], 300, 1)
    assert chosen != mutants.choose(NAMES, 300, 2)
    assert len(set(chosen)) == 300


def test_a_mutant_that_no_test_calls_is_a_survivor(mutants: ModuleType) -> None:
    statuses = {"a": "killed", "b": "timeout", "c": "survived", "d": "no tests"}
    lines = mutants.report(statuses, list(statuses)).splitlines()
    assert lines[0].startswith("2 of 4 mutants killed (50 %)")
    assert [line.strip() for line in lines[2:4]] == ["survived: c", "no tests: d"]


def test_mutants_that_the_time_did_not_reach_are_not_counted(mutants: ModuleType) -> None:
    lines = mutants.report({"a": "killed", "b": "not checked"}, ["a", "b"]).splitlines()
    assert lines[0].startswith("1 of 1 mutants killed (100 %)")
    assert lines[1].startswith("1 of the sample were not tried")


def test_statuses_are_read_from_mutmuts_files(mutants: ModuleType, tmp_path: Path) -> None:
    codes = {"a": 1, "b": 0, "c": None, "d": 33}
    (tmp_path / "one.py.meta").write_text(json.dumps({"exit_code_by_key": codes}))
    assert list(mutants.read_statuses(tmp_path).values()) == [
        "killed",
        "survived",
        "not checked",
        "no tests",
    ]


def test_the_contract_is_beside_the_mutants_while_they_are_tried(
    mutants: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "shared" / "saleor").mkdir(parents=True)
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    monkeypatch.chdir(checkout)
    with mutants.contract_beside_mutants():
        assert (checkout / "shared" / "saleor").exists()
    assert list(checkout.iterdir()) == []
