"""The one-liners of docs/operations.md that are Waybill's own, typed as they stand there."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.local_run import ROOT, LocalRun

ONE_LINERS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8").partition("\n## One-liners\n")[2]
LINES = re.findall(r"^python -m ops .+$", ONE_LINERS, re.MULTILINE)


@pytest.fixture(scope="module")
def environment(service: LocalRun) -> dict[str, str]:
    """What the page takes for granted: the stack, a shop, an export, and credentials."""
    export_id = service.export("exportProducts", scope="ALL", exportInfo={"fields": ["NAME"]})
    rows = service.download(service.ended(export_id)).decode().splitlines()
    known = {
        **service.environment(),
        "STACK": "waybill-dev",
        "SHOP": "default",
        "ID": export_id,
        "PRODUCT": rows[1].partition(",")[0],
        "URL": service.url,
        "TOKEN": service.token(),
    }
    return {
        **os.environ,
        **known,
        "PYTHONPATH": str(ROOT),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }


def run(line: str, environment: dict[str, str], directory: Path) -> str:
    done = subprocess.run(
        ["bash", "-c", line], env=environment, cwd=directory, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("line", LINES)
def test_a_one_liner_answers(line: str, environment: dict[str, str], tmp_path: Path) -> None:
    told = run(line, environment, tmp_path)
    assert told or "list-apps" in line
    if "--json" in line:
        assert isinstance(json.loads(told), list)


def test_the_exported_file_is_there(environment: dict[str, Any], tmp_path: Path) -> None:
    [line] = [line for line in LINES if " export " in line]
    run(line, environment, tmp_path)
    assert (tmp_path / "products.csv").read_text(encoding="utf-8").startswith("id,")
