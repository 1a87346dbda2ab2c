from __future__ import annotations

import subprocess
import sys

MIB = 1 << 20
FREED = """
from chalicelib.memory import peak_memory_bytes
before = peak_memory_bytes()
held = b"x" * (64 << 20)
del held
print(peak_memory_bytes() - before)
"""
STARTED = """
import subprocess, sys
held = b"x" * (200 << 20)
script = "from chalicelib.memory import peak_memory_bytes; print(peak_memory_bytes())"
subprocess.run([sys.executable, "-c", script])
"""


def said_by(script: str) -> int:
    """The number that a fresh interpreter prints."""
    return int(
        subprocess.run([sys.executable, "-c", script], check=True, stdout=subprocess.PIPE).stdout
    )


def test_the_peak_of_memory_counts_what_was_held_and_is_gone() -> None:
    assert MIB * 60 < said_by(FREED) < MIB * 100


def test_the_peak_of_memory_is_that_of_this_process_not_of_the_one_that_started_it() -> None:
    assert MIB * 5 < said_by(STARTED) < MIB * 100
