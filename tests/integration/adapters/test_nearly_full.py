"""DynamoDB says in its answers how large a shop has become; an alarm counts the warnings."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.client import BaseClient

from chalicelib.adapters.export_file_store import DynamoExportFileStore
from chalicelib.metrics import METRICS
from tests.integration.ports.jobs import add

Requests = list[dict[str, Any]]


@pytest.fixture
def store(dynamodb: Any) -> DynamoExportFileStore:
    return DynamoExportFileStore("ExportFiles", "ExportEvents")


def tell_size(monkeypatch: pytest.MonkeyPatch, gigabytes: float) -> Requests:
    """Let DynamoDB add the size of the shop to answers, as it does; return the requests."""
    ordinary, asked = BaseClient._make_api_call, []
    metrics = {
        "ItemCollectionKey": {"shop": {"S": "default"}},
        "SizeEstimateRangeGB": [gigabytes - 1, gigabytes],
    }

    def ask(client: BaseClient, operation: str, request: Any) -> Any:
        answer = ordinary(client, operation, request)
        if operation == "TransactWriteItems":
            asked.append(request)
            answer["ItemCollectionMetrics"] = {"ExportFiles": [metrics]}
        return answer

    monkeypatch.setattr(BaseClient, "_make_api_call", ask)
    return asked


@pytest.mark.parametrize(("gigabytes", "warned"), [(7, False), (8, True), (10, True)])
def test_a_shop_that_nears_the_limit_is_warned_of(
    store: DynamoExportFileStore,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    gigabytes: float,
    warned: bool,
) -> None:
    requests = tell_size(monkeypatch, gigabytes)
    job = add(store)
    assert store.get("default", job.id) == job
    assert [request["ReturnItemCollectionMetrics"] for request in requests] == ["SIZE"]
    assert caplog.messages == ["shop is nearly full"] * warned


@pytest.mark.parametrize("message", ["shop is nearly full", "shop is full"])
def test_the_warnings_are_what_the_alarm_counts(message: str) -> None:
    assert METRICS[message] == ("shops_full", ())
