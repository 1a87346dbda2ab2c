"""What `doctor` says of the shops on Saleor that are connected to a deployment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.adapters.shops.store import DynamoShopStore
from chalicelib.domain.shop import Installation
from chalicelib.services.sync.sync_service import REFUSED, TOO_MANY_BROKEN
from chalicelib.settings import Settings
from ops.doctor import Finding, examine
from tests.shop_world import make_shop
from tests.sync_records import NOON, make_state

pytestmark = pytest.mark.usefixtures("deployment")
NAME = "shop.example"


def connect(minutes_ago: float | None, **given: Any) -> None:
    shops = DynamoShopStore("Shops")
    shops.save(make_shop(NAME, **given))
    if minutes_ago is not None:
        asked_at = datetime.now(UTC) - timedelta(minutes=minutes_ago)
        shops.save_state(make_state(NAME, asked_at=asked_at))


def find(part: str) -> Finding | None:
    found = {one.part: one for one in examine(Settings.from_environment(), "default")}
    return found.get(part)


@pytest.mark.parametrize(
    ("minutes_ago", "given", "state", "advice"),
    [
        (4, {}, "ok", ""),
        (45, {}, "wrong", "Read the log of the function Sync"),
        (None, {}, "warning", "first sync"),
        (4, {"status": Installation.OFF}, "warning", "OFF since 2026-11-24 00:00 UTC"),
        (4, {"status": Installation.OFF}, "warning", f"delete-shop {NAME}"),
        (4, {"status": Installation.REMOVED, "forget_at": NOON}, "warning", "2026-11-26 12:00"),
        (4, {"permissions": frozenset({"MANAGE_PRODUCTS"})}, "warning", "MANAGE_GIFT_CARD"),
    ],
)
def test_a_connected_shop_is_checked(
    minutes_ago: float | None, given: dict[str, Any], state: str, advice: str
) -> None:
    connect(minutes_ago, **given)
    found = find(f"shop {NAME}")
    assert found is not None
    assert (found.state, advice in found.advice) == (state, True)


def test_a_shop_that_refuses_the_token_may_have_deleted_the_app() -> None:
    DynamoShopStore("Shops").save(make_shop(NAME))
    DynamoShopStore("Shops").save_state(make_state(NAME, message=REFUSED))
    found = find(f"shop {NAME}")
    assert found is not None
    assert found.state == "wrong"
    assert found.advice.startswith("It does not accept the token of the app.")
    assert found.advice.endswith(f"python -m ops delete-shop {NAME}")


def test_a_shop_that_cannot_show_very_many_products_is_wrong() -> None:
    DynamoShopStore("Shops").save(make_shop(NAME))
    DynamoShopStore("Shops").save_state(make_state(NAME, message=TOO_MANY_BROKEN))
    found = find(f"shop {NAME}")
    assert found is not None
    assert (found.state, "very many products" in found.advice) == ("wrong", True)


def test_a_deployment_of_connected_shops_needs_no_catalogue_of_its_own() -> None:
    assert find("catalogue of default") is not None
    connect(4)
    assert find("catalogue of default") is None
