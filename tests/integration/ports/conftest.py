"""Every implementation of a port, each of which has to behave the same."""

from __future__ import annotations

import pytest

from chalicelib.adapters.export_file_store import DynamoExportFileStore
from chalicelib.domain.ports import ExportFileStore
from tests.fake_export_store import FakeExportFileStore


@pytest.fixture(params=["fake", "dynamodb"])
def store(request: pytest.FixtureRequest) -> ExportFileStore:
    """The store of jobs: the fake, and the adapter on a simulated DynamoDB."""
    if request.param == "fake":
        return FakeExportFileStore()
    request.getfixturevalue("dynamodb")
    return DynamoExportFileStore("ExportFiles", "ExportEvents")
