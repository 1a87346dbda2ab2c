"""Installations, slots and sync states in DynamoDB.

Table `Shops`: partition `shop`, sort key `item`, which is `installation`, `slots` or `sync#KIND`. A
write carries the revision that it was made from, so that of two writers one is refused.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any, Final

from pynamodb.attributes import BinaryAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import PynamoDBException
from pynamodb.expressions.condition import Condition
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from chalicelib.adapters.aws import error_code
from chalicelib.adapters.item_attributes import (
    present,
    read_time,
    read_time_or_none,
    write_time,
    write_time_or_none,
)
from chalicelib.adapters.pynamo import StoredModel
from chalicelib.adapters.shop_table import BY_ITEM, INSTALLATION
from chalicelib.domain.shop import Installation, Shop
from chalicelib.domain.slots import ShopSlots, Slot
from chalicelib.domain.sync import SyncState, Walk
from chalicelib.errors import Conflict, DatabaseUnavailable

_SYNC: Final = "sync#"
_SLOTS: Final = "slots"
_TIMES: Final = (
    "as_of",
    "asked_at",
    "refreshed_at",
    "checked_at",
    "wanted_at",
    "watermark",
    "lease_until",
)


class ByItem(GlobalSecondaryIndex["ShopItem"]):
    """The shops that have an item of this name: an installation, or a state of a kind's sync."""

    class Meta:
        index_name = BY_ITEM
        projection = KeysOnlyProjection()

    item = UnicodeAttribute(hash_key=True)
    shop = UnicodeAttribute(range_key=True)


class ShopItem(StoredModel):
    """One item of the table: an installation, the slots, or the state of one kind's sync."""

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
    service_url = UnicodeAttribute(null=True)
    dashboard_url = UnicodeAttribute(null=True)
    settings = UnicodeAttribute(null=True)
    problems = UnicodeAttribute(null=True)
    installed_at = UnicodeAttribute(null=True)
    updated_at = UnicodeAttribute(null=True)
    forget_at = UnicodeAttribute(null=True)
    followed_at = UnicodeAttribute(null=True)
    as_of = UnicodeAttribute(null=True)
    version = NumberAttribute(null=True)
    asked_at = UnicodeAttribute(null=True)
    refreshed_at = UnicodeAttribute(null=True)
    checked_at = UnicodeAttribute(null=True)
    wanted_at = UnicodeAttribute(null=True)
    watermark = UnicodeAttribute(null=True)
    full_walk = UnicodeAttribute(null=True)
    full_seen = BinaryAttribute(null=True, legacy_encoding=False)
    refresh_walk = UnicodeAttribute(null=True)
    skeleton_walk = UnicodeAttribute(null=True)
    skeleton_seen = BinaryAttribute(null=True, legacy_encoding=False)
    broken = UnicodeAttribute(null=True)
    message = UnicodeAttribute(null=True)
    print = UnicodeAttribute(null=True)
    lease_owner = UnicodeAttribute(null=True)
    lease_until = UnicodeAttribute(null=True)
    slots = UnicodeAttribute(null=True)
    by_item = ByItem()


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
            of_a_sync = ShopItem.item.startswith(_SYNC)
            states = list(ShopItem.query(name, of_a_sync, consistent_read=True))
            for item in [*states, ShopItem(name, _SLOTS), ShopItem(name, INSTALLATION)]:
                item.delete()
        except PynamoDBException as error:
            raise DatabaseUnavailable("The table of shops did not answer.") from error

    def find_state(self, shop: str, kind: str) -> SyncState | None:
        """Return the state of a kind's sync, or None."""
        found = _find(shop, _SYNC + kind)
        return _state(found) if found else None

    def save_state(self, state: SyncState) -> SyncState:
        """Store a state and return it with its new revision; Conflict if it moved."""
        return _state(_save(_state_item(state), state.revision))


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


def _state_item(state: SyncState) -> ShopItem:
    attributes: dict[str, Any] = {
        "version": state.version,
        "full_walk": _walk_text(state.full),
        "full_seen": _seen(state.full),
        "refresh_walk": _walk_text(state.refresh),
        "skeleton_walk": _walk_text(state.skeleton),
        "skeleton_seen": _seen(state.skeleton),
        "broken": " ".join(state.broken),
        "message": state.message,
        "print": state.print,
        "lease_owner": state.lease_owner,
        **{name: write_time_or_none(getattr(state, name)) for name in _TIMES},
    }
    return ShopItem(state.shop, _SYNC + state.kind, **present(attributes))


def _state(item: ShopItem) -> SyncState:
    return SyncState(
        shop=item.shop,
        kind=item.item.removeprefix(_SYNC),
        version=int(item.version or 0),
        full=_read_walk(item.full_walk, item.full_seen),
        refresh=_read_walk(item.refresh_walk, None),
        skeleton=_read_walk(item.skeleton_walk, item.skeleton_seen),
        broken=tuple((item.broken or "").split()),
        message=item.message or "",
        print=item.print or "",
        lease_owner=item.lease_owner,
        revision=int(item.revision),
        **{name: read_time_or_none(getattr(item, name)) for name in _TIMES},
    )


def _walk_text(walk: Walk | None) -> str | None:
    """Return the walk as JSON. What it has seen is an attribute of its own: bytes."""
    if walk is None:
        return None
    stored = {**asdict(walk), "since": write_time(walk.since)}
    del stored["seen"]
    return json.dumps(stored)


def _seen(walk: Walk | None) -> bytes | None:
    return walk.seen or None if walk else None


def _read_walk(text: str | None, seen: bytes | None) -> Walk | None:
    if text is None:
        return None
    stored = json.loads(text)
    return Walk(**{**stored, "since": read_time(stored["since"])}, seen=seen or b"")
