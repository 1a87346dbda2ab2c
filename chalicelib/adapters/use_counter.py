"""Counters of what costs, in the table Idempotency. DynamoDB removes them after their window."""

from __future__ import annotations

from datetime import datetime

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.expressions.update import Action

from chalicelib.adapters.aws.item_attributes import write_epoch
from chalicelib.adapters.aws.pynamo import StoredModel
from chalicelib.adapters.export_files.store_errors import retry_busy
from chalicelib.errors import Conflict


class UseCountItem(StoredModel):
    """A counter: the uses of one requestor, or in one shop, within one window."""

    class Meta:
        table_name = "Idempotency"

    request_key = UnicodeAttribute(hash_key=True)
    uses = NumberAttribute(null=True)
    expires_at_epoch = NumberAttribute(null=True)


class DynamoUseCounter:
    """The `UseCounter` beside the idempotency keys: both belong to requests and end by time."""

    def __init__(self, table_name: str) -> None:
        UseCountItem.Meta.table_name = table_name

    def count(self, key: str, *, most: int, until: datetime) -> bool:
        """Count one more in one conditional write; False if there are `most` already."""
        item = UseCountItem(key)
        actions: list[Action] = [
            UseCountItem.uses.add(1),
            UseCountItem.expires_at_epoch.set(write_epoch(until)),
        ]
        # One conditional write: a read before it would let two requests at once both pass.
        has_room = UseCountItem.uses.does_not_exist() | (UseCountItem.uses < most)
        try:
            retry_busy(lambda: item.update(actions, condition=has_room))
        except Conflict:
            return False
        return True
