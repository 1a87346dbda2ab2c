"""Entries and counters of lists, written in the transaction that creates or changes an export."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from pynamodb.attributes import NumberAttribute
from pynamodb.exceptions import TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib.adapters.aws.item_attributes import present, write_epoch, write_time
from chalicelib.adapters.export_files.list_models import ExportListItem
from chalicelib.adapters.export_files.table import (
    days_list,
    exports_list,
    pending_list,
    people_list,
    person_list,
    position,
    status_list,
)
from chalicelib.domain.export_file import ExportFile, JobStatus
from chalicelib.domain.requestor import App, Requestor, User

COUNTERS: Final[dict[JobStatus, NumberAttribute]] = {
    JobStatus.PENDING: ExportListItem.pending,
    JobStatus.SUCCESS: ExportListItem.success,
    JobStatus.FAILED: ExportListItem.failed,
    JobStatus.DELETED: ExportListItem.deleted,
}
# DynamoDB may remove an item two days late. Counters outlast the last export that they count.
SPARE: Final = timedelta(days=2)
# An export is pending for a day at most, so a counter that rests for so long stands at zero.
PENDING_KEPT: Final = timedelta(days=30)
# The sort key of exports without a requestor: DynamoDB takes no empty key.
NO_REQUESTOR: Final = "-"


class ListsDiffer(Exception):
    """The lists show another status of an export than its job had: `listed`, None for no entry.

    Exports of version 0.1.0 have no entry. One that a worker of that version has finished during an
    upgrade is listed as pending.
    """

    def __init__(self, listed: JobStatus | None) -> None:
        self.listed = listed


def write_lists(
    transaction: TransactWrite, job: ExportFile, listed: JobStatus | None = None
) -> None:
    """Add the job's entry and counters to a transaction.

    `listed` is its status in the lists so far.
    """
    transaction.update(
        ExportListItem(*entry_key(job)),
        actions=_set_entry(job),
        condition=_is_listed(listed),
        return_values="ALL_OLD",
    )
    _count_day(transaction, job, listed)
    _count_pending(transaction, job, listed)
    if listed is None and job.requestor_id:
        _add_person(transaction, job)


def raise_if_lists_differ(error: TransactWriteError, job_place: int) -> None:
    """Raise ListsDiffer if only the condition of the entry has failed, not that of the job.

    `job_place` is the place of the job among the writes of the transaction.
    """
    reasons = error.cancellation_reasons
    failed = [reason is not None and reason.code == "ConditionalCheckFailed" for reason in reasons]
    if any(failed) and not failed[job_place]:
        entry = reasons[failed.index(True)]
        status = ((entry and entry.raw_item) or {}).get("status", {}).get("S")
        raise ListsDiffer(JobStatus(status) if status else None) from error


def _user_text(user: User | None) -> str:
    """Return the text that the filter `user` looks into."""
    return f"{user.email}\n{user.first_name}\n{user.last_name}".casefold() if user else ""


def _app_text(app: App | None) -> str:
    """Return the text that the filter `app` looks into."""
    return app.name.casefold() if app else ""


def entry_key(job: ExportFile) -> tuple[str, str]:
    """Return the key of a job's entry."""
    created_at = write_time(job.created_at)
    return exports_list(job.shop, job.request.export_type), position(created_at, job.id)


def entry_attributes(job: ExportFile) -> dict[str, Any]:
    """Return all attributes of a job's entry but its key."""
    export_type = job.request.export_type
    attributes = {
        "id": job.id,
        "export_type": export_type,
        "status": job.status.value,
        "created_at": write_time(job.created_at),
        "updated_at": write_time(job.updated_at),
        "updated_at_id": position(write_time(job.updated_at), job.id),
        "status_list": status_list(job.shop, export_type, job.status.value),
        "person_list": job.requestor_id and person_list(job.shop, export_type, job.requestor_id),
        "user_search": _user_text(job.user),
        "app_search": _app_text(job.app),
        "requestor_name": Requestor(user=job.user, app=job.app).name,
        "row_count": job.row_count,
        "forget_at_epoch": write_epoch(job.forget_at) if job.forget_at else None,
    }
    return present(attributes)


def _set_entry(job: ExportFile) -> list[Action]:
    """Return the updates that make an entry whole, even if there was none before."""
    attributes = entry_attributes(job)
    return [getattr(ExportListItem, name).set(value) for name, value in attributes.items()]


def _count_day(transaction: TransactWrite, job: ExportFile, listed: JobStatus | None) -> None:
    day = f"{write_time(job.created_at):.10}"
    actions: list[Action] = [COUNTERS[job.status].add(1)]
    if listed is not None:
        actions.append(COUNTERS[listed].add(-1))
    if rows := _rows(job, job.status) - _rows(job, listed):
        actions.append(ExportListItem.rows.add(rows))
    actions.append(_forget_after(job))
    counters = ExportListItem(days_list(job.shop, job.request.export_type), day)
    transaction.update(counters, actions=actions)


def _count_pending(transaction: TransactWrite, job: ExportFile, listed: JobStatus | None) -> None:
    change = (job.status is JobStatus.PENDING) - (listed is JobStatus.PENDING)
    if change:
        counter = ExportListItem(pending_list(job.shop), job.requestor_id or NO_REQUESTOR)
        forget_at = write_epoch(job.updated_at + PENDING_KEPT)
        transaction.update(
            counter,
            actions=[
                ExportListItem.pending.add(change),
                ExportListItem.forget_at_epoch.set(forget_at),
            ],
        )


def _add_person(transaction: TransactWrite, job: ExportFile) -> None:
    texts = {"user_texts": _user_text(job.user), "app_texts": _app_text(job.app)}
    actions: list[Action] = [
        getattr(ExportListItem, name).add({text}) for name, text in texts.items() if text
    ]
    person = ExportListItem(people_list(job.shop, job.request.export_type), job.requestor_id)
    transaction.update(person, actions=[*actions, _forget_after(job)])


def _forget_after(job: ExportFile) -> Action:
    """Return the update that keeps an item until the job's record is removed."""
    if job.forget_at is None:
        return ExportListItem.forget_at_epoch.remove()
    return ExportListItem.forget_at_epoch.set(write_epoch(job.forget_at + SPARE))


def _rows(job: ExportFile, status: JobStatus | None) -> int:
    has_rows = status in (JobStatus.SUCCESS, JobStatus.DELETED)
    return (job.row_count or 0) if has_rows else 0


def _is_listed(status: JobStatus | None) -> Condition:
    listed: Any = ExportListItem.status
    condition: Condition = listed.does_not_exist() if status is None else listed == status.value
    return condition
