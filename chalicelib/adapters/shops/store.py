"""Installations, slots and sync states in DynamoDB.

Table `Shops`: partition `shop`, sort key `item`, which is `installation`, `slots` or `sync#KIND`. A
write carries the revision that it was made from, so that of two writers one is refused.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any, Final

from pynamodb.exceptions import PynamoDBException
from pynamodb.expressions.condition import Condition

from chalicelib.adapters.aws.clients import error_code
from chalicelib.adapters.aws.item_attributes import (
    present,
    read_time,
    read_time_or_none,
    write_time,
    write_time_or_none,
)
from chalicelib.adapters.shops.item import ShopItem
from chalicelib.adapters.shops.sync_state_item import SYNC, state_item, state_of
from chalicelib.adapters.shops.table import INSTALLATION
from chalicelib.domain.shop import Installation, Shop
from chalicelib.domain.slots import ShopSlots, Slot
from chalicelib.domain.sync import SyncState
from chalicelib.errors import Conflict, DatabaseUnavailable

_SLOTS: Final = "slots"


class DynamoShopStore:
    """`ShopStore` over the table of shops."""

    def __init__(self, table_name: str) -> None:
        ShopItem.Meta.table_name = table_name

    def find(self, name: str) -> Shop | None:
        """Return the installation of a shop, or None."""
        found = _find(name, INSTALLATION)
        return _shop(found) if found else None

    def save(self, shop: Shop) -> Shop:
        """Store an installation and return it with its new revision; Conflict if it moved."""
        return _shop(_save(_shop_item(shop), shop.revision))

    def list_all(self) -> tuple[Shop, ...]:
        """Return the installations of all shops."""
        # The index may lag: an installation that it names can be gone by now.
        found = (self.find(name) for name in _names())
        return tuple(shop for shop in found if shop is not None)

    def find_slots(self, shop: str) -> ShopSlots:
        """Return the slots of a shop that are taken."""
        found = _find(shop, _SLOTS)
        return _slots(found) if found else ShopSlots(shop=shop)

    def save_slots(self, slots: ShopSlots) -> None:
        """Store the slots; Conflict if they moved."""
        _save(_slots_item(slots), slots.revision)

    def remove(self, name: str) -> None:
        """Remove the states of a shop's syncs and its slots, then its installation."""
        try:
            of_a_sync = ShopItem.item.startswith(SYNC)
            states = list(ShopItem.query(name, of_a_sync, consistent_read=True))
            for item in [*states, ShopItem(name, _SLOTS), ShopItem(name, INSTALLATION)]:
                item.delete()
        except PynamoDBException as error:
            raise DatabaseUnavailable("The table of shops did not answer.") from error

    def find_state(self, shop: str, kind: str) -> SyncState | None:
        """Return the state of a kind's sync, or None."""
        found = _find(shop, SYNC + kind)
        return state_of(found) if found else None

    def save_state(self, state: SyncState) -> SyncState:
        """Store a state and return it with its new revision; Conflict if it moved."""
        return state_of(_save(state_item(state), state.revision))


def _names() -> list[str]:
    try:
        return [item.shop for item in ShopItem.by_item.query(INSTALLATION)]
    except PynamoDBException as error:
        raise DatabaseUnavailable("The table of shops did not answer.") from error


def _find(shop: str, item: str) -> ShopItem | None:
    try:
        return ShopItem.get(shop, item, consistent_read=True)
    except ShopItem.DoesNotExist:
        return None
    except PynamoDBException as error:
        raise DatabaseUnavailable("The table of shops did not answer.") from error


# Two workers may change one shop at a time; the revision refuses the one that read earlier.
def _save(item: ShopItem, revision: int) -> ShopItem:
    item.revision = revision + 1
    try:
        item.save(_is_revision(revision))
    except PynamoDBException as error:
        if error_code(error.cause) == "ConditionalCheckFailedException":
            raise Conflict("The shop was changed by another worker.") from error
        raise DatabaseUnavailable("The table of shops did not answer.") from error
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
        "service_url": shop.service_url,
        "dashboard_url": shop.dashboard_url,
        "settings": json.dumps(dict(shop.settings)),
        "problems": " ".join(sorted(shop.problems)),
        "installed_at": write_time_or_none(shop.installed_at),
        "updated_at": write_time_or_none(shop.updated_at),
        "forget_at": write_time_or_none(shop.forget_at),
        "followed_at": write_time_or_none(shop.followed_at),
        "probed_at": write_time_or_none(shop.probed_at),
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
        service_url=item.service_url or "",
        dashboard_url=item.dashboard_url or "",
        forget_at=read_time_or_none(item.forget_at),
        followed_at=read_time_or_none(item.followed_at),
        probed_at=read_time_or_none(item.probed_at),
        settings=json.loads(item.settings or "{}"),
        problems=frozenset((item.problems or "").split()),
        revision=int(item.revision),
    )


def _slots_item(slots: ShopSlots) -> ShopItem:
    stored = [{**asdict(one), "until": write_time(one.until)} for one in slots.taken]
    return ShopItem(slots.shop, _SLOTS, slots=json.dumps(stored))


def _slots(item: ShopItem) -> ShopSlots:
    stored = json.loads(item.slots or "[]")
    taken = tuple(Slot(**{**one, "until": read_time(one["until"])}) for one in stored)
    return ShopSlots(shop=item.shop, taken=taken, revision=int(item.revision))
