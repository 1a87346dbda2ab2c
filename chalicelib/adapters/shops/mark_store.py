"""Marks in DynamoDB: one item per record that may have changed.

Table `Marks`: partition `shop#kind`, sort key the record's global id. An export that is older than
`since` need not wait. No new mark moves `since`; a drain moves it to the moment of which the record
is stored. `marked_at` moves with every mark, and a mark is removed only if it has not moved since
it was read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial

from pynamodb.attributes import UnicodeAttribute
from pynamodb.exceptions import DeleteError, PynamoDBException, UpdateError

from chalicelib.adapters.aws.clients import error_code
from chalicelib.adapters.aws.item_attributes import read_time, write_time
from chalicelib.adapters.aws.pynamo import StoredModel
from chalicelib.adapters.shops.table import marks_partition
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

    def remove(self, marks: Sequence[Mark]) -> list[Mark]:
        """Remove marks; return those that stay, as they were set again since they were read."""
        return [mark for mark in marks if not _is_done(_remove, mark)]

    def advance(self, marks: Sequence[Mark], since: datetime) -> None:
        """Move the moments of marks forward to `since`, of which their records are stored now.

        A later moment stays, and a mark that is gone does not come back.
        """
        for mark in marks:
            _is_done(partial(_advance, write_time(since)), mark)


def _add(mark: Mark) -> None:
    since = write_time(mark.since)
    MarkItem(marks_partition(mark.shop, mark.kind), mark.id).update(
        actions=[
            MarkItem.since.set(MarkItem.since | since),
            MarkItem.marked_at.set(write_time(mark.marked_at)),
        ]
    )


def _is_done(write: Callable[[Mark, MarkItem], object], mark: Mark) -> bool:
    """Return whether a mark was written; False if the condition of the write does not hold."""
    try:
        write(mark, MarkItem(marks_partition(mark.shop, mark.kind), mark.id))
    except (DeleteError, UpdateError) as error:
        if error_code(error.cause) == "ConditionalCheckFailedException":
            return False
        raise DatabaseUnavailable("The table of marks did not answer.") from error
    except PynamoDBException as error:
        raise DatabaseUnavailable("The table of marks did not answer.") from error
    return True


def _remove(mark: Mark, item: MarkItem) -> None:
    # A record that was marked again while it was fetched stays marked for the next drain.
    item.delete(MarkItem.marked_at == write_time(mark.marked_at))


def _advance(since: str, mark: Mark, item: MarkItem) -> None:
    item.update(actions=[MarkItem.since.set(since)], condition=MarkItem.since < since)


def _mark(shop: str, kind: str, item: MarkItem) -> Mark:
    return Mark(
        shop=shop,
        kind=kind,
        id=item.id,
        marked_at=read_time(item.marked_at),
        since=read_time(item.since),
    )
