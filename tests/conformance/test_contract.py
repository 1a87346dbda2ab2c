"""Saleor's own files and answers, asked of the packaged service."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests.local_run import LocalRun


def check(contract: Path, service: LocalRun, what: str) -> str:
    """What the contract's own checker says; the last line counts."""
    done = subprocess.run(
        [sys.executable, str(contract / "check.py"), what, str(service.state / "run.json")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    return done.stdout.strip().splitlines()[-1]


def test_every_file_is_the_one_that_saleor_wrote(contract: Path, service: LocalRun) -> None:
    goldens = len([folder for folder in (contract / "goldens").iterdir() if folder.is_dir()])
    assert check(contract, service, "goldens") == f"{goldens} passed, 0 failed"


def test_every_answer_is_the_one_that_saleor_gave(contract: Path, service: LocalRun) -> None:
    passed, failed = re.findall(r"\d+", check(contract, service, "corpus"))
    assert (int(passed) > 100, failed) == (True, "0")
