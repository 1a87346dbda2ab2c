"""The cost of lists in a shop with a long history: it does not grow with the history."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.adapters.aws.clients import client
from chalicelib.adapters.export_files.file_items import job_attributes
from chalicelib.adapters.export_files.file_models import ExportFileItem
from chalicelib.adapters.export_files.list_models import ExportListItem
from chalicelib.adapters.export_files.list_writes import entry_attributes, entry_key
from chalicelib.adapters.export_files.store import DynamoExportFileStore
from chalicelib.domain.export_file import ExportFile, JobStatus
from chalicelib.domain.export_list import ListFilter, ListPage, ListRequest, SortField
from chalicelib.domain.requestor import App
from chalicelib.domain.transitions import create
from chalicelib.exports.registry import EXPORT_TYPES
from tests.factories import ANN, make_app, make_request, make_requestor
from tests.fakes import START
from tests.integration.conftest import create_tables, simulated_aws
from tests.wrapped_calls import Call, wrap_calls

EXPORTS = 1_500
ROBOT = make_app()


@dataclass
class Reads:
    """What DynamoDB was asked for: the operations, and the items that queries have read."""

    operations: list[str] = field(default_factory=list)
    items: int = 0
    betweens: list[dict[str, Any]] = field(default_factory=list)

    def note(self, operation: str, arguments: dict[str, Any], answer: dict[str, Any]) -> None:
        self.operations.append(operation)
        self.items += answer.get("ScannedCount", 0)
        if "BETWEEN" in arguments.get("KeyConditionExpression", ""):
            self.betweens.append(arguments["ExpressionAttributeValues"])


@pytest.fixture(scope="module")
def store() -> Iterator[DynamoExportFileStore]:
    """A shop in which an app has exported every minute; Ann has, twice, long ago.

    The tests only read.
    """
    with simulated_aws():
        create_tables()
        yield filled_store()


def filled_store() -> DynamoExportFileStore:
    store = DynamoExportFileStore("ExportFiles", "ExportEvents")
    with ExportFileItem.batch_write() as jobs, ExportListItem.batch_write() as lists:
        for job in history():
            jobs.save(ExportFileItem(job.shop, job.id, **job_attributes(job)))
            lists.save(ExportListItem(*entry_key(job), **entry_attributes(job)))
    for minute in (-2, -1):
        store.create(make_creation(minute))
    store.create(make_creation(EXPORTS, ROBOT))
    return store


def make_creation(minute: int, app: App | None = None) -> Any:
    return create(
        request=make_request(),
        requestor=make_requestor(user=ANN, app=app),
        file_name="products.csv",
        now=START + timedelta(minutes=minute),
        retention_seconds=60,
    )


def history() -> Iterator[ExportFile]:
    first = make_creation(0, ROBOT).after
    for number in range(EXPORTS):
        at = START + timedelta(minutes=number)
        status = JobStatus.FAILED if number == 5 else JobStatus.SUCCESS
        yield replace(first, id=f"{number:08d}", created_at=at, updated_at=at, status=status)


@pytest.fixture
def reads(store: DynamoExportFileStore) -> Reads:
    """The reads that are made from now on."""
    found = Reads()

    def note(call: Call, operation: str, params: Any) -> Any:
        answer = call(operation, params)
        found.note(operation, params, answer)
        return answer

    wrap_calls(client("dynamodb"), note)
    return found


def page(
    store: DynamoExportFileStore, size: int = 20, *, filtered: dict[str, Any], **given: Any
) -> ListPage:
    wanted = ListFilter(**{"export_types": frozenset(EXPORT_TYPES), **filtered})
    return store.list(
        ListRequest(shop="default", filter=wanted, size=size, **{"descending": True, **given})
    )


def at(minute: int) -> Any:
    return START + timedelta(minutes=minute)


# What is asked for, how many exports are found, and how many items may be read for them.
LISTS: list[tuple[dict[str, Any], dict[str, Any], int, int]] = [
    ({}, {}, 20, 21),
    ({}, {"descending": False}, 20, 21),
    ({}, {"sort": SortField.UPDATED_AT}, 20, 21),
    ({}, {"sort": SortField.STATUS}, 20, 21),
    ({"status": JobStatus.FAILED}, {}, 1, 1),
    ({"status": JobStatus.FAILED}, {"sort": SortField.UPDATED_AT}, 1, 1),
    ({"status": JobStatus.FAILED}, {"sort": SortField.STATUS}, 1, 1),
    ({"export_types": frozenset({"gift_cards"})}, {}, 0, 0),
    ({"user": "ann"}, {}, 2, 4),
    ({"user": "ann"}, {"sort": SortField.UPDATED_AT}, 2, 4),
    ({"user": "ann", "status": JobStatus.SUCCESS}, {}, 0, 4),
    ({"user": "nobody"}, {}, 0, 2),
    ({"app": "robot"}, {}, 20, 23),
    ({"app": "robot", "created_to": at(3)}, {}, 4, 6),
    ({"created_from": at(7), "created_to": at(9)}, {}, 3, 3),
    ({"created_to": at(9)}, {}, 12, 12),
    ({"created_from": at(EXPORTS - 2)}, {"descending": False}, 3, 3),
    ({"updated_from": at(7), "updated_to": at(9)}, {}, 3, 3),
    ({"updated_from": at(7), "updated_to": at(9)}, {"sort": SortField.STATUS}, 3, 3),
    ({"updated_from": at(EXPORTS - 2)}, {"descending": False}, 3, 3),
    ({"updated_from": at(0)}, {}, 20, 1_410),
    ({"app": "robot"}, {"sort": SortField.UPDATED_AT}, 20, 1_410),
]


def test_a_page_reads_little_more_than_it_shows(store: DynamoExportFileStore, reads: Reads) -> None:
    for filtered, given, found, items in LISTS:
        reads.items, reads.operations = 0, []
        assert len(page(store, filtered=filtered, **given).exports) == found, (filtered, given)
        assert reads.items <= items, (filtered, given)
        assert reads.operations.count("BatchGetItem") <= 1


def test_a_page_that_would_read_too_much_ends_early_and_the_next_one_continues(
    store: DynamoExportFileStore, reads: Reads
) -> None:
    rare: dict[str, Any] = {"app": "robot", "status": JobStatus.FAILED}
    seen, pages, position = 0, 0, None
    while pages == 0 or position:
        found = page(store, filtered=rare, after=position)
        seen, pages, position = (
            seen + len(found.exports),
            pages + 1,
            found.end if found.has_next else None,
        )
        assert reads.items <= 1_400 * pages
    assert (seen, pages) == (1, 2)


def test_bounds_that_are_not_in_order_never_reach_dynamodb(
    store: DynamoExportFileStore, reads: Reads
) -> None:
    first, later = f"{at(3).isoformat()}#a", f"{at(9).isoformat()}#a"
    for sort in SortField:
        assert page(store, filtered={}, sort=sort, after=first, before=later).exports == ()
    crossed = {"created_from": at(9), "created_to": at(3)}
    assert page(store, filtered=crossed).exports == ()
    assert reads.betweens == []


def test_the_figures_of_a_page_come_from_counters_and_entries(
    store: DynamoExportFileStore, reads: Reads
) -> None:
    types = frozenset(EXPORT_TYPES)
    assert page(store, 0, filtered={}, count=True).total == 3
    store.count_days("default", types, START.date(), START.date())
    assert reads.items <= 10
    assert len(store.find_recent("default", types, START, 1_001)) == 1_001
    assert (reads.items <= 1_600, set(reads.operations)) == (True, {"Query"})


def test_a_count_that_would_read_too_much_is_not_made(
    store: DynamoExportFileStore, reads: Reads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chalicelib.adapters.export_files.list_counts.MAX_COUNTED", 1_000)
    assert page(store, 0, filtered={"app": "robot"}, count=True).total is None
    assert page(store, 0, filtered={"user": "ann"}, count=True).total == 2
    assert reads.items <= 1_600
