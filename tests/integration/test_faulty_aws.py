"""Whole exports over the real adapters, against an AWS that throttles, fails and loses answers."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.adapters.aws.clients import client
from chalicelib.adapters.catalog.item import make_item
from chalicelib.adapters.catalog.source import DynamoCatalogSource
from chalicelib.adapters.catalog.writer import CatalogWriter
from chalicelib.adapters.event_bus import EventBridgeBus
from chalicelib.adapters.export_files.file_models import ExportFileItem
from chalicelib.adapters.export_files.store import DynamoExportFileStore
from chalicelib.adapters.file_store import S3FileStore
from chalicelib.adapters.mailer import SesMailer
from chalicelib.adapters.queue import SqsQueue
from chalicelib.catalog.documents import records_of
from chalicelib.domain.export_file import DueFor, ExportFile, JobStatus
from chalicelib.domain.export_list import ListFilter, ListRequest
from chalicelib.domain.message import ExportMessage
from chalicelib.errors import Unavailable
from chalicelib.exports.registry import EXPORT_TYPES
from chalicelib.formats.registry import FileType
from chalicelib.services.work.bury_message import bury_message
from chalicelib.services.work.recover_exports import recover_exports
from chalicelib.services.work.work_export import work_export
from tests.factories import Service, make_product, make_settings
from tests.faulty_aws import FaultyAws, make_faulty

pytestmark = pytest.mark.long

SEEDS = range(int(os.environ.get("AWS_FAULT_RUNS", "6")))
MAX_RECEIVES = 5
MAX_ROUNDS = 400
ROWS = "".join(f"{make_product(n)['id']},Product {n}\r\n" for n in (1, 2, 501, 502))
FILE = f"id,name\r\n{ROWS}".encode()
EVERYTHING = ListRequest(
    shop="default", filter=ListFilter(export_types=frozenset(EXPORT_TYPES)), size=100
)


@pytest.fixture
def service(dynamodb: Any) -> Service:
    """The service on its real adapters, with four products in two buckets and its own clock."""
    client("s3").create_bucket(Bucket="exports")
    client("ses").verify_email_identity(EmailAddress="from@shop.example")
    url = client("sqs").create_queue(QueueName="exports", Attributes={"VisibilityTimeout": "0"})[
        "QueueUrl"
    ]
    for bucket in (0, 1):
        documents = [
            record
            for n in (1, 2)
            for record in records_of("products", make_product(bucket * 500 + n))
        ]
        items = [
            make_item("default", "products", record.number, record.document) for record in documents
        ]
        CatalogWriter("Catalog").replace_bucket("default", "products", bucket, items, None)
    return Service(
        settings=make_settings(segment_records=2, export_queue_url=url),
        store=DynamoExportFileStore("ExportFiles", "ExportEvents"),  # type: ignore[arg-type]
        source=DynamoCatalogSource("Catalog"),  # type: ignore[arg-type]
        files=S3FileStore("exports"),  # type: ignore[arg-type]
        queue=SqsQueue(url),  # type: ignore[arg-type]
        mailer=SesMailer("from@shop.example"),  # type: ignore[arg-type]
        bus=EventBridgeBus("default"),  # type: ignore[arg-type]
    )


def live(service: Service, aws: FaultyAws, file_type: FileType) -> None:
    """Ask for an export, then work and wait in turns until nothing is left to do."""
    attempt(aws, lambda: service.request(parameters={"fields": ["NAME"]}, file_type=file_type))
    for round_ in range(MAX_ROUNDS):
        aws.share = 0.0 if round_ > 100 else aws.share
        if not deliver(service, aws) and calm():
            return
        service.clock.advance(10)
        attempt(aws, lambda: recover_exports(service.worker))
    raise AssertionError("The exports never end.")


def deliver(service: Service, aws: FaultyAws) -> bool:
    """Hand out what waits in the queue; whether there was anything."""
    sqs, url = client("sqs"), service.settings.export_queue_url
    wanted = {
        "QueueUrl": url,
        "MaxNumberOfMessages": 10,
        "AttributeNames": ["ApproximateReceiveCount"],
    }
    messages = sqs.receive_message(**wanted).get("Messages", [])
    for message in messages:
        if attempt(aws, lambda message=message: handle(service, message)):  # type: ignore[misc]
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return bool(messages)


def handle(service: Service, message: Any) -> None:
    if int(message["Attributes"]["ApproximateReceiveCount"]) > MAX_RECEIVES:
        bury_message(service.worker, message["Body"])
    else:
        work_export(service.worker, ExportMessage.from_json(json.loads(message["Body"])))


def attempt(aws: FaultyAws, act: Callable[[], Any]) -> bool:
    """Whether it came to its end; nothing but Unavailable may come out of the service."""
    with aws.failing():
        try:
            act()
        except Unavailable:
            return False
        return True


def calm() -> bool:
    """Whether no job waits for anything but its expiry."""
    # Moto takes 80 ms to answer with whole items.
    items = ExportFileItem.scan(attributes_to_get=["status", "due_for"])
    return all(item.due_for == DueFor.EXPIRY for item in items if item.status)


@pytest.mark.parametrize("file_type", FileType)
@pytest.mark.parametrize("seed", SEEDS)
def test_an_export_ends_whole_or_with_a_sentence(
    service: Service, monkeypatch: pytest.MonkeyPatch, seed: int, file_type: FileType
) -> None:
    aws = make_faulty(monkeypatch, seed, share=(0.05, 0.2, 0.4)[seed % 3])
    live(service, aws, file_type)
    assert aws.faults or seed % 3 == 0
    for job in service.store.list(EVERYTHING).exports:
        assert_ended_once(service, job)
        if job.status is JobStatus.SUCCESS:
            content = b"".join(service.files.read(job.file_key or ""))
            assert (len(content), job.row_count) == (job.file_size_bytes, 4)
            assert job.segments_done == {0, 1}
            assert file_type is not FileType.CSV or content == FILE
        else:
            assert (job.message or "").endswith(".")


def assert_ended_once(service: Service, job: ExportFile) -> None:
    """Check that an export has one terminal event and no object or upload beside its file."""
    events = service.store.find_events(job.shop, job.id)
    # Further attempts are pending events that say why.
    counted = Counter(event.type.value for event in events if " try: " not in event.message)
    assert max(counted.values()) == 1
    assert (counted["EXPORT_SUCCESS"], counted["EXPORT_FAILED"]) in ((1, 0), (0, 1))
    assert service.files.find_keys(job.prefix) == ((job.file_key,) if job.file_key else ())
    assert not client("s3").list_multipart_uploads(Bucket="exports").get("Uploads")


def test_without_faults_the_export_succeeds(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    live(service, make_faulty(monkeypatch, 0, share=0.0), FileType.CSV)
    assert [job.status for job in service.store.list(EVERYTHING).exports] == [JobStatus.SUCCESS]


def test_a_rare_fault_does_not_fail_an_export(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    live(service, make_faulty(monkeypatch, 3, share=0.05), FileType.CSV)
    assert [job.status for job in service.store.list(EVERYTHING).exports] == [JobStatus.SUCCESS]
