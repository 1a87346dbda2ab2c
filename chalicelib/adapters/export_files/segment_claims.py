"""The claims of segments, each an item beside its job.

They are apart from the job: its item carries the plan, and each write would cost as many units as
it has kilobytes.
"""

from __future__ import annotations

from datetime import datetime

from pynamodb.expressions.update import Action

from chalicelib.adapters.aws.item_attributes import read_time, write_epoch, write_time
from chalicelib.adapters.export_files.file_models import ExportFileItem
from chalicelib.adapters.export_files.store_errors import retry_busy, translated_errors
from chalicelib.adapters.export_files.table import claim_id
from chalicelib.domain.export_file import ExportFile
from chalicelib.domain.segment import SegmentClaim
from chalicelib.errors import Conflict, LeaseLost


def claim_segment(
    job: ExportFile, number: int, *, owner: str, now: datetime, until: datetime
) -> SegmentClaim:
    """Store a claim and return it; LeaseLost if another owner's claim still runs."""
    item = ExportFileItem(job.shop, claim_id(job.id, number))
    actions: list[Action] = [
        ExportFileItem.lease_owner.set(owner),
        ExportFileItem.lease_until.set(write_time(until)),
        ExportFileItem.forget_at_epoch.set(write_epoch(job.expires_at)),
        ExportFileItem.attempts.add(1),
    ]
    is_free = ExportFileItem.lease_until.does_not_exist() | (
        ExportFileItem.lease_until <= write_time(now)
    )
    # The answer to the first attempt may have been lost: then the claim is this owner's.
    is_own = ExportFileItem.lease_owner == owner
    try:
        retry_busy(lambda: item.update(actions, condition=is_free | is_own))
    except Conflict as conflict:
        raise LeaseLost("Another worker has claimed this segment.") from conflict
    return _read(item)


def explain_attempt(job: ExportFile, number: int) -> None:
    """Count one more attempt whose cause is in the history."""
    item = ExportFileItem(job.shop, claim_id(job.id, number))
    retry_busy(lambda: item.update([ExportFileItem.explained.add(1)]))


def find_claim(job: ExportFile, number: int) -> SegmentClaim | None:
    """Return the latest claim of a segment, None if no worker has claimed it."""
    with translated_errors():
        try:
            found = ExportFileItem.get(job.shop, claim_id(job.id, number), consistent_read=True)
        except ExportFileItem.DoesNotExist:
            return None
    return _read(found)


def _read(item: ExportFileItem) -> SegmentClaim:
    return SegmentClaim(
        attempts=int(item.attempts or 0),
        until=read_time(item.lease_until),
        explained=int(item.explained or 0),
    )
