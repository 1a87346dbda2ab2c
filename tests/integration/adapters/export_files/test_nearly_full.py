"""DynamoDB says in its answers how large a shop has become; an alarm counts the warnings."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.adapters.aws.clients import client
from chalicelib.adapters.export_files.store import DynamoExportFileStore
from chalicelib.metrics import METRICS
from tests.integration.ports.jobs import add
from tests.wrapped_calls import Call, wrap_calls

Requests = list[dict[str, Any]]


@pytest.fixture
def store(dynamodb: Any) -> DynamoExportFileStore:
    return DynamoExportFileStore("ExportFiles", "ExportEvents")


def tell_size(gigabytes: float) -> Requests:
    """Let DynamoDB add the size of the shop to answers, as it does; return the requests."""
    asked: Requests = []
    metrics = {
        "ItemCollectionKey": {"shop": {"S": "default"}},
        "SizeEstimateRangeGB": [gigabytes - 1, gigabytes],
    }

    def ask(call: Call, operation: str, params: Any) -> Any:
        answer = call(operation, params)
        if operation == "TransactWriteItems":
            asked.append(params)
            answer["ItemCollectionMetrics"] = {"ExportFiles": [metrics]}
        return answer

    wrap_calls(client("dynamodb"), ask)
    return asked


@pytest.mark.parametrize(("gigabytes", "warned"), [(7, False), (8, True), (10, True)])
def test_a_shop_that_nears_the_limit_is_warned_of(
    store: DynamoExportFileStore,
    caplog: pytest.LogCaptureFixture,
    gigabytes: float,
    warned: bool,
) -> None:
    requests = tell_size(gigabytes)
    job = add(store)
    assert store.get("default", job.id) == job
    assert [request["ReturnItemCollectionMetrics"] for request in requests] == ["SIZE"]
    assert caplog.messages == ["shop is nearly full"] * warned


@pytest.mark.parametrize("message", ["shop is nearly full", "shop is full"])
def test_the_warnings_are_what_the_alarm_counts(message: str) -> None:
    assert METRICS[message] == ("shops_full", ())
