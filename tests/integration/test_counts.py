"""How much an export asks of AWS: requests and read units. Both cost money and time."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from moto.core.botocore_stubber import BotocoreStubber

from benchmarks.measures import read_units_a_product
from chalicelib.adapters.aws.clients import client
from chalicelib.adapters.catalog.source import DynamoCatalogSource
from chalicelib.adapters.event_bus import EventBridgeBus
from chalicelib.adapters.export_files.store import DynamoExportFileStore
from chalicelib.adapters.file_store import S3FileStore
from chalicelib.bootstrap import make_worker
from chalicelib.domain.segment import Bucket, BucketRange
from chalicelib.services.work.work_export import work_export
from tests.factories import Service, make_settings
from tests.integration.ports.sources import ROBOT, StoredCatalog

MAX_READ_UNITS_PER_PRODUCT = 0.025


@pytest.fixture
def requests(dynamodb: Any, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """The requests from now on, by operation, those to S3 by method."""
    client("s3").create_bucket(Bucket="exports")
    found: Counter[str] = Counter()
    ordinary = BotocoreStubber.__call__

    def answer(stubber: Any, event_name: str, request: Any, **given: Any) -> Any:
        target = request.headers.get("X-Amz-Target", request.method.encode())
        found[target.decode().rpartition(".")[2]] += 1
        return ordinary(stubber, event_name, request, **given)

    monkeypatch.setattr(BotocoreStubber, "__call__", answer)
    return found


SMALL_EXPORT = {
    "GetItem": 1,
    "UpdateItem": 2,
    "Query": 2,
    "PUT": 1,
    "TransactWriteItems": 2,
    "PutEvents": 1,
}
# The job, and two looks whether the shop is connected: before it begins, and for the plan.
NO_CARDS = SMALL_EXPORT | {"GetItem": 3, "Query": 1}


def make_service(segment_records: int = 1_000) -> Service:
    """The service on simulated AWS."""
    return Service(
        settings=make_settings(segment_records=segment_records),
        store=DynamoExportFileStore("ExportFiles", "ExportEvents"),  # type: ignore[arg-type]
        source=DynamoCatalogSource("Catalog"),  # type: ignore[arg-type]
        files=S3FileStore("exports"),  # type: ignore[arg-type]
        bus=EventBridgeBus("default"),  # type: ignore[arg-type]
    )


def test_a_small_export_makes_nine_requests(requests: Counter[str]) -> None:
    StoredCatalog().add("products", [1, 2])
    service = make_service()
    service.request(parameters={"fields": ["NAME"]})
    requests.clear()
    service.work()
    assert requests == SMALL_EXPORT


def test_an_export_of_no_cards_makes_ten_requests(requests: Counter[str]) -> None:
    service = make_service()
    # An app gets no mail.
    service.request("gift_cards", replace(ROBOT, permissions=frozenset({"MANAGE_GIFT_CARD"})))
    message = service.queue.take()
    assert message is not None
    requests.clear()
    work_export(make_worker(make_settings(export_bucket="exports")), message)
    assert requests == NO_CARDS


def test_a_dictionary_takes_two_requests(requests: Counter[str]) -> None:
    StoredCatalog().add("channels", [1, 2])
    requests.clear()
    DynamoCatalogSource("Catalog").find_dictionary("default", "channels")
    assert requests == {"Query": 2}


def test_a_segment_reads_the_entries_of_its_own_buckets_alone(
    requests: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    StoredCatalog().add("products", [1, 501, 502, 1_001])
    service = make_service(segment_records=1)
    find, parts = service.source.find_buckets, list[BucketRange | None]()

    def note(shop: str, kind: str, within: BucketRange | None = None) -> tuple[Bucket, ...]:
        parts.append(within)
        return find(shop, kind, within)

    monkeypatch.setattr(service.source, "find_buckets", note)
    job = service.request(parameters={"fields": ["NAME"]})
    service.work()
    assert service.job(job).row_count == 4
    # The plan needs the whole directory.
    assert parts == [None, (0, 0), (1, 1), (2, 2)]


def test_a_product_takes_few_read_units() -> None:
    assert read_units_a_product(500) <= MAX_READ_UNITS_PER_PRODUCT
