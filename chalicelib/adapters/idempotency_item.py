"""The items of the table of idempotency keys. DynamoDB removes them some time after `expires_at_epoch`."""

from __future__ import annotations

from datetime import datetime

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.models import Model

from chalicelib.domain.idempotency import IdempotencyKey, Replay


class IdempotencyItem(Model):
    """One key that was used."""

    class Meta:
        table_name = "Idempotency"

    request_key = UnicodeAttribute(hash_key=True)
    fingerprint = UnicodeAttribute()
    export_id = UnicodeAttribute()
    expires_at_epoch = NumberAttribute()


def idempotency_item(key: IdempotencyKey, export_id: str) -> IdempotencyItem:
    return IdempotencyItem(
        key.text,
        fingerprint=key.fingerprint,
        export_id=export_id,
        expires_at_epoch=int(key.expires_at.timestamp()),
    )


def is_unused(now: datetime) -> Condition:
    """The key was not used before, or long ago: the table's own removal may lag by days."""
    condition: Condition = IdempotencyItem.request_key.does_not_exist() | (
        IdempotencyItem.expires_at_epoch <= int(now.timestamp())
    )
    return condition


def find_replay(key: IdempotencyKey, now: datetime) -> Replay | None:
    """What the key was used for, from the leader."""
    try:
        item = IdempotencyItem.get(key.text, consistent_read=True)
    except IdempotencyItem.DoesNotExist:
        return None
    if item.expires_at_epoch <= now.timestamp():
        return None
    return Replay(fingerprint=item.fingerprint, export_id=item.export_id)
