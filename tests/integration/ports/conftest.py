"""Every implementation of a port, each of which has to behave the same."""

from __future__ import annotations

import pytest

from chalicelib.adapters.export_file_store import DynamoExportFileStore
from chalicelib.adapters.use_counter import DynamoUseCounter
from chalicelib.domain.ports import ExportFileStore, UseCounter
from tests.fake_export_store import FakeExportFileStore
from tests.fake_use_counter import FakeUseCounter


@pytest.fixture(params=["fake", "dynamodb"])
def store(request: pytest.FixtureRequest) -> ExportFileStore:
    """The store of jobs: the fake, and the adapter on a simulated DynamoDB."""
    if request.param == "fake":
        return FakeExportFileStore()
    request.getfixturevalue("dynamodb")
    return DynamoExportFileStore("ExportFiles", "ExportEvents")


@pytest.fixture(params=["fake", "dynamodb"])
def uses(request: pytest.FixtureRequest) -> UseCounter:
    """The counter of uses: the fake, and the adapter on a simulated DynamoDB."""
    if request.param == "fake":
        return FakeUseCounter()
    request.getfixturevalue("dynamodb")
    return DynamoUseCounter("Idempotency")
