"""The items of the Idempotency table. DynamoDB removes them some days after `expires_at_epoch`."""

from __future__ import annotations

from datetime import datetime

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.expressions.condition import Condition

from chalicelib.adapters.aws.pynamo import StoredModel
from chalicelib.domain.idempotency import IdempotencyKey, Replay


class IdempotencyItem(StoredModel):
    """A used key."""

    class Meta:
        table_name = "Idempotency"

    request_key = UnicodeAttribute(hash_key=True)
    fingerprint = UnicodeAttribute()
    export_id = UnicodeAttribute()
    expires_at_epoch = NumberAttribute()


def idempotency_item(key: IdempotencyKey, export_id: str) -> IdempotencyItem:
    """Return the item that ties a key to the export made with it."""
    return IdempotencyItem(
        key.text,
        fingerprint=key.fingerprint,
        export_id=export_id,
        expires_at_epoch=int(key.expires_at.timestamp()),
    )


def is_unused(now: datetime) -> Condition:
    """Return the condition that a key is new or has run out.

    DynamoDB may remove an item days after its time, so the condition compares the time itself.
    """
    condition: Condition = IdempotencyItem.request_key.does_not_exist() | (
        IdempotencyItem.expires_at_epoch <= int(now.timestamp())
    )
    return condition


def find_replay(key: IdempotencyKey, now: datetime) -> Replay | None:
    """Return the use of a key that still counts, or None. The read is consistent."""
    try:
        item = IdempotencyItem.get(key.text, consistent_read=True)
    except IdempotencyItem.DoesNotExist:
        return None
    if item.expires_at_epoch <= now.timestamp():
        return None
    return Replay(fingerprint=item.fingerprint, export_id=item.export_id)
