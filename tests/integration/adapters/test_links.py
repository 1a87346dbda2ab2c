"""Links to files are on record before they are handed out, whatever DynamoDB answers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.adapters.aws.clients import client
from chalicelib.adapters.export_files.store import DynamoExportFileStore
from chalicelib.domain.export_event import Download
from chalicelib.domain.export_file import ExportFile
from chalicelib.errors import Unavailable
from tests.factories import ANN
from tests.integration.ports.jobs import LATER, add_finished
from tests.wrapped_calls import Call, wrap_calls

LINK = Download(date=LATER, until=LATER + timedelta(minutes=5), user=ANN)


@pytest.fixture
def store(dynamodb: Any) -> DynamoExportFileStore:
    return DynamoExportFileStore("ExportFiles", "ExportEvents")


@pytest.fixture
def jobs(store: DynamoExportFileStore) -> list[ExportFile]:
    return [add_finished(store, minute=number / 100) for number in range(30)]


def leave_items(times: int) -> list[int]:
    """Let DynamoDB leave the last item of so many batches; return how many items each had."""
    sizes: list[int] = []

    def ask(call: Call, operation: str, params: Any) -> Any:
        if operation != "BatchWriteItem":
            return call(operation, params)
        [(table, items)] = params["RequestItems"].items()
        sizes.append(len(items))
        left = items[-1:] if len(sizes) <= times else []
        taken = items[: len(items) - len(left)]
        if taken:
            call(operation, {"RequestItems": {table: taken}})
        return {"UnprocessedItems": {table: left} if left else {}}

    wrap_calls(client("dynamodb"), ask)
    return sizes


def test_the_links_of_a_page_are_written_in_batches(
    store: DynamoExportFileStore, jobs: list[ExportFile]
) -> None:
    sizes = leave_items(0)
    store.record_links([(job, LINK) for job in jobs], ANN.id)
    assert sizes == [25, 25, 10]


def test_an_item_that_dynamodb_leaves_is_written_again(
    store: DynamoExportFileStore, jobs: list[ExportFile]
) -> None:
    leave_items(1)
    store.record_links([(job, LINK) for job in jobs], ANN.id)
    assert store.find_links(jobs, ANN.id).keys() == {job.id for job in jobs}


def test_links_that_dynamodb_does_not_take_are_an_error(
    store: DynamoExportFileStore, jobs: list[ExportFile]
) -> None:
    leave_items(100)
    with pytest.raises(Unavailable):
        store.record_links([(job, LINK) for job in jobs], ANN.id)


def test_the_end_of_a_link_is_removed_once_it_is_over(
    store: DynamoExportFileStore, jobs: list[ExportFile], dynamodb: Any
) -> None:
    store.record_links([(jobs[0], LINK)], ANN.id)
    [latest] = [
        item
        for item in dynamodb.scan(TableName="ExportEvents")["Items"]
        if item["export_key"]["S"].endswith("#links")
    ]
    assert LINK.until is not None
    assert latest["forget_at_epoch"] == {"N": str(int(LINK.until.timestamp()))}
