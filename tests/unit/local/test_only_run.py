"""One local run in a directory."""

from __future__ import annotations

import os
from argparse import Namespace
from contextlib import ExitStack
from pathlib import Path

import pytest

from local.__main__ import _run
from local.only_run import AlreadyRunning, only_run

URL = "http://127.0.0.1:8123"


def test_a_second_run_names_the_process_and_the_address_of_the_first(tmp_path: Path) -> None:
    with only_run(tmp_path) as note_address:
        note_address(URL)
        with pytest.raises(AlreadyRunning, match=f"process {os.getpid()}, {URL}"):
            only_run(tmp_path).__enter__()


def test_a_second_run_says_that_the_first_is_starting(tmp_path: Path) -> None:
    with only_run(tmp_path), pytest.raises(AlreadyRunning, match=r", which is starting\."):
        only_run(tmp_path).__enter__()


def test_a_second_run_leaves_the_files_of_the_first(tmp_path: Path) -> None:
    files = {name: tmp_path / name for name in ("env", "run.json")}
    for name, file in files.items():
        file.write_text(name)
    with only_run(tmp_path), ExitStack() as stack, pytest.raises(AlreadyRunning):
        _run(stack, Namespace(state=tmp_path))
    assert {name: file.read_text() for name, file in files.items()} == {n: n for n in files}


def test_the_file_of_a_run_that_has_died_holds_no_other_up(tmp_path: Path) -> None:
    (tmp_path / "run.lock").write_text(f"1 {URL}")
    with only_run(tmp_path), pytest.raises(AlreadyRunning, match=f"process {os.getpid()}, which"):
        only_run(tmp_path).__enter__()
