"""How the local run starts, stops, and says what is wrong."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

from tests.local_run import ROOT, running


def start(state: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "local", "--state", str(state), *options]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )


def test_a_stop_leaves_nothing_behind(tmp_path: Path) -> None:
    with running(tmp_path, "--products", "5") as run:
        log = (tmp_path / "run.log").read_text()
        assert f"export TOKEN={run.token()}" in log
        assert "First export:" in log
        port = int(run.facts["aws_endpoint_url"].rpartition(":")[2])
    assert run.process.returncode == 0
    assert not (tmp_path / "run.json").exists()
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_a_port_in_use_is_one_clear_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = start(tmp_path, "--port", str(port))
    assert done.returncode == 1
    assert (
        done.stderr
        == f"waybill: Port {port} is in use. Choose another one: make run PORT={port + 1}\n"
    )


def test_a_missing_catalogue_is_one_clear_line(tmp_path: Path) -> None:
    done = start(tmp_path, "--port", "0", "--catalog", str(tmp_path))
    assert done.returncode == 1
    assert done.stderr == f"waybill: {tmp_path} is not a catalogue: products.jsonl is missing.\n"


def test_principals_that_cannot_be_read_are_one_clear_line(tmp_path: Path) -> None:
    done = start(tmp_path, "--port", "0", "--principals", str(tmp_path / "nobody.json"))
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "nobody.json" in done.stderr
