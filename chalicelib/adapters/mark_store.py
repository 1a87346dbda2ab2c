"""Marks in DynamoDB: one item per record that may have changed.

Table `Marks`: partition `shop#kind`, sort key the record's global id. `since` never moves while the
mark stands: an export that is older than it need not wait. `marked_at` moves with every mark, and
a mark is removed only if it has not moved since it was read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from pynamodb.attributes import UnicodeAttribute
from pynamodb.exceptions import DeleteError, PynamoDBException

from chalicelib.adapters.aws import error_code
from chalicelib.adapters.item_attributes import read_time, write_time
from chalicelib.adapters.pynamo import StoredModel
from chalicelib.adapters.shop_table import marks_partition
from chalicelib.domain.sync import Mark
from chalicelib.errors import DatabaseUnavailable


class MarkItem(StoredModel):
    """One mark."""

    class Meta:
        table_name = "Marks"

    shop_kind = UnicodeAttribute(hash_key=True)
    id = UnicodeAttribute(range_key=True)
    since = UnicodeAttribute()
    marked_at = UnicodeAttribute()


class DynamoMarkStore:
    """`MarkStore` over the table of marks."""

    def __init__(self, table_name: str) -> None:
        MarkItem.Meta.table_name = table_name

    def add(self, marks: Iterable[Mark]) -> None:
        """Store marks. A mark that exists keeps its `since`."""
        # A batch write cannot keep the earliest `since`, so each mark is an update of its own.
        try:
            for mark in marks:
                _add(mark)
        except PynamoDBException as error:
            raise DatabaseUnavailable("The table of marks did not answer.") from error

    def find(self, shop: str, kind: str, limit: int) -> tuple[Mark, ...]:
        """Return up to `limit` marks of a kind."""
        try:
            found = MarkItem.query(marks_partition(shop, kind), limit=limit, consistent_read=True)
            return tuple(_mark(shop, kind, item) for item in found)
        except PynamoDBException as error:
            raise DatabaseUnavailable("The table of marks did not answer.") from error

    def has_older(self, shop: str, kind: str, moment: datetime) -> bool:
        """Return whether an export that was asked for at this moment has to wait for a mark."""
        try:
            found = MarkItem.query(
                marks_partition(shop, kind),
                filter_condition=MarkItem.since <= write_time(moment),
                consistent_read=True,
            )
            return next(iter(found), None) is not None
        except PynamoDBException as error:
            raise DatabaseUnavailable("The table of marks did not answer.") from error

    def remove(self, marks: Sequence[Mark]) -> None:
        """Remove marks, except those that were set again since they were read."""
        for mark in marks:
            _remove(mark)


def _add(mark: Mark) -> None:
    since = write_time(mark.since)
    MarkItem(marks_partition(mark.shop, mark.kind), mark.id).update(
        actions=[
            MarkItem.since.set(MarkItem.since | since),
            MarkItem.marked_at.set(write_time(mark.marked_at)),
        ]
    )


def _remove(mark: Mark) -> None:
    item = MarkItem(marks_partition(mark.shop, mark.kind), mark.id)
    try:
        item.delete(MarkItem.marked_at == write_time(mark.marked_at))
    except DeleteError as error:
        # The record was marked again while it was fetched: the mark stays for the next drain.
        if error_code(error.cause) != "ConditionalCheckFailedException":
            raise DatabaseUnavailable("The table of marks did not answer.") from error
    except PynamoDBException as error:
        raise DatabaseUnavailable("The table of marks did not answer.") from error


def _mark(shop: str, kind: str, item: MarkItem) -> Mark:
    return Mark(
        shop=shop,
        kind=kind,
        id=item.id,
        marked_at=read_time(item.marked_at),
        since=read_time(item.since),
    )
