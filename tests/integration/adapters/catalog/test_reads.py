"""How DynamoDB is asked: from the leader, page by page, and again for keys that it left out."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from botocore.awsrequest import AWSRequest

from chalicelib.adapters.aws.clients import client
from chalicelib.adapters.catalog.lean_dynamodb import make_lean_client
from chalicelib.adapters.catalog.source import DynamoCatalogSource
from chalicelib.adapters.catalog.writer import CatalogWriter
from chalicelib.adapters.export_files.relisting import relist_exports
from chalicelib.adapters.export_files.store import DynamoExportFileStore
from chalicelib.adapters.shops.mark_store import DynamoMarkStore
from chalicelib.adapters.shops.store import DynamoShopStore
from chalicelib.adapters.shops.table import INSTALLATION
from chalicelib.catalog.kinds import VOUCHER_CODES_BY_ID
from chalicelib.domain.export_file import JobStatus, planned
from chalicelib.domain.export_list import SortField
from chalicelib.domain.segment import Bucket
from chalicelib.domain.sync import SyncState
from chalicelib.domain.transitions import retry
from chalicelib.errors import Unavailable
from tests.fakes import START
from tests.integration.ports.jobs import LATER, PLAN, add, make_list_request, make_segment
from tests.integration.ports.sources import StoredCatalog
from tests.integration.ports.test_jobs import make_key
from tests.integration.ports.test_shops import make_shop
from tests.wrapped_calls import Call, note_calls, wrap_calls

pytestmark = pytest.mark.usefixtures("dynamodb")
READS = (b"GetItem", b"BatchGetItem", b"Query", b"Scan")


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The reads of items from now on. Reads of global indexes cannot be consistent."""
    found: list[dict[str, Any]] = []
    listen(monkeypatch, READS, lambda body: found.extend(_parts(body)))
    return found


def listen(
    monkeypatch: pytest.MonkeyPatch,
    operations: tuple[bytes, ...],
    hear: Callable[[dict[str, Any]], None],
) -> None:
    """Hear the bodies of these requests from now on."""
    from moto.core.botocore_stubber import BotocoreStubber

    ordinary = BotocoreStubber.__call__

    def answer(stubber: Any, event_name: str, request: AWSRequest, **given: Any) -> Any:
        if request.headers.get("X-Amz-Target", b"").rpartition(b".")[2] in operations:
            hear(json.loads(request.body))
        return ordinary(stubber, event_name, request, **given)

    monkeypatch.setattr(BotocoreStubber, "__call__", answer)


def _parts(body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if "IndexName" not in body:
        yield from body["RequestItems"].values() if "RequestItems" in body else [body]


def is_consistent(read: dict[str, Any]) -> bool:
    return read.get("ConsistentRead") is True


def test_jobs_are_read_from_the_leader(reads: list[dict[str, Any]]) -> None:
    store = DynamoExportFileStore("ExportFiles", "ExportEvents")
    job = add(store, ids=tuple(f"UHJvZHVjdDo{number:05d}" for number in range(5_000)))
    store.update(job, planned(job, PLAN))
    store.record_segment(job, make_segment(0), due_at=LATER)
    store.claim_segment(job, 1, owner="one", now=START, until=LATER)
    store.find_claim(job, 1)
    store.find_segments(job)
    store.find_events("default", job.id)
    store.find_downloads("default", job.id, 5)
    store.find_replay(make_key(), START)
    assert len(reads) > 6
    assert all(map(is_consistent, reads))


def test_lists_and_counts_are_read_from_the_leader(reads: list[dict[str, Any]]) -> None:
    store = DynamoExportFileStore("ExportFiles", "ExportEvents")
    add(store)
    reads.clear()
    store.list(make_list_request(count=True))
    store.list(make_list_request(filter={"user": "ann"}))
    store.count_pending("default")
    store.count_days("default", frozenset({"products"}), date.min, date.max)
    assert len(reads) > 5
    assert all(map(is_consistent, reads))


def test_entries_of_exports_are_read_from_the_leader_before_they_are_corrected(
    reads: list[dict[str, Any]],
) -> None:
    add(DynamoExportFileStore("ExportFiles", "ExportEvents"))
    relist_exports()
    assert [is_consistent(read) for read in reads if "Keys" in read] == [True]


def test_shops_and_marks_are_read_from_the_leader(reads: list[dict[str, Any]]) -> None:
    shops, marks = DynamoShopStore("Shops"), DynamoMarkStore("Marks")
    shops.save(make_shop("north"))
    shops.find_state("north", "products")
    shops.list_all()
    shops.remove("north")
    marks.find("north", "products", 5)
    marks.has_older("north", "products", START)
    assert len(reads) == 5
    assert all(map(is_consistent, reads))


def test_records_are_read_from_the_leader_where_no_count_shows_that_a_replica_lags(
    reads: list[dict[str, Any]],
) -> None:
    StoredCatalog().add("products", [1])
    source = DynamoCatalogSource("Catalog")
    reads.clear()
    assert [len(page) for page in source.read_buckets("default", "products", [Bucket(0, 0)])] == [1]
    assert [len(page) for page in source.read_buckets("default", "products", [Bucket(0, 1)])] == [1]
    assert list(map(is_consistent, reads)) == [True, False]


def test_records_that_a_replica_lacks_are_read_from_the_leader(reads: list[dict[str, Any]]) -> None:
    source = DynamoCatalogSource("Catalog")
    assert list(source.read_numbers("default", "products", [1])) == []
    assert list(source.read_numbers("default", VOUCHER_CODES_BY_ID, [1])) == []
    assert list(source.read_buckets("default", "products", [Bucket(0, 1)])) == []
    assert list(map(is_consistent, reads)) == [False, True, True, True, False, True, True]


def test_a_list_of_one_status_reads_no_other() -> None:
    store = DynamoExportFileStore("ExportFiles", "ExportEvents")
    asked = note_calls(client("dynamodb"))
    wanted = {"status": JobStatus.FAILED, "export_types": frozenset({"products"})}
    store.list(make_list_request(sort=SortField.STATUS, filter=wanted))
    assert len(asked) == 1


def test_the_installation_of_a_shop_is_removed_last() -> None:
    shops = DynamoShopStore("Shops")
    shops.save(make_shop("north"))
    shops.save_state(SyncState(shop="north", kind="products"))
    removed = note_calls(client("dynamodb"), "DeleteItem")
    shops.remove("north")
    assert [params["Key"]["item"]["S"] for _, params in removed] == [
        "sync#products",
        "slots",
        INSTALLATION,
    ]


def test_directories_are_read_from_the_leader(reads: list[dict[str, Any]]) -> None:
    DynamoCatalogSource("Catalog").find_buckets("default", "products")
    CatalogWriter("Catalog").find_directory("default", "products")
    assert len(reads) == 2
    assert all(map(is_consistent, reads))


def short_of(limit: int) -> Any:
    """A client whose queries end after so many items, as those of a megabyte do."""

    def shorten(call: Call, operation: str, params: Any) -> Any:
        return call(operation, {**params, "Limit": limit})

    return wrap_calls(make_lean_client(), shorten)


@pytest.mark.parametrize("limit", [1, 2, 5, 6])
def test_every_page_of_a_bucket_and_of_a_directory_is_read(limit: int) -> None:
    StoredCatalog().add("products", [1, 2, 3, 4, 5, 501, 1_001])
    source = DynamoCatalogSource("Catalog", lambda: short_of(limit))
    buckets = source.find_buckets("default", "products")
    pages = source.read_buckets("default", "products", buckets)
    assert [one.records for one in buckets] == [5, 1, 1]
    assert sum(map(len, pages)) == 7


class FakeForgetfulDynamoDB:
    """Answers for the first keys of a batch and leaves the others unprocessed."""

    def __init__(self, taken: int) -> None:
        self._client = make_lean_client()
        self._taken = taken

    def batch_get_item(self, RequestItems: dict[str, Any]) -> Any:  # noqa: N803
        [(table, wanted)] = RequestItems.items()
        keys = wanted["Keys"]
        asked = {table: {**wanted, "Keys": keys[: self._taken] or keys[:1]}}
        answer = self._client.batch_get_item(RequestItems=asked)
        if left := keys[self._taken :]:
            answer["Page"].UnprocessedKeys = {table: {**wanted, "Keys": left}}
        return answer


def test_keys_that_dynamodb_left_out_are_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(random, "uniform", lambda low, high: 0)
    StoredCatalog().add("products", range(10))
    source = DynamoCatalogSource("Catalog", lambda: FakeForgetfulDynamoDB(3))
    [page] = source.read_numbers("default", "products", range(10))
    assert [json.loads(document)["number"] for document in page] == list(range(10))


def test_keys_that_dynamodb_always_leaves_out_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(random, "uniform", lambda low, high: 0)
    source = DynamoCatalogSource("Catalog", lambda: FakeForgetfulDynamoDB(0))
    with pytest.raises(Unavailable, match="throttled"):
        list(source.read_numbers("default", "products", [1]))


def test_the_worker_stores_an_event_alone_with_the_permissions_it_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[dict[str, Any]] = []
    store = DynamoExportFileStore("ExportFiles", "ExportEvents")
    job = add(store)
    listen(monkeypatch, (b"TransactWriteItems",), asked.append)
    store.save(replace(retry(job, "Interrupted", attempt=1, most=3, now=START), after=job))
    [body] = asked
    # A check of an item would need a permission of its own.
    assert sorted(kind for write in body["TransactItems"] for kind in write) == ["Put", "Update"]
