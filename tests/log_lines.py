"""The lines that the service logs, as CloudWatch gets them."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from chalicelib.logs import LOGGER, JsonFormatter


class Lines(logging.Handler):
    """What was logged, as the lines that CloudWatch gets."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonFormatter(stage="dev"))
        self.lines: list[dict[str, Any]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(json.loads(self.format(record)))

    def of(self, message: str) -> list[dict[str, Any]]:
        return [line for line in self.lines if line["message"] == message]


@contextmanager
def logged_lines() -> Iterator[Lines]:
    """What the service logs inside the context."""
    logger, handler = logging.getLogger(LOGGER), Lines()
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel("INFO")
    yield handler
    logger.removeHandler(handler)
    logger.setLevel(before)
