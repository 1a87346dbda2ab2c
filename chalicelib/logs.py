"""Structured logs: one JSON object a line, with the fields of `extra`.

A line never holds a token, a gift card code, a row, a link or an address. Lines that
`chalicelib.metrics` lists are metrics at the same time.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final

from chalicelib.domain.export_file import ExportFile
from chalicelib.metrics import embedded_metrics

LOGGER: Final = "waybill"
# Lambda adds `aws_request_id` to every record; our lines have it as `request_id`.
_STANDARD: Final = frozenset(vars(logging.makeLogRecord({}))) | {
    "message",
    "asctime",
    "aws_request_id",
}
_ABOUT: ContextVar[Mapping[str, Any]] = ContextVar("about", default=MappingProxyType({}))


@contextmanager
def about(**fields: Any) -> Iterator[None]:
    """Put these fields on every line that is logged inside the block, except empty ones."""
    mark = _ABOUT.set({**_ABOUT.get(), **{name: value for name, value in fields.items() if value}})
    try:
        yield
    finally:
        _ABOUT.reset(mark)


def about_export(job: ExportFile) -> AbstractContextManager[None]:
    """Put an export's id, shop, type and requestor on every line inside the block."""
    return about(
        export_id=job.id,
        shop=job.shop,
        export_type=job.request.export_type,
        requestor_id=job.requestor_id,
    )


class JsonFormatter(logging.Formatter):
    """Formats a record as one line of JSON. `always` are fields that each line has."""

    def __init__(self, **always: str) -> None:
        super().__init__()
        self._always = {name: value for name, value in always.items() if value}

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line of JSON."""
        extra = {name: value for name, value in vars(record).items() if name not in _STANDARD}
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "message": record.getMessage(),
            **self._always,
            **_ABOUT.get(),
            **extra,
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line | embedded_metrics(line, int(record.created * 1000)), default=str)


def set_up_logs(level: str, *, stage: str = "", function: str = "") -> None:
    """Let the service's logger write JSON lines to stderr; every line names stage and function."""
    logger = logging.getLogger(LOGGER)
    logger.setLevel(level)
    # A warm container runs this again; a second handler would write each line twice.
    if not logger.handlers:
        handler = logging.StreamHandler()
        handler.setFormatter(JsonFormatter(stage=stage, function=function))
        logger.addHandler(handler)
        # Lambda's own handler on the root logger would write the line again, as text.
        logger.propagate = False
