"""Shops are walls.

What AWS is asked for, whole exports long, lies under a key that begins with the shop.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from botocore.awsrequest import AWSRequest

from chalicelib.adapters.aws.clients import client
from chalicelib.adapters.catalog.item import make_item
from chalicelib.adapters.catalog.source import DynamoCatalogSource
from chalicelib.adapters.catalog.writer import CatalogWriter
from chalicelib.adapters.export_files.store import DynamoExportFileStore
from chalicelib.adapters.file_store import S3FileStore
from chalicelib.catalog.documents import records_of
from chalicelib.domain.export_event import Download
from chalicelib.domain.export_file import DueFor, JobStatus
from chalicelib.domain.export_list import ListFilter, ListRequest
from chalicelib.domain.idempotency import IdempotencyKey
from chalicelib.services.work.expire_exports import expire_exports
from chalicelib.services.work.recover_exports import recover_exports
from tests.factories import Service, make_product, make_requestor, make_settings

SHOP = "shop-of-ann"
PARTITION_KEYS = ("shop", "partition", "export_key", "request_key", "status_list", "person_list")
# The index of what is due is the schedule's: no request reaches it.
OF_THE_SCHEDULE = {due_for.value for due_for in DueFor}
TABLES = {"ExportFiles", "ExportEvents", "ExportLists", "Catalog", "Idempotency"}


@pytest.fixture
def service(dynamodb: Any) -> Service:
    client("s3").create_bucket(Bucket="exports")
    records = [record for n in (1, 2, 501) for record in records_of("products", make_product(n))]
    for bucket in (0, 1):
        items = [
            make_item(SHOP, "products", one.number, one.document)
            for one in records
            if one.number // 500 == bucket
        ]
        CatalogWriter("Catalog").replace_bucket(SHOP, "products", bucket, items, None)
    return Service(
        settings=make_settings(segment_records=1),
        store=DynamoExportFileStore("ExportFiles", "ExportEvents"),  # type: ignore[arg-type]
        source=DynamoCatalogSource("Catalog"),  # type: ignore[arg-type]
        files=S3FileStore("exports"),  # type: ignore[arg-type]
    )


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[AWSRequest]:
    """Every request that goes to AWS from now on."""
    from moto.core.botocore_stubber import BotocoreStubber

    requests: list[Any] = []
    ordinary = BotocoreStubber.__call__

    def answer(stubber: Any, event_name: str, request: Any, **given: Any) -> Any:
        requests.append(request)
        return ordinary(stubber, event_name, request, **given)

    monkeypatch.setattr(BotocoreStubber, "__call__", answer)
    return requests


def partitions(value: Any) -> Iterator[str]:
    """The partition keys in a request to DynamoDB: of items and keys, and of conditions on keys."""
    if isinstance(value, list):
        for one in value:
            yield from partitions(one)
    elif isinstance(value, dict):
        yield from (
            value[name]["S"] for name in PARTITION_KEYS if isinstance(value.get(name), dict)
        )
        if "KeyConditionExpression" in value:
            placeholder = value["KeyConditionExpression"].partition("=")[2].split()[0].strip("()")
            yield value["ExpressionAttributeValues"][placeholder]["S"]
        for one in value.values():
            yield from partitions(one)


def live(service: Service) -> None:
    """An export that is made, listed, fetched, and goes when its time is over."""
    ann = make_requestor(shop=SHOP)
    job = service.request(requestor=ann, parameters={"fields": ["NAME"]})
    service.work()
    job = service.job(job)
    assert (job.status, job.row_count) == (JobStatus.SUCCESS, 3)
    now = service.clock.now()
    key = IdempotencyKey(text=f"{SHOP}#key", fingerprint="f", expires_at=now)
    service.store.find_replay(key, now)
    service.store.list(
        ListRequest(shop=SHOP, filter=ListFilter(export_types=frozenset({"products"})), size=10)
    )
    service.store.record_download(job, Download(date=now, id="one"))
    service.store.record_links([(job, Download(date=now, until=now))], "ann")
    service.store.find_links([job], "ann")
    service.store.find_downloads(SHOP, job.id, 10)
    service.store.find_events(SHOP, job.id)
    service.clock.advance(service.settings.retention_seconds + 1)
    recover_exports(service.worker)
    expire_exports(service.worker)
    assert service.job(job).status is JobStatus.DELETED


def test_every_partition_that_is_used_begins_with_the_shop(
    service: Service, asked: list[AWSRequest]
) -> None:
    live(service)
    bodies = [json.loads(request.body) for request in asked if "dynamodb" in request.url]
    used = [set(partitions(body)) for body in bodies]
    assert all(used)
    assert {table for table in TABLES if any(table in str(body) for body in bodies)} == TABLES
    strange = {one for one in set().union(*used) if one != SHOP and not one.startswith(f"{SHOP}#")}
    assert strange == OF_THE_SCHEDULE


def object_keys(request: AWSRequest) -> set[str]:
    """The keys, or the prefix of keys, that a request to S3 is about."""
    url = urlsplit(request.url)
    in_path = unquote(url.path).removeprefix("/exports").strip("/")
    in_body = (
        re.findall("<Key>(.*?)</Key>", request.body.decode())
        if isinstance(request.body, bytes)
        else []
    )
    return {in_path, *parse_qs(url.query).get("prefix", []), *in_body} - {""}


def test_every_object_lies_below_its_shop(service: Service, asked: list[AWSRequest]) -> None:
    live(service)
    used = [object_keys(request) for request in asked if "dynamodb" not in request.url]
    assert used
    assert all(used)
    assert all(key.startswith(f"exports/{SHOP}/") for key in set().union(*used))
