"""What a list of exports costs in a shop with a long history."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.adapters.export_file_items import job_attributes
from chalicelib.adapters.export_file_models import ExportFileItem
from chalicelib.adapters.export_file_store import DynamoExportFileStore
from chalicelib.adapters.export_list_query import list_exports
from chalicelib.domain.export_list import ListFilter, ListPage, ListRequest
from chalicelib.domain.transitions import create
from chalicelib.exports.registry import EXPORT_TYPES
from tests.factories import make_request, make_requestor
from tests.fakes import START

JOBS = 2_000


@dataclass
class Reads:
    """The reads that DynamoDB was asked for, by operation, and the items that queries looked at."""

    operations: list[str] = field(default_factory=list)
    indexes: set[str | None] = field(default_factory=set)
    scanned: int = 0

    def note(self, operation: str, arguments: dict[str, Any], answer: dict[str, Any]) -> None:
        self.operations.append(operation)
        if operation == "Query":
            self.indexes.add(arguments.get("IndexName"))
            self.scanned += answer["ScannedCount"]


@pytest.fixture
def reads(dynamodb: Any, monkeypatch: pytest.MonkeyPatch) -> Reads:
    """A shop with a long history, and the reads made from now on."""
    DynamoExportFileStore("ExportFiles", "ExportEvents")
    add_history()
    found = Reads()
    connection = ExportFileItem._get_connection().connection
    make = connection._make_api_call

    def noted(operation: str, arguments: dict[str, Any], *more: Any, **named: Any) -> Any:
        answer = make(operation, arguments, *more, **named)
        found.note(operation, arguments, answer)
        return answer

    monkeypatch.setattr(connection, "_make_api_call", noted)
    return found


def add_history() -> None:
    first = create(
        request=make_request(),
        requestor=make_requestor(),
        file_name="products.csv",
        now=START,
        retention_seconds=60,
    ).after
    with ExportFileItem.batch_write() as batch:
        for number in range(JOBS):
            at = START + timedelta(minutes=number)
            job = replace(first, id=f"{number:08d}", created_at=at, updated_at=at)
            batch.save(ExportFileItem(job.shop, job.id, **job_attributes(job)))


def page(*, size: int = 20, count: bool = False, **filtered: Any) -> ListPage:
    wanted = ListFilter(**{"export_types": frozenset(EXPORT_TYPES), **filtered})
    return list_exports(
        ListRequest(shop="default", filter=wanted, size=size, descending=True, count=count)
    )


def test_a_page_looks_at_little_more_than_it_shows(reads: Reads) -> None:
    found = page()
    assert [job.id for job in found.exports] == [
        f"{number:08d}" for number in range(JOBS - 1, JOBS - 21, -1)
    ]
    assert found.has_next
    assert sorted(reads.operations) == ["BatchGetItem", "Query"]
    assert reads.indexes == {ExportFileItem.by_created_at.Meta.index_name}
    assert reads.scanned <= 21


def test_a_count_looks_at_the_index_once_and_at_nothing_else(reads: Reads) -> None:
    assert page(size=0, count=True).total == JOBS
    assert set(reads.operations) == {"Query"}
    assert None not in reads.indexes
    assert reads.scanned <= JOBS + 1


@pytest.mark.parametrize(
    "filtered", [{"user": "nobody"}, {"export_types": frozenset({"gift_cards"})}]
)
def test_what_few_exports_pass_is_looked_for_in_large_steps(
    reads: Reads, filtered: dict[str, Any]
) -> None:
    assert page(size=1, **filtered).exports == ()
    assert len(reads.operations) <= JOBS // 500 + 1


def test_a_filtered_page_ends_when_it_is_full(reads: Reads) -> None:
    found = page(size=1, created_from=START)
    assert [job.id for job in found.exports] == [f"{JOBS - 1:08d}"]
    assert found.has_next
    assert sorted(reads.operations) == ["BatchGetItem", "Query"]
