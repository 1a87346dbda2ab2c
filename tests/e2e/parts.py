"""The parts of a worker in this process, over the deployed service's own tables, queue and bucket.

What a worker does up to the line it dies on is done with them; what follows is up to the deployed
functions.
"""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest

from chalicelib import bootstrap
from chalicelib.adapters.aws.clients import client
from chalicelib.domain.export_file import ExportFile
from chalicelib.domain.global_id import encode_global_id
from chalicelib.domain.message import ExportMessage
from chalicelib.domain.request import ExportRequest
from chalicelib.domain.requestor import Requestor, User
from chalicelib.domain.transitions import create
from chalicelib.formats.registry import FileType
from chalicelib.services.work.worker import Worker
from tests.local_run import LocalRun

OUTPUTS: Final = {
    "EXPORT_FILES_TABLE": "ExportFilesTable",
    "EXPORT_EVENTS_TABLE": "ExportEventsTable",
    "EXPORT_LISTS_TABLE": "ExportListsTable",
    "CATALOG_TABLE": "CatalogTable",
    "EXPORT_QUEUE_URL": "ExportQueue",
    "EXPORT_BUCKET": "ExportBucket",
}
# What the schedule sends.
TICK: Final[dict[str, Any]] = {
    "version": "0",
    "account": "000000000000",
    "region": "us-east-1",
    "detail": {},
    "detail-type": "Scheduled Event",
    "source": "aws.events",
    "time": "2026-11-25T00:00:00Z",
    "id": "one",
    "resources": [],
}
ASKER: Final = User(id="VXNlcjo5OTk=", email="faults@shop.example")
CARDS: Final = ExportRequest(export_type="gift_cards", file_type=FileType.CSV)
PRODUCTS: Final = ExportRequest(
    export_type="products", file_type=FileType.CSV, parameters={"fields": ["VARIANT_ID"]}
)


@contextmanager
def worker_of(service: LocalRun, monkeypatch: pytest.MonkeyPatch) -> Iterator[Worker]:
    """A worker of this process, of leases of no length, until the context is left."""
    known = {
        "AWS_ENDPOINT_URL": service.facts["aws_endpoint_url"],
        "AWS_DEFAULT_REGION": service.facts["aws_region"],
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",  # pragma: allowlist secret
        "SEGMENT_RECORDS": "500",
        **{name: service.facts["outputs"][output] for name, output in OUTPUTS.items()},
    }
    for name, value in known.items():
        monkeypatch.setenv(name, value)
    _forget()
    try:
        made = bootstrap.worker()
        yield replace(made, settings=replace(made.settings, lease_seconds=0))
    finally:
        _forget()


def _forget() -> None:
    for cached in (bootstrap.settings, bootstrap.worker, client):
        cached.cache_clear()


def store_job(worker: Worker, request: ExportRequest = CARDS, minutes_ago: int = 10) -> ExportFile:
    """A pending job that nobody was sent a message for, some minutes old."""
    transition = create(
        request=request,
        requestor=Requestor(shop="default", user=ASKER),
        file_name=f"faults_data_{time.monotonic_ns()}.csv",
        now=datetime.now(UTC) - timedelta(minutes=minutes_ago),
        retention_seconds=worker.settings.retention_seconds,
    )
    worker.store.create(transition)
    return transition.after


def told(service: LocalRun, job: ExportFile) -> list[str]:
    """The events of an export once others have been told of its end, or after 20 seconds."""
    query = "query($id:ID!){exportFile(id:$id){events{type}}}"
    events: list[str] = []
    for _ in range(200):
        found = service.graphql(query, {"id": global_id(job)})["data"]["exportFile"]["events"]
        events = [event["type"] for event in found]
        if any(type_.endswith("_SENT") for type_ in events):
            break
        time.sleep(0.1)
    return events


def global_id(job: ExportFile) -> str:
    return encode_global_id("ExportFile", job.id)


def mails_about(service: LocalRun, text: str) -> int:
    """How many mails hold this text."""
    with urllib.request.urlopen(
        service.facts["aws_endpoint_url"] + "/_ministack/ses/messages"
    ) as answer:
        accounts = json.load(answer)["messages"].values()
    return sum(text in mail["BodyText"] for mails in accounts for mail in mails)


def call(service: LocalRun, function: str) -> None:
    """Run the deployed function of this name, as its schedule does, and wait for its end."""
    functions = service.aws("lambda")
    [name] = [
        one["FunctionName"]
        for one in functions.list_functions()["Functions"]
        if f"-{function}-" in one["FunctionName"]
    ]
    answer = functions.invoke(FunctionName=name, Payload=json.dumps(TICK).encode())
    assert "FunctionError" not in answer, answer["Payload"].read()


def bury(service: LocalRun, message: ExportMessage) -> None:
    """Put a message among the dead letters."""
    url = service.facts["outputs"]["ExportDeadLetters"]
    service.aws("sqs").send_message(QueueUrl=url, MessageBody=json.dumps(message.to_json()))


def drained(service: LocalRun) -> None:
    """Wait until no message waits or is worked on."""
    queues, url = service.aws("sqs"), service.facts["outputs"]["ExportQueue"]
    names: list[Any] = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    for _ in range(300):
        counts = queues.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        if not any(map(int, counts.values())):
            return
        time.sleep(0.1)
    raise AssertionError(f"the queue does not run empty: {counts}")
