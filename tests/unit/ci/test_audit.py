"""`make audit` before answers of pip-audit, as a program that says them."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

AUDIT = Path(__file__).parents[3] / ".ci" / "audit.py"
CLEAN = {"name": "jinja2", "version": "3.1", "vulns": []}
FOUND = {
    "name": "jinja2",
    "version": "2.4",
    "vulns": [{"id": "PYSEC-1", "fix_versions": ["2.7.2"]}],
}
UNFIXED = {"name": "other", "version": "1", "vulns": [{"id": "PYSEC-2", "fix_versions": []}]}
SKIPPED = {"name": "inner", "skip_reason": "not found on the index"}


@pytest.fixture
def audit() -> ModuleType:
    spec = importlib.util.spec_from_file_location("audit", AUDIT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def answer(audit: ModuleType, tmp_path: Path, *, out: str = "", err: str = "") -> int:
    """What `make audit` ends with when pip-audit says this."""
    program = tmp_path / "pip-audit"
    (tmp_path / "out").write_text(out)
    (tmp_path / "err").write_text(err)
    program.write_text(f"#!/bin/sh\ncat {tmp_path}/out\ncat {tmp_path}/err >&2\nexit 1\n")
    program.chmod(0o755)
    audit.PIP_AUDIT = program  # type: ignore[attr-defined]
    ended: int = audit.main()
    return ended


def listed(*dependencies: Any) -> str:
    return json.dumps({"dependencies": dependencies, "fixes": []})


def test_packages_without_findings_pass(
    audit: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert answer(audit, tmp_path, out=listed(CLEAN), err="No known vulnerabilities found") == 0
    assert capsys.readouterr().out == "audit: 1 packages checked, 0 findings\n"


def test_findings_fail_and_say_what_mends_them(
    audit: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert answer(audit, tmp_path, out=listed(CLEAN, FOUND, UNFIXED)) == 1
    assert capsys.readouterr().err.splitlines() == [
        "audit: jinja2 2.4 has PYSEC-1, fixed in: 2.7.2",
        "audit: other 1 has PYSEC-2, fixed in: none yet",
    ]


def test_a_package_that_could_not_be_asked_about_is_named(
    audit: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert answer(audit, tmp_path, out=listed(CLEAN, SKIPPED)) == 0
    assert capsys.readouterr().out.splitlines()[1] == "audit: not checked: inner"


@pytest.mark.parametrize(
    "said",
    [
        {"err": "requests.exceptions.ConnectionError: Max retries exceeded"},
        {"out": listed(SKIPPED)},
    ],
)
def test_a_service_that_nobody_reaches_is_no_failure_and_no_clean_bill(
    audit: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str], said: dict[str, str]
) -> None:
    assert answer(audit, tmp_path, **said) == 0
    assert "NOT CHECKED" in capsys.readouterr().out


def test_an_audit_that_breaks_fails(
    audit: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert answer(audit, tmp_path, err="ValueError: requirements.txt is not hashed") == 1
    assert "not hashed" in capsys.readouterr().err
