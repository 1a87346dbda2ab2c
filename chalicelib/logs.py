"""Structured logs: one JSON object a line, with the fields of `extra`. Never a token, a code, a row or a link.

Lines that `chalicelib.metrics` knows are metrics too: told once, found in the log and on the dashboard.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final

from chalicelib.domain.export_file import ExportFile
from chalicelib.metrics import embedded_metrics

LOGGER: Final = "waybill"
_STANDARD: Final = frozenset(vars(logging.makeLogRecord({}))) | {
    "message",
    "asctime",
    "aws_request_id",
}
_ABOUT: ContextVar[Mapping[str, Any]] = ContextVar("about", default=MappingProxyType({}))


@contextmanager
def about(**fields: Any) -> Iterator[None]:
    """Put these fields on every line that is logged meanwhile; those without a value are left out."""
    mark = _ABOUT.set({**_ABOUT.get(), **{name: value for name, value in fields.items() if value}})
    try:
        yield
    finally:
        _ABOUT.reset(mark)


def about_export(job: ExportFile) -> Any:
    """`about` an export: which one, whose, of what type."""
    return about(
        export_id=job.id,
        shop=job.shop,
        export_type=job.request.export_type,
        requestor_id=job.requestor_id,
    )


class JsonFormatter(logging.Formatter):
    """A record as one line of JSON."""

    def __init__(self, **always: str) -> None:
        super().__init__()
        self._always = {name: value for name, value in always.items() if value}

    def format(self, record: logging.LogRecord) -> str:
        told = {name: value for name, value in vars(record).items() if name not in _STANDARD}
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "message": record.getMessage(),
            **self._always,
            **_ABOUT.get(),
            **told,
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line | embedded_metrics(line, int(record.created * 1000)), default=str)


def set_up_logs(level: str, *, stage: str = "", function: str = "") -> None:
    """Make the service's logger write JSON lines to stderr, once; each says of which stage and function it is."""
    logger = logging.getLogger(LOGGER)
    logger.setLevel(level)
    if not logger.handlers:
        handler = logging.StreamHandler()
        handler.setFormatter(JsonFormatter(stage=stage, function=function))
        logger.addHandler(handler)
        logger.propagate = False
