"""Jobs and events in DynamoDB: conditional writes, one transaction for a transition and its event."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from pynamodb.connection import Connection
from pynamodb.exceptions import PutError, PynamoDBException, TransactWriteError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib.adapters.aws import error_code
from chalicelib.adapters.export_event_models import (
    ExportEventItem,
    download_item,
    downloads_key,
    event_item,
    events_key,
    read_download,
    read_event,
)
from chalicelib.adapters.export_file_models import (
    ExportFileItem,
    job_attributes,
    read_job,
    read_segment,
    segment_id,
    segment_item,
)
from chalicelib.adapters.export_list_query import list_exports
from chalicelib.adapters.idempotency_item import (
    IdempotencyItem,
    find_replay,
    idempotency_item,
    is_unused,
)
from chalicelib.adapters.item_attributes import write_time
from chalicelib.domain.export_event import Download, ExportEvent
from chalicelib.domain.export_file import DueFor, ExportFile, JobStatus, Transition
from chalicelib.domain.export_list import ListPage, ListRequest
from chalicelib.domain.idempotency import IdempotencyKey, Replay
from chalicelib.domain.segment import SegmentResult
from chalicelib.errors import Conflict, LeaseLost, NotFound, SegmentAlreadyDone, Unavailable

ATTEMPTS: Final = 8
_CONDITION_FAILED: Final = "ConditionalCheckFailed"


class DynamoExportFileStore:
    """`ExportFileStore` over the tables ExportFiles and ExportEvents."""

    def __init__(
        self, files_table: str, events_table: str, idempotency_table: str = "Idempotency"
    ) -> None:
        ExportFileItem.Meta.table_name = files_table
        ExportEventItem.Meta.table_name = events_table
        IdempotencyItem.Meta.table_name = idempotency_table

    def create(self, transition: Transition, key: IdempotencyKey | None = None) -> None:
        job = transition.after
        item = ExportFileItem(job.shop, job.id, **job_attributes(job))

        def write() -> None:
            with self._transaction() as transaction:
                transaction.save(item, condition=ExportFileItem.id.does_not_exist())
                if transition.event:
                    transaction.save(event_item(job, transition.event))
                if key:
                    transaction.save(
                        idempotency_item(key, job.id), condition=is_unused(job.created_at)
                    )

        self._unless_written(job, write)

    def find_replay(self, key: IdempotencyKey, now: datetime) -> Replay | None:
        with _translated():
            return find_replay(key, now)

    def get(self, shop: str, export_id: str) -> ExportFile:
        job = self.find(shop, export_id)
        if job is None:
            raise NotFound("There is no such export.")
        return job

    def find(self, shop: str, export_id: str) -> ExportFile | None:
        with _translated():
            try:
                return read_job(ExportFileItem.get(shop, export_id, consistent_read=True))
            except ExportFileItem.DoesNotExist:
                return None

    def save(self, transition: Transition) -> None:
        before, after = transition.before, transition.after
        item = ExportFileItem(before.shop, before.id)

        def write() -> None:
            with self._transaction() as transaction:
                transaction.update(
                    item, actions=_changes(before, after), condition=_unmoved(before)
                )
                if transition.event:
                    transaction.save(event_item(after, transition.event))

        self._unless_written(after, write)

    def update(self, before: ExportFile, after: ExportFile) -> None:
        item, changes = ExportFileItem(before.shop, before.id), _changes(before, after)
        if changes:
            self._unless_written(after, lambda: item.update(changes, condition=_unmoved(before)))

    def record_segment(
        self, job: ExportFile, result: SegmentResult, *, due_at: datetime
    ) -> ExportFile:
        item = ExportFileItem(job.shop, job.id)
        actions: list[Action] = [
            ExportFileItem.segments_done.add({result.number}),
            ExportFileItem.row_count.set((ExportFileItem.row_count | 0) + result.row_count),
            ExportFileItem.due_at.set(write_time(due_at)),
        ]

        def write() -> None:
            with self._transaction() as transaction:
                transaction.update(
                    item,
                    actions=actions,
                    condition=ExportFileItem.status == JobStatus.PENDING.value,
                )
                transaction.save(
                    segment_item(job, result), condition=ExportFileItem.id.does_not_exist()
                )

        try:
            self._retried(write)
        except Conflict:
            return self._recorded_already(job, result)
        return self.get(job.shop, job.id)

    def find_segments(self, job: ExportFile) -> tuple[SegmentResult, ...]:
        with _translated():
            begins = ExportFileItem.id.startswith(segment_id(job.id))
            return tuple(
                read_segment(item)
                for item in ExportFileItem.query(job.shop, begins, consistent_read=True)
            )

    def find_events(self, shop: str, export_id: str) -> tuple[ExportEvent, ...]:
        with _translated():
            return tuple(
                map(
                    read_event,
                    ExportEventItem.query(events_key(shop, export_id), consistent_read=True),
                )
            )

    def record_download(self, job: ExportFile, download: Download) -> None:
        self._retried(download_item(job, download).save)

    def find_downloads(self, shop: str, export_id: str, limit: int) -> tuple[Download, ...]:
        with _translated():
            found = ExportEventItem.query(
                downloads_key(shop, export_id),
                scan_index_forward=False,
                limit=limit,
                consistent_read=True,
            )
            return tuple(map(read_download, found))

    def list(self, request: ListRequest) -> ListPage:
        with _translated():
            return list_exports(request)

    def count_pending(self, shop: str) -> Counter[str]:
        with _translated():
            pending = ExportFileItem.by_status.query(
                shop,
                ExportFileItem.status_id.startswith(f"{JobStatus.PENDING}#"),
                attributes_to_get=["requestor_id"],
                consistent_read=True,
            )
            return Counter(item.requestor_id or "" for item in pending)

    def find_due(self, due_for: DueFor, now: datetime, limit: int) -> Sequence[tuple[str, str]]:
        with _translated():
            overdue = ExportFileItem.due_at <= write_time(now)
            found = ExportFileItem.by_due_at.query(due_for.value, overdue, limit=limit)
            return [(item.shop, item.id) for item in found]

    def _transaction(self) -> TransactWrite:
        return TransactWrite(connection=self._connection)

    @cached_property
    def _connection(self) -> Connection:
        """One for all transactions: a new one would make a new client, which costs more than what it is used for."""
        return Connection()

    def _recorded_already(self, job: ExportFile, result: SegmentResult) -> ExportFile:
        """Who recorded the segment? An answer that was lost was ours."""
        stored = self.get(job.shop, job.id)
        if stored.status is not JobStatus.PENDING:
            raise LeaseLost(f"The export is {stored.status}.")
        if result in self.find_segments(job):
            return stored
        raise SegmentAlreadyDone(f"Segment {result.number} is recorded already.")

    def _unless_written(self, after: ExportFile, write: Callable[[], Any]) -> None:
        """Write, and take a refusal for success when what is stored is what we wrote: the answer was lost."""
        try:
            self._retried(write)
        except Conflict:
            stored = self.find(after.shop, after.id)
            if stored is None or _fence(stored) != _fence(after):
                raise

    def _retried(self, write: Callable[[], Any]) -> None:
        """Write, again while transactions of others are in the way."""
        for attempt in range(ATTEMPTS):
            try:
                with _translated():
                    write()
                return
            except _Busy:
                time.sleep(random.uniform(0, 0.02 * 2**attempt))
        raise Unavailable("The table of exports is busy.")


class _Busy(Exception):
    """Another transaction holds the item, or the table is throttled."""


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except TransactWriteError as error:
        codes = {reason.code for reason in error.cancellation_reasons if reason} - {"None"}
        if _CONDITION_FAILED in codes:
            raise Conflict("The export has moved on.") from error
        # Not PynamoDB's own `cause_response_code`: it breaks on a connection that broke.
        if error_code(error.cause) == "AccessDeniedException":
            raise Unavailable(f"The table of exports may not be written: {error.cause}") from error
        raise _Busy from error
    except (UpdateError, PutError) as error:
        if error_code(error.cause) == "ConditionalCheckFailedException":
            raise Conflict("The export has moved on.") from error
        if error_code(error.cause) == "TransactionConflictException":
            raise _Busy from error
        raise Unavailable(f"The table of exports did not answer: {error}") from error
    except PynamoDBException as error:
        raise Unavailable(f"The table of exports did not answer: {error}") from error


def _changes(before: ExportFile, after: ExportFile) -> list[Action]:
    """What has to be set and removed to make the stored job `after`; segments are recorded elsewhere."""
    old, new = job_attributes(before), job_attributes(after)
    changed = [name for name in sorted(old.keys() | new.keys()) if old.get(name) != new.get(name)]
    return [
        getattr(ExportFileItem, name).set(new[name])
        if name in new
        else getattr(ExportFileItem, name).remove()
        for name in changed
    ]


def _unmoved(before: ExportFile) -> Condition:
    """The stored job is still the one that was read: same status, same owner, notified and due for the same."""
    condition: Condition = (
        (ExportFileItem.status == before.status.value)
        & _same(ExportFileItem.lease_owner, before.lease_owner)
        & _same(
            ExportFileItem.notified_at,
            write_time(before.notified_at) if before.notified_at else None,
        )
        & _same(ExportFileItem.due_for, before.due_for.value if before.due_for else None)
    )
    return condition


def _same(attribute: Any, value: str | None) -> Condition:
    condition: Condition = attribute.does_not_exist() if value is None else attribute == value
    return condition


def _fence(job: ExportFile) -> tuple[Any, ...]:
    return (
        job.status,
        job.lease_owner,
        job.lease_until,
        job.notified_at,
        job.updated_at,
        job.attempts,
        job.due_for,
    )
