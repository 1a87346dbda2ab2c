"""Repeat an export in this process and print, as JSON, where its processor time goes.

Usage: `python -m benchmarks.profiled COLUMNS FILE_TYPE SECONDS`. JSON has the processor seconds of
one export by part. Imports, clients and the first export come before.

A signal after each millisecond of processor time looks at the stack of every thread. The time that
a thread has used since the look before goes to the part whose code is nearest to the stack's end.
"""

from __future__ import annotations

import json
import linecache
import re
import signal
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Final

from benchmarks.one import WAYS, Export, Wanted, cpu_seconds

LOOK_SECONDS: Final = 0.001
# A thread waits five milliseconds for another one, unless this is set, and the look with it.
SWITCH_SECONDS: Final = 0.0001

READ, UNPACK, DECODE = "asking DynamoDB", "JSON, base64, inflating", "decoding"
ROWS, HASH, STORE = "rows and cells", "SHA-256", "storing the file"
PLAN, JOB = "columns and dictionaries", "job, event and the rest"
PARTS: Final = (READ, UNPACK, DECODE, ROWS, HASH, STORE, PLAN, JOB)
# Modules by the beginning of their name: the first that fits counts. Modules of the service that
# are not here belong to the job.
_PART_OF_MODULE: Final[Sequence[tuple[str, str]]] = (
    ("services/work/finish_export", HASH),
    ("adapters/catalog/lean_dynamodb", UNPACK),
    ("adapters/catalog/stored_document", UNPACK),
    ("adapters/catalog/document_codec", UNPACK),
    ("adapters/catalog/pack", UNPACK),
    ("adapters/catalog/read_ahead", UNPACK),
    ("adapters/catalog/", READ),
    ("adapters/multipart_upload", STORE),
    ("adapters/file_store", STORE),
    ("rendering/exporter", PLAN),
    ("rendering/layouts", PLAN),
    ("catalog/dictionaries", PLAN),
    ("exports/", PLAN),
    ("rendering/", ROWS),
    ("formats/", ROWS),
    ("", JOB),
)
# These serve several parts, so their callers decide.
_SHARED: Final = ("adapters/aws/", "words/")
_module_of: Final = re.compile(r"/chalicelib/(.+)\.py$").search


def find_part(frame: FrameType | None) -> str | None:
    """Return the part that a stack of functions belongs to, None without one of the service."""
    while frame:
        found = _module_of(frame.f_code.co_filename)
        if found and not found[1].startswith(_SHARED):
            part = next(part for start, part in _PART_OF_MODULE if found[1].startswith(start))
            return DECODE if part is ROWS and _is_decoding(frame) else part
        frame = frame.f_back
    return None


def _is_decoding(frame: FrameType) -> bool:
    """Return whether a line calls a decoder: decoders are not functions of Python."""
    return "decode" in linecache.getline(frame.f_code.co_filename, frame.f_lineno or 0)


class Looks:
    """The processor seconds of all threads by part."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._used: dict[int, float] = {}
        self._parts: dict[int, str] = {}

    def look(self, number: int, current: FrameType | None) -> None:
        """Add what each thread has used since the last look. `current` is the main thread's."""
        stacks = {**sys._current_frames(), threading.get_ident(): current}  # noqa: SLF001
        for thread, stack in stacks.items():
            used = time.clock_gettime(time.pthread_getcpuclockid(thread))
            before = self._used.get(thread, 0.0)
            # A thread of a pool that waits by now has worked for the part of before.
            part = find_part(stack) or self._parts.get(thread, JOB)
            # A thread may have the number of one that has ended.
            self.seconds[part] += used - before if used >= before else used
            self._used[thread], self._parts[thread] = used, part


@contextmanager
def looking() -> Iterator[Looks]:
    """Look again and again until the block ends."""
    looks = Looks()
    looks.look(0, None)
    looks.seconds.clear()
    sys.setswitchinterval(SWITCH_SECONDS)
    signal.signal(signal.SIGPROF, looks.look)
    signal.setitimer(signal.ITIMER_PROF, LOOK_SECONDS, LOOK_SECONDS)
    yield looks
    signal.setitimer(signal.ITIMER_PROF, 0)


def split_seconds(export: Export, seconds: float) -> dict[str, float]:
    """Do an export again and again for some processor seconds; return those of one by part."""
    began, times, used = cpu_seconds(), 0, 0.0
    with looking() as looks:
        while used < seconds:
            export()
            times += 1
            used = cpu_seconds() - began
    # Threads that ended between two looks are missing.
    share = used / times / sum(looks.seconds.values())
    return {part: looks.seconds[part] * share for part in PARTS}


def main() -> None:
    """Print the seconds by part as JSON."""
    columns, file_type, seconds = sys.argv[1:]
    export = WAYS["worker"](Wanted(columns, file_type, slice(None)))
    export()
    print(json.dumps(split_seconds(export, float(seconds))))


if __name__ == "__main__":
    main()
