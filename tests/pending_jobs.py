"""Jobs as they are created."""

from __future__ import annotations

from typing import Any

from chalicelib.domain.export_file import ExportFile
from chalicelib.domain.transitions import create
from tests.factories import make_request, make_requestor
from tests.fakes import START


def make_pending(**given: Any) -> ExportFile:
    """A job that no worker has claimed yet. Its file is kept for an hour."""
    usual = {
        "request": make_request(),
        "requestor": make_requestor(),
        "file_name": "f.csv",
        "now": START,
        "retention_seconds": 3600,
    }
    return create(**{**usual, **given}).after
