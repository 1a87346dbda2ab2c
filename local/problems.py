"""The problems of exports and syncs, printed in the terminal of a local run.

Workers write lines of JSON, which the emulator appends to its log. It does not append those of the
API. A person who runs Waybill does not look there, and an export that fails without a word is hard
to understand.
"""

from __future__ import annotations

import json
import re
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, TextIO

PAUSE_SECONDS: Final = 0.3
STOP_SECONDS: Final = 5
LEVELS: Final = ("WARNING", "ERROR", "CRITICAL")
# A function that dies writes no line of its own: the emulator says why. Errors of a handler are in
# the function's own lines.
_DEATH: Final = re.compile(
    r"Lambda waybill-\w+-(?P<name>\w+)-\w+ failed .*"
    r"\(errorType=(?!Runtime\.HandlerError)(?P<reason>.*)\)"
)
_FUNCTION: Final = re.compile(r"waybill-\w+-(\w+)-\w+")


class Problems:
    """Prints the problems in a growing log. A context manager."""

    def __init__(self, log: Path, out: TextIO | None = None) -> None:
        self._log = log
        self._out = out or sys.stderr
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="problems", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopped.set()
        self._thread.join(STOP_SECONDS)

    def _follow(self) -> None:
        with self._log.open(encoding="utf-8", errors="replace") as file:
            for line in self._lines(file):
                if text := problem_of(line):
                    print(text, file=self._out, flush=True)

    def _lines(self, file: TextIO) -> Iterator[str]:
        """Yield complete lines as they come, until the watch is stopped."""
        rest = ""
        while True:
            stopped = self._stopped.is_set()
            *lines, rest = (rest + file.read()).split("\n")
            yield from lines
            if stopped:
                return
            self._stopped.wait(PAUSE_SECONDS)


def problem_of(line: str) -> str | None:
    """Return one line for people about a problem in a line of the log, None for any other line."""
    if line.startswith("{"):
        return _of_function(line)
    found = _DEATH.search(line)
    return f"{found['name']}: the function failed. {found['reason']}" if found else None


def _of_function(line: str) -> str | None:
    try:
        record: dict[str, Any] = json.loads(line)
    except ValueError:
        return None
    if record.get("level") not in LEVELS:
        return None
    named = _FUNCTION.fullmatch(str(record.get("function", "")))
    reason = record.get("reason") or _last_line(record.get("exception", ""))
    export = f" (export {record['export_id']})" if record.get("export_id") else ""
    text = f"{record['message']}{export}{f': {reason}' if reason else ''}"
    return f"{str(record.get('time', ''))[11:19]} {named[1] if named else 'Function'}: {text}"


def _last_line(trace: str) -> str:
    return trace.strip().rpartition("\n")[2]
