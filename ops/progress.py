"""The progress of an export or a download on stderr."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import click

from chalicelib.errors import ExportFailed, Unavailable
from ops.counted import counted

FIRST_PAUSE_SECONDS: Final = 0.1
MAX_PAUSE_SECONDS: Final = 2.0
# A deployment restarts within half a minute. After the last pause there is no other attempt.
RETRY_PAUSES_SECONDS: Final = (1, 2, 4, 8, 15, float("inf"))
PROGRESS_STEPS: Final = 1000
Described = dict[str, Any]


def wait_for_end(
    get: Callable[[], Described],
    export_id: str,
    seconds: float | None = None,
    pause: Callable[[float], None] = time.sleep,
) -> Described:
    """Show progress until an export has ended and return its description.

    Print what a pending export waits for, or why it is tried again.

    Unavailable after `seconds`, None for no limit, at Ctrl-C, and if the service does not answer
    for half a minute. The export continues then.
    """
    try:
        return _wait(get, export_id, seconds, pause)
    except KeyboardInterrupt as stop:
        raise Unavailable(f"Stopped waiting for the export. {follow_on(export_id)}") from stop


def _wait(
    get: Callable[[], Described],
    export_id: str,
    seconds: float | None,
    pause: Callable[[float], None],
) -> Described:
    click.echo(f"Waiting for the export {export_id}", err=True)
    deadline = time.monotonic() + (seconds or float("inf"))
    pauses, said = growing_pauses(), None
    with make_bar("Exporting", PROGRESS_STEPS) as bar:
        while (found := _ask(get, export_id, deadline, pause))["status"] == "PENDING":
            if found["message"] not in (None, said):
                said = found["message"]
                click.echo(said, err=True)
            bar.update(int(found["progress"] * PROGRESS_STEPS) - bar.pos, rows_so_far(found))
            if time.monotonic() >= deadline:
                raise Unavailable(still_pending(export_id, seconds))
            pause(next(pauses))
        bar.update(PROGRESS_STEPS - bar.pos)
    return found


def _ask(
    get: Callable[[], Described],
    export_id: str,
    deadline: float,
    pause: Callable[[float], None],
) -> Described:
    """Return `get()`; retry while the service does not answer, then Unavailable."""
    pauses = iter(RETRY_PAUSES_SECONDS)
    while True:
        try:
            return get()
        except Unavailable as error:
            seconds = next(pauses)
            if time.monotonic() + seconds >= deadline:
                raise Unavailable(
                    f"{error} The export continues; its id is {export_id}."
                ) from error
        pause(seconds)


def rows_so_far(described: Mapping[str, Any]) -> str:
    """Return how many rows a running export has, and of how many: "" before the first report."""
    done, total = described.get("rows_done"), described.get("rows_total")
    if done is None:
        return ""
    return counted(done, "row") if total is None else f"{done:,} of {counted(total, 'row')}"


def check_success(ended: Mapping[str, Any]) -> None:
    """Raise ExportFailed for an export that ended without a file."""
    if ended.get("canceled"):
        raise ExportFailed(str(ended["message"]))
    if ended["status"] != "SUCCESS":
        raise ExportFailed(f"The export ended as {ended['status']}: {ended['message']}")


def shown(described: Mapping[str, Any]) -> str:
    """Return a status for people: Saleor's clients know a canceled export as FAILED."""
    return "CANCELED" if described.get("canceled") else str(described["status"])


def still_pending(export_id: str, seconds: float | None) -> str:
    """Return the message for an export that takes longer than the caller wants to wait."""
    return f"The export has not ended within {seconds:g} s. {follow_on(export_id)}"


def follow_on(export_id: str) -> str:
    """Return how to go on with an export that the caller does not wait for."""
    return f"It continues. Follow it with: python -m ops exports watch {export_id}"


def growing_pauses() -> Iterator[float]:
    """Yield growing pauses in seconds: short exports show at once, long ones cost few calls."""
    seconds = FIRST_PAUSE_SECONDS
    while True:
        yield seconds
        seconds = min(seconds * 1.5, MAX_PAUSE_SECONDS)


def make_bar(label: str, length: int) -> Any:
    """Return a progress bar, which is hidden if stderr is not a terminal."""
    hidden = not sys.stderr.isatty()
    return click.progressbar(
        length=length,
        label=f"{label:<9}",
        file=sys.stderr,
        hidden=hidden,
        item_show_func=lambda shown: shown,
    )
