"""Jobs and events in DynamoDB: conditional writes, and one transaction for a change and its event."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from pynamodb.connection import Connection
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib.adapters.aws import CALLS, CONNECT_SECONDS, READ_SECONDS
from chalicelib.adapters.export_event_models import (
    ExportEventItem,
    download_item,
    event_item,
    read_download,
    read_event,
)
from chalicelib.adapters.export_file_items import (
    job_attributes,
    read_job,
    read_segment,
    segment_item,
)
from chalicelib.adapters.export_file_models import ExportFileItem
from chalicelib.adapters.export_list_query import list_exports
from chalicelib.adapters.export_store_errors import retry_busy, translated_errors
from chalicelib.adapters.export_table import (
    downloads_key,
    events_key,
    position,
    segments_prefix,
)
from chalicelib.adapters.idempotency_item import (
    IdempotencyItem,
    find_replay,
    idempotency_item,
    is_unused,
)
from chalicelib.adapters.item_attributes import write_time, write_time_or_none
from chalicelib.adapters.segment_claims import claim_segment, find_claim
from chalicelib.domain.export_event import Download, ExportEvent
from chalicelib.domain.export_file import DueFor, ExportFile, JobStatus
from chalicelib.domain.export_list import ListPage, ListRequest
from chalicelib.domain.idempotency import IdempotencyKey, Replay
from chalicelib.domain.segment import SegmentClaim, SegmentResult
from chalicelib.domain.transitions import Transition
from chalicelib.errors import Conflict, LeaseLost, NotFound, SegmentAlreadyDone


class DynamoExportFileStore:
    """The `ExportFileStore` over the tables ExportFiles, ExportEvents and Idempotency."""

    def __init__(
        self, files_table: str, events_table: str, idempotency_table: str = "Idempotency"
    ) -> None:
        ExportFileItem.Meta.table_name = files_table
        ExportEventItem.Meta.table_name = events_table
        IdempotencyItem.Meta.table_name = idempotency_table

    def create(self, transition: Transition, key: IdempotencyKey | None = None) -> None:
        """Store a new job, its event and its key in one transaction."""
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
        """Return the use of the key that still counts, or None."""
        with translated_errors():
            return find_replay(key, now)

    def get(self, shop: str, export_id: str) -> ExportFile:
        """Return the job; NotFound if this shop has none with the id."""
        job = self.find(shop, export_id)
        if job is None:
            raise NotFound("There is no such export.")
        return job

    def find(self, shop: str, export_id: str) -> ExportFile | None:
        """Return the job, or None. The read is consistent."""
        with translated_errors():
            try:
                return read_job(ExportFileItem.get(shop, export_id, consistent_read=True))
            except ExportFileItem.DoesNotExist:
                return None

    def save(self, transition: Transition) -> None:
        """Store a transition and its event in one transaction; Conflict if the job has moved on."""
        before, after = transition.before, transition.after
        item = ExportFileItem(before.shop, before.id)

        def write() -> None:
            with self._transaction() as transaction:
                transaction.update(
                    item, actions=_changes(before, after), condition=_is_unmoved(before)
                )
                if transition.event:
                    transaction.save(event_item(after, transition.event))

        self._unless_written(after, write)

    def update(self, before: ExportFile, after: ExportFile) -> None:
        """Store a change that has no event; Conflict if the job has moved on."""
        item, changes = ExportFileItem(before.shop, before.id), _changes(before, after)
        if changes:
            self._unless_written(after, lambda: item.update(changes, condition=_is_unmoved(before)))

    def claim_segment(
        self, job: ExportFile, number: int, *, owner: str, now: datetime, until: datetime
    ) -> SegmentClaim:
        """Claim a segment and count the attempt; LeaseLost if another owner's claim still runs."""
        return claim_segment(job, number, owner=owner, now=now, until=until)

    def find_claim(self, job: ExportFile, number: int) -> SegmentClaim | None:
        """Return the latest claim of a segment, None if no worker has claimed it."""
        return find_claim(job, number)

    def record_segment(
        self, job: ExportFile, result: SegmentResult, *, due_at: datetime
    ) -> ExportFile:
        """Store a finished segment, count it on its job, and return the job as it is now."""
        item = ExportFileItem(job.shop, job.id)
        actions: list[Action] = [
            ExportFileItem.segments_done.add({result.number}),
            ExportFileItem.row_count.set((ExportFileItem.row_count | 0) + result.row_count),
            ExportFileItem.due_at.set(write_time(due_at)),
        ]
        is_pending = ExportFileItem.status == JobStatus.PENDING.value
        is_new = ExportFileItem.id.does_not_exist()

        def write() -> None:
            with self._transaction() as transaction:
                transaction.update(item, actions=actions, condition=is_pending)
                transaction.save(segment_item(job, result), condition=is_new)

        try:
            retry_busy(write)
        except Conflict:
            return self._recorded_already(job, result)
        return self.get(job.shop, job.id)

    def find_segments(self, job: ExportFile) -> tuple[SegmentResult, ...]:
        """Return the finished segments of a job in the order of their numbers."""
        with translated_errors():
            of_job = ExportFileItem.id.startswith(segments_prefix(job.id))
            found = ExportFileItem.query(job.shop, of_job, consistent_read=True)
            return tuple(map(read_segment, found))

    def find_events(self, shop: str, export_id: str) -> tuple[ExportEvent, ...]:
        """Return the events of an export, the oldest first."""
        with translated_errors():
            found = ExportEventItem.query(events_key(shop, export_id), consistent_read=True)
            return tuple(map(read_event, found))

    def record_download(self, job: ExportFile, download: Download) -> None:
        """Store a download."""
        retry_busy(download_item(job, download).save)

    def find_downloads(self, shop: str, export_id: str, limit: int) -> tuple[Download, ...]:
        """Return the latest downloads of an export, the newest first."""
        with translated_errors():
            found = ExportEventItem.query(
                downloads_key(shop, export_id),
                scan_index_forward=False,
                limit=limit,
                consistent_read=True,
            )
            return tuple(map(read_download, found))

    def list(self, request: ListRequest) -> ListPage:
        """Return one page of a shop's exports."""
        with translated_errors():
            return list_exports(request)

    def count_pending(self, shop: str) -> Counter[str]:
        """Return how many exports of a shop are PENDING, by the global id of their requestors."""
        with translated_errors():
            pending = ExportFileItem.by_status.query(
                shop,
                ExportFileItem.status_id.startswith(position(JobStatus.PENDING.value, "")),
                attributes_to_get=["requestor_id"],
                consistent_read=True,
            )
            return Counter(item.requestor_id or "" for item in pending)

    def find_due(self, due_for: DueFor, now: datetime, limit: int) -> Sequence[tuple[str, str]]:
        """Return shop and id of the jobs that are due, the longest overdue first."""
        with translated_errors():
            overdue = ExportFileItem.due_at <= write_time(now)
            found = ExportFileItem.by_due_at.query(due_for.value, overdue, limit=limit)
            return [(item.shop, item.id) for item in found]

    def _transaction(self) -> TransactWrite:
        return TransactWrite(connection=self._connection)

    @cached_property
    def _connection(self) -> Connection:
        # A new connection would make a new client, which costs more than the transaction itself.
        return Connection(
            connect_timeout_seconds=CONNECT_SECONDS,
            read_timeout_seconds=READ_SECONDS,
            max_retry_attempts=CALLS - 1,
        )

    def _recorded_already(self, job: ExportFile, result: SegmentResult) -> ExportFile:
        """Return the job if the refused segment is the recorded one: the first answer was lost."""
        stored = self.get(job.shop, job.id)
        if stored.status is not JobStatus.PENDING:
            raise LeaseLost(f"The export is {stored.status}.")
        if result in self.find_segments(job):
            return stored
        raise SegmentAlreadyDone(f"Segment {result.number} is recorded already.")

    def _unless_written(self, after: ExportFile, write: Callable[[], Any]) -> None:
        """Write; a Conflict is a success if the stored job is `after`: the first answer was lost."""
        try:
            retry_busy(write)
        except Conflict:
            stored = self.find(after.shop, after.id)
            if stored is None or _fence(stored) != _fence(after):
                raise


def _changes(before: ExportFile, after: ExportFile) -> list[Action]:
    """Return the updates that turn `before` into `after`. Segments are recorded elsewhere."""
    old, new = job_attributes(before), job_attributes(after)
    changed = [name for name in sorted(old.keys() | new.keys()) if old.get(name) != new.get(name)]
    return [
        getattr(ExportFileItem, name).set(new[name])
        if name in new
        else getattr(ExportFileItem, name).remove()
        for name in changed
    ]


def _is_unmoved(before: ExportFile) -> Condition:
    """Return the condition that status, lease owner, `notified_at` and `due_for` are still the same."""
    condition: Condition = (
        (ExportFileItem.status == before.status.value)
        & _is_same(ExportFileItem.lease_owner, before.lease_owner)
        & _is_same(ExportFileItem.notified_at, write_time_or_none(before.notified_at))
        & _is_same(ExportFileItem.due_for, before.due_for.value if before.due_for else None)
    )
    return condition


def _is_same(attribute: Any, value: str | None) -> Condition:
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
