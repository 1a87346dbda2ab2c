"""The items of the table of shops: an installation, the slots, or the state of one kind's sync."""

from __future__ import annotations

from pynamodb.attributes import BinaryAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from chalicelib.adapters.aws.pynamo import StoredModel
from chalicelib.adapters.shops.table import BY_ITEM


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
    probed_at = UnicodeAttribute(null=True)
    as_of = UnicodeAttribute(null=True)
    version = NumberAttribute(null=True)
    asked_at = UnicodeAttribute(null=True)
    refreshed_at = UnicodeAttribute(null=True)
    checked_at = UnicodeAttribute(null=True)
    out_at = UnicodeAttribute(null=True)
    wanted_at = UnicodeAttribute(null=True)
    watermark = UnicodeAttribute(null=True)
    full_walk = UnicodeAttribute(null=True)
    full_seen = BinaryAttribute(null=True, legacy_encoding=False)
    refresh_walk = UnicodeAttribute(null=True)
    skeleton_walk = UnicodeAttribute(null=True)
    skeleton_seen = BinaryAttribute(null=True, legacy_encoding=False)
    delta = UnicodeAttribute(null=True)
    broken = UnicodeAttribute(null=True)
    message = UnicodeAttribute(null=True)
    print = UnicodeAttribute(null=True)
    lease_owner = UnicodeAttribute(null=True)
    lease_until = UnicodeAttribute(null=True)
    slots = UnicodeAttribute(null=True)
    by_item = ByItem()
