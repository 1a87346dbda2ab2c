from __future__ import annotations

import json
import logging

import pytest

import app
from chalicelib.logs import LOGGER, set_up_logs


def test_a_line_of_the_packaged_app_is_json_with_its_fields(capsys: pytest.CaptureFixture[str]) -> None:
    """Chalice uses the logger of the app's name, which is ours: its own text handler would win."""
    assert app.app.app_name == LOGGER
    logger = logging.getLogger(LOGGER)
    before = logger.handlers[:]
    try:
        set_up_logs("INFO")
        logger.info("export succeeded", extra={"export_id": "e1"})
    finally:
        logger.handlers[:] = before
    [line] = capsys.readouterr().err.splitlines()
    assert json.loads(line) == {"level": "INFO", "message": "export succeeded", "export_id": "e1"}
