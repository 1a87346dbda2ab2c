"""Stand between the service and a client of AWS."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

# From the name of an operation and its parameters to the answer.
Call = Callable[[str, Any], Any]


def wrap_calls(client: Any, answer: Callable[[Call, str, Any], Any]) -> Any:
    """Return the client, whose calls `answer` answers from now on; it gets the ordinary call."""
    vars(client)["_make_api_call"] = partial(answer, client._make_api_call)
    return client


def note_calls(client: Any, operation: str = "") -> list[tuple[str, Any]]:
    """Return a list that will hold the client's calls, of one operation or of all."""
    made: list[tuple[str, Any]] = []

    def note(call: Call, asked: str, params: Any) -> Any:
        if operation in ("", asked):
            made.append((asked, params))
        return call(asked, params)

    wrap_calls(client, note)
    return made
