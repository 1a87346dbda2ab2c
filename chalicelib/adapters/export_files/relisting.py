"""Correct the lists of exports, and bring old records into the present form.

Version 0.1.0 stored large requests with their jobs and had no table ExportLists. While a deployment
replaces it, functions of both versions run: one may end an export that the other has listed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from pynamodb.expressions.update import Action

from chalicelib.adapters.export_files.file_items import (
    has_large_request,
    read_job,
    request_item,
    write_request_head,
)
from chalicelib.adapters.export_files.file_models import ExportFileItem
from chalicelib.adapters.export_files.list_models import ExportListItem
from chalicelib.adapters.export_files.list_writes import entry_key, write_lists
from chalicelib.adapters.export_files.store_errors import retry_busy, translated_errors
from chalicelib.adapters.export_files.transaction import begin_transaction
from chalicelib.domain.export_file import ExportFile, JobStatus
from chalicelib.errors import Conflict

JOBS_PER_READ: Final = 100
MAX_ATTEMPTS: Final = 5
OLD_ATTRIBUTES: Final = (
    "created_at_id",
    "updated_at_id",
    "status_id",
    "requestor_id",
    "user_search",
    "app_search",
)


@dataclass(slots=True)
class Relisted:
    """Counts of exports that were read, listed again and rewritten in the present form."""

    exports: int = 0
    listed: int = 0
    rewritten: int = 0


def relist_exports(progress: Callable[[Relisted], None] = lambda done: None) -> Relisted:
    """Correct the lists for all exports of all shops, and rewrite old records.

    The service may keep running: an export that changes at the same time is read again. A second
    run finds nothing to do.
    """
    done = Relisted()
    for items in _pages():
        with translated_errors():
            listed = _find_listed([read_job(item) for item in items])
        for item in items:
            _correct(item, listed.get((item.shop, item.id)), done)
        progress(done)
    return done


def _pages() -> Iterator[list[ExportFileItem]]:
    with translated_errors():
        jobs = ExportFileItem.scan(ExportFileItem.status.exists(), page_size=JOBS_PER_READ)
        while page := list(islice(jobs, JOBS_PER_READ)):
            yield page


def _find_listed(jobs: Sequence[ExportFile]) -> dict[tuple[str, str], JobStatus]:
    """Return the statuses of the jobs in the lists, by shop and id."""
    keys = {entry_key(job): (job.shop, job.id) for job in jobs}
    entries = ExportListItem.batch_get(list(keys), consistent_read=True)
    return {keys[entry.partition, entry.position]: JobStatus(entry.status) for entry in entries}


@dataclass(frozen=True, slots=True)
class _Correction:
    """One export as it is stored and as it is listed."""

    item: ExportFileItem
    job: ExportFile
    listed: JobStatus | None

    @property
    def is_listed(self) -> bool:
        return self.listed is self.job.status

    @property
    def has_large_request_inline(self) -> bool:
        return bool(self.item.request) and has_large_request(self.job)

    @property
    def changes(self) -> list[Action]:
        """The updates that bring an old record into the present form."""
        names = [name for name in OLD_ATTRIBUTES if getattr(self.item, name) is not None]
        changes: list[Action] = [getattr(ExportFileItem, name).remove() for name in names]
        if self.item.plan and not self.job.needs_plan:
            changes.append(ExportFileItem.plan.remove())
        if self.has_large_request_inline:
            head = write_request_head(self.job.request)
            changes += [ExportFileItem.request.remove(), ExportFileItem.request_head.set(head)]
        return changes

    def write(self) -> None:
        """Write what is wrong; Conflict if the export has changed."""
        key = self.job.shop, self.job.id
        # The service runs on: a job that changes now is listed by its own transaction.
        is_unmoved = (ExportFileItem.status == self.item.status) & (
            ExportFileItem.updated_at == self.item.updated_at
        )
        with begin_transaction() as transaction:
            if changes := self.changes:
                transaction.update(ExportFileItem(*key), actions=changes, condition=is_unmoved)
            else:
                # Nothing of the job changes, but its entry must not be written from an old state.
                transaction.condition_check(ExportFileItem, *key, condition=is_unmoved)
            if self.has_large_request_inline:
                transaction.save(request_item(self.job))
            if not self.is_listed:
                write_lists(transaction, self.job, self.listed)


def _correct(item: ExportFileItem, listed: JobStatus | None, done: Relisted) -> None:
    done.exports += 1
    for _ in range(MAX_ATTEMPTS):
        correction = _Correction(item, read_job(item), listed)
        if correction.is_listed and not correction.changes:
            return
        try:
            retry_busy(correction.write)
        except Conflict:
            item, listed = _read_again(item)
        else:
            done.listed += not correction.is_listed
            done.rewritten += bool(correction.changes)
            return


def _read_again(item: ExportFileItem) -> tuple[ExportFileItem, JobStatus | None]:
    with translated_errors():
        item = ExportFileItem.get(item.shop, item.id, consistent_read=True)
        return item, _find_listed([read_job(item)]).get((item.shop, item.id))
