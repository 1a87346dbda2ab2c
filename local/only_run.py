"""One local run in a directory: a second one would overwrite the files of the first."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TextIO


class AlreadyRunning(Exception):
    """Another run uses the directory. The message names its process and its address."""


@contextmanager
def only_run(state: Path) -> Iterator[Callable[[str], None]]:
    """Hold a directory; AlreadyRunning if another run holds it. Yield what notes the address."""
    with (state / "run.lock").open("a+") as file:
        try:
            # The system ends a lock together with its process, so a file that is left holds none.
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyRunning(_describe(file)) from error
        note = partial(_note, file)
        note("")
        yield note


def _note(file: TextIO, url: str) -> None:
    file.truncate(0)
    file.write(f"{os.getpid()} {url}")
    file.flush()


def _describe(file: TextIO) -> str:
    file.seek(0)
    pid, _, url = file.read().partition(" ")
    return (
        f"Waybill runs in this directory already: process {pid}, {url or 'which is starting'}. "
        f"Nothing was changed. Stop it with Ctrl-C in its terminal, or with: kill {pid}"
    )
