"""Store jobs in DynamoDB.

Writes are conditional. One transaction holds a change, its event and its entries in lists.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final

from pynamodb.exceptions import TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.adapters.aws.item_attributes import write_time, write_time_or_none
from chalicelib.adapters.export_files.event_models import ExportEventItem, event_item
from chalicelib.adapters.export_files.file_items import (
    changing_attributes,
    has_large_request,
    job_attributes,
    read_job,
    read_segment,
    request_item,
    segment_item,
)
from chalicelib.adapters.export_files.file_models import ExportFileItem
from chalicelib.adapters.export_files.history_store import ExportHistoryStore
from chalicelib.adapters.export_files.idempotency_item import (
    IdempotencyItem,
    find_replay,
    idempotency_item,
    is_unused,
)
from chalicelib.adapters.export_files.list_models import ExportListItem
from chalicelib.adapters.export_files.list_store import ExportListStore
from chalicelib.adapters.export_files.list_writes import (
    ListsDiffer,
    raise_if_lists_differ,
    write_lists,
)
from chalicelib.adapters.export_files.segment_claims import (
    claim_segment,
    explain_attempt,
    find_claim,
)
from chalicelib.adapters.export_files.segment_progress import SegmentProgressStore
from chalicelib.adapters.export_files.store_errors import retry_busy, translated_errors
from chalicelib.adapters.export_files.table import request_key, segments_prefix
from chalicelib.adapters.export_files.transaction import ExportTransaction, begin_transaction
from chalicelib.domain.export_file import DueFor, ExportFile, JobStatus
from chalicelib.domain.idempotency import IdempotencyKey, Replay
from chalicelib.domain.segment import SegmentClaim, SegmentResult
from chalicelib.domain.transitions import Transition
from chalicelib.errors import Conflict, DatabaseUnavailable, LeaseLost, NotFound, SegmentAlreadyDone

MAX_CORRECTIONS: Final = 3


class DynamoExportFileStore(ExportHistoryStore, ExportListStore, SegmentProgressStore):
    """`ExportFileStore` over the tables ExportFiles, ExportEvents, ExportLists and Idempotency."""

    def __init__(
        self,
        files_table: str,
        events_table: str,
        idempotency_table: str = "Idempotency",
        lists_table: str = "ExportLists",
    ) -> None:
        ExportFileItem.Meta.table_name = files_table
        ExportEventItem.Meta.table_name = events_table
        IdempotencyItem.Meta.table_name = idempotency_table
        ExportListItem.Meta.table_name = lists_table

    def create(self, transition: Transition, key: IdempotencyKey | None = None) -> None:
        """Store a new job, its event, its key and its entry of the lists in one transaction."""
        job = transition.after
        item = ExportFileItem(job.shop, job.id, **job_attributes(job))

        def write() -> None:
            with begin_transaction() as transaction:
                transaction.save(item, condition=ExportFileItem.id.does_not_exist())
                if has_large_request(job):
                    transaction.save(request_item(job))
                if transition.event:
                    transaction.save(event_item(job, transition.event))
                if key:
                    transaction.save(
                        idempotency_item(key, job.id), condition=is_unused(job.created_at)
                    )
                write_lists(transaction, job)

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
                item = ExportFileItem.get(shop, export_id, consistent_read=True)
                return read_job(item, self._find_request(item))
            except ExportFileItem.DoesNotExist:
                return None

    def save(self, transition: Transition) -> None:
        """Store a transition, its event and its lists at once; Conflict if the job has moved."""
        listed: JobStatus | None = transition.before.status
        for _ in range(MAX_CORRECTIONS):
            try:
                write = partial(self._write, transition, listed)
                return self._unless_written(transition.after, write)
            except ListsDiffer as differ:
                listed = differ.listed
        raise DatabaseUnavailable("The lists of exports change too fast.")

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

    def explain_attempt(self, job: ExportFile, number: int) -> None:
        """Count one more attempt whose cause is in the history."""
        explain_attempt(job, number)

    def find_claim(self, job: ExportFile, number: int) -> SegmentClaim | None:
        """Return the latest claim of a segment, None if no worker has claimed it."""
        return find_claim(job, number)

    def record_segment(
        self, job: ExportFile, result: SegmentResult, *, due_at: datetime
    ) -> ExportFile:
        """Store a finished segment, count it on its job, and return the job as it is now."""
        item = ExportFileItem(job.shop, job.id)
        # An update of single attributes: several workers record segments of one job at the same
        # time.
        actions: list[Action] = [
            ExportFileItem.segments_done.add({result.number}),
            ExportFileItem.row_count.set((ExportFileItem.row_count | 0) + result.row_count),
            ExportFileItem.due_at.set(write_time(due_at)),
        ]
        is_pending = ExportFileItem.status == JobStatus.PENDING.value
        is_new = ExportFileItem.id.does_not_exist()

        def write() -> None:
            with begin_transaction() as transaction:
                transaction.update(item, actions=actions, condition=is_pending)
                transaction.save(segment_item(job, result), condition=is_new)

        try:
            retry_busy(write)
        except Conflict:
            # SDKs repeat a transaction whose answer was lost, and the repetition meets its own
            # item.
            return self._recorded_already(job, result)
        return self.get(job.shop, job.id)

    def find_segments(self, job: ExportFile) -> tuple[SegmentResult, ...]:
        """Return the finished segments of a job in the order of their numbers."""
        with translated_errors():
            of_job = ExportFileItem.id.startswith(segments_prefix(job.id))
            # A file that lacks the segment recorded last would be a silent hole.
            found = ExportFileItem.query(job.shop, of_job, consistent_read=True)
            return tuple(map(read_segment, found))

    def find_due(self, due_for: DueFor, now: datetime, limit: int) -> Sequence[tuple[str, str]]:
        """Return shop and id of the jobs that are due, the longest overdue first."""
        with translated_errors():
            overdue = ExportFileItem.due_at <= write_time(now)
            # The index lags behind the table, so callers read each job again before they act.
            found = ExportFileItem.by_due_at.query(due_for.value, overdue, limit=limit)
            return [(item.shop, item.id) for item in found]

    def _write(self, transition: Transition, listed: JobStatus | None) -> None:
        """Write a transition; ListsDiffer if its job is not `listed` in the lists."""
        before, after = transition.before, transition.after
        try:
            with begin_transaction() as transaction:
                if transition.event:
                    transaction.save(event_item(after, transition.event))
                _change(transaction, before, after)
                if before.status is not after.status:
                    write_lists(transaction, after, listed)
        except TransactWriteError as error:
            # PynamoDB sends puts before updates, and DynamoDB answers in the same order.
            if before.status is not after.status:
                raise_if_lists_differ(error, job_place=1 if transition.event else 0)
            raise

    def _find_request(self, item: ExportFileItem) -> str | None:
        """Return the large request of a job, None if it is in the job's item."""
        if not item.request_head:
            return None
        key = request_key(item.shop, item.id)
        return ExportFileItem.get(key, item.id, consistent_read=True).request

    def _recorded_already(self, job: ExportFile, result: SegmentResult) -> ExportFile:
        """Return the job if the refused segment is the recorded one: the first answer was lost."""
        stored = self.get(job.shop, job.id)
        if stored.status is not JobStatus.PENDING:
            raise LeaseLost(f"The export is {stored.status}.")
        if result in self.find_segments(job):
            return stored
        raise SegmentAlreadyDone(f"Segment {result.number} is recorded already.")

    def _unless_written(self, after: ExportFile, write: Callable[[], Any]) -> None:
        """Write; a Conflict counts as success if the stored job is `after`.

        Then an earlier attempt was stored and its answer was lost.
        """
        try:
            retry_busy(write)
        except Conflict:
            stored = self.find(after.shop, after.id)
            if stored is None or _fence(stored) != _fence(after):
                raise


def _change(transaction: ExportTransaction, before: ExportFile, after: ExportFile) -> None:
    # DynamoDB refuses an update that sets nothing, and an event may be all that is new.
    changes = _changes(before, after) or [ExportFileItem.status.set(after.status.value)]
    item = ExportFileItem(before.shop, before.id)
    transaction.update(item, actions=changes, condition=_is_unmoved(before))


def _changes(before: ExportFile, after: ExportFile) -> list[Action]:
    """Return the updates that turn `before` into `after`. Segments are recorded elsewhere."""
    old, new = changing_attributes(before), changing_attributes(after)
    changed = [name for name in sorted(old.keys() | new.keys()) if old.get(name) != new.get(name)]
    return [
        getattr(ExportFileItem, name).set(new[name])
        if name in new
        else getattr(ExportFileItem, name).remove()
        for name in changed
    ]


def _is_unmoved(before: ExportFile) -> Condition:
    """Return the condition that status, lease owner, `notified_at` and `due_for` are the same."""
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
    """Return the facts that show whether a stored job is the one that was to be written."""
    return (
        job.status,
        job.lease_owner,
        # An owner's second claim differs from its first in the end of the lease only.
        job.lease_until,
        job.notified_at,
        job.updated_at,
        job.attempts,
        job.due_for,
    )
