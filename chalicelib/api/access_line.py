"""The access line: one line of the log for each HTTP request, whatever its answer is.

It says who asked for what, and how that ended. It holds the route instead of the path, and names of
fields instead of the query: paths, queries and variables may hold ids, codes and tokens.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from chalice.app import Response

log: Final = logging.getLogger("waybill")
MESSAGE: Final = "request"
_NOTES: ContextVar[dict[str, Any] | None] = ContextVar("access_line", default=None)


def note_access(**fields: str) -> None:
    """Put these fields on the access line of the request under way, except empty ones."""
    notes = _NOTES.get()
    if notes is not None:
        notes.update({name: value for name, value in fields.items() if value})


def note_operation(operation: str) -> None:
    """Add an operation to the access line. A batch has several."""
    notes = _NOTES.get()
    if notes is not None:
        notes.setdefault("operations", []).append(operation)


def with_access_line(request: Any, answer: Callable[[Any], Response]) -> Response:
    """Return the answer, and write the access line even if there is none."""
    notes: dict[str, Any] = {}
    mark, began, status = _NOTES.set(notes), time.perf_counter(), 500
    try:
        response = answer(request)
        status = response.status_code
        return response
    finally:
        _NOTES.reset(mark)
        measured = {"status": status, "milliseconds": _milliseconds(began)}
        log.info(MESSAGE, extra={**_route_of(request), **notes, **measured})


def _route_of(request: Any) -> dict[str, str]:
    context = request.context
    return {
        "request_id": context.get("requestId", ""),
        "method": request.method,
        "route": context.get("resourcePath", ""),
    }


def _milliseconds(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 1)
