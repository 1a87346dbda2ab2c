"""Installations and sync states in DynamoDB.

Table `Shops`: partition `shop`, sort key `item`, which is `installation` or `sync#KIND`. A write
carries the revision that it was made from, so that of two writers one is refused.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Final

from pynamodb.attributes import BinaryAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import PutError, PynamoDBException
from pynamodb.expressions.condition import Condition
from pynamodb.models import Model

from chalicelib.adapters.item_attributes import present, read_time, write_time_or_none
from chalicelib.domain.shop import Installation, Shop
from chalicelib.domain.sync import SyncState
from chalicelib.errors import Conflict, Unavailable

INSTALLATION: Final = "installation"
_SYNC: Final = "sync#"
_TIMES: Final = ("as_of", "running_since", "watermark", "asked_at", "lease_until")


class ShopItem(Model):
    """One item of the table: an installation, or the state of one kind's sync."""

    class Meta:
        table_name = "Shops"

    shop = UnicodeAttribute(hash_key=True)
    item = UnicodeAttribute(range_key=True)
    revision = NumberAttribute(default=0)
    status = UnicodeAttribute(null=True)
    api_url = UnicodeAttribute(null=True)
    app_id = UnicodeAttribute(null=True)
    sealed_token = BinaryAttribute(null=True, legacy_encoding=False)
    permissions = UnicodeAttribute(null=True)
    saleor_version = UnicodeAttribute(null=True)
    webhook_id = UnicodeAttribute(null=True)
    dashboard_origin = UnicodeAttribute(null=True)
    settings = UnicodeAttribute(null=True)
    installed_at = UnicodeAttribute(null=True)
    updated_at = UnicodeAttribute(null=True)
    forget_at = UnicodeAttribute(null=True)
    as_of = UnicodeAttribute(null=True)
    version = NumberAttribute(null=True)
    running_since = UnicodeAttribute(null=True)
    cursor = UnicodeAttribute(null=True)
    done = NumberAttribute(null=True)
    total = NumberAttribute(null=True)
    watermark = UnicodeAttribute(null=True)
    asked_at = UnicodeAttribute(null=True)
    broken = UnicodeAttribute(null=True)
    message = UnicodeAttribute(null=True)
    lease_owner = UnicodeAttribute(null=True)
    lease_until = UnicodeAttribute(null=True)


class DynamoShopStore:
    """`ShopStore` over the table of shops."""

    def __init__(self, table_name: str) -> None:
        ShopItem.Meta.table_name = table_name

    def find(self, name: str) -> Shop | None:
        found = _find(name, INSTALLATION)
        return _shop(found) if found else None

    def save(self, shop: Shop) -> Shop:
        return _shop(_save(_shop_item(shop), shop.revision))

    def list_all(self) -> tuple[Shop, ...]:
        try:
            return tuple(
                map(_shop, ShopItem.scan(ShopItem.item == INSTALLATION, consistent_read=True))
            )
        except PynamoDBException as error:
            raise Unavailable("The table of shops did not answer.") from error

    def find_state(self, shop: str, kind: str) -> SyncState | None:
        found = _find(shop, _SYNC + kind)
        return _state(found) if found else None

    def save_state(self, state: SyncState) -> SyncState:
        return _state(_save(_state_item(state), state.revision))


def _find(shop: str, item: str) -> ShopItem | None:
    try:
        return ShopItem.get(shop, item, consistent_read=True)
    except ShopItem.DoesNotExist:
        return None
    except PynamoDBException as error:
        raise Unavailable("The table of shops did not answer.") from error


def _save(item: ShopItem, revision: int) -> ShopItem:
    item.revision = revision + 1
    try:
        item.save(_is_revision(revision))
    except PutError as error:
        if error.cause_response_code == "ConditionalCheckFailedException":
            raise Conflict("The shop was changed by another worker.") from error
        raise Unavailable("The table of shops did not answer.") from error
    except PynamoDBException as error:
        raise Unavailable("The table of shops did not answer.") from error
    return item


def _is_revision(revision: int) -> Condition:
    if revision == 0:
        missing: Condition = ShopItem.shop.does_not_exist()
        return missing
    same: Condition = ShopItem.revision == revision
    return same


def _shop_item(shop: Shop) -> ShopItem:
    attributes: dict[str, Any] = {
        "status": shop.status.value,
        "api_url": shop.api_url,
        "app_id": shop.app_id,
        "sealed_token": shop.sealed_token,
        "permissions": " ".join(sorted(shop.permissions)),
        "saleor_version": shop.saleor_version,
        "webhook_id": shop.webhook_id,
        "dashboard_origin": shop.dashboard_origin,
        "settings": json.dumps(dict(shop.settings)),
        "installed_at": write_time_or_none(shop.installed_at),
        "updated_at": write_time_or_none(shop.updated_at),
        "forget_at": write_time_or_none(shop.forget_at),
    }
    return ShopItem(shop.name, INSTALLATION, **present(attributes))


def _shop(item: ShopItem) -> Shop:
    return Shop(
        name=item.shop,
        api_url=item.api_url or "",
        app_id=item.app_id or "",
        sealed_token=item.sealed_token,
        permissions=frozenset((item.permissions or "").split()),
        installed_at=read_time(item.installed_at),
        updated_at=read_time(item.updated_at),
        status=Installation(item.status),
        saleor_version=item.saleor_version or "",
        webhook_id=item.webhook_id,
        dashboard_origin=item.dashboard_origin or "",
        forget_at=_read_time(item.forget_at),
        settings=json.loads(item.settings or "{}"),
        revision=int(item.revision),
    )


def _state_item(state: SyncState) -> ShopItem:
    attributes: dict[str, Any] = {
        "version": state.version,
        "cursor": state.cursor,
        "done": state.done,
        "total": state.total,
        "broken": " ".join(state.broken),
        "message": state.message,
        "lease_owner": state.lease_owner,
        **{name: write_time_or_none(getattr(state, name)) for name in _TIMES},
    }
    return ShopItem(state.shop, _SYNC + state.kind, **present(attributes))


def _state(item: ShopItem) -> SyncState:
    return SyncState(
        shop=item.shop,
        kind=item.item.removeprefix(_SYNC),
        as_of=_read_time(item.as_of),
        version=int(item.version or 0),
        running_since=_read_time(item.running_since),
        cursor=item.cursor,
        done=int(item.done or 0),
        total=_read_number(item.total),
        watermark=_read_time(item.watermark),
        asked_at=_read_time(item.asked_at),
        broken=tuple((item.broken or "").split()),
        message=item.message or "",
        lease_owner=item.lease_owner,
        lease_until=_read_time(item.lease_until),
        revision=int(item.revision),
    )


def _read_time(text: str | None) -> datetime | None:
    return read_time(text) if text else None


def _read_number(number: float | None) -> int | None:
    return None if number is None else int(number)
