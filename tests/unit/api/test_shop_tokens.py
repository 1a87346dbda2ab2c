"""Staff of a connected shop export what they may read there, and no more."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.api.shop_tokens import requestor_of_shop
from chalicelib.domain.shop import Shop

NOW = datetime(2026, 11, 24, tzinfo=UTC)
SHOP = Shop(
    name="demo.shop.example",
    api_url="https://demo.shop.example/graphql/",
    app_id="QXBwOjE=",
    sealed_token=b"x",
    permissions=frozenset({"MANAGE_PRODUCTS", "MANAGE_GIFT_CARD"}),
    installed_at=NOW,
    updated_at=NOW,
)
CLAIMS: dict[str, Any] = {
    "type": "thirdparty",
    "app": "QXBwOjE=",
    "is_staff": True,
    "user_id": "VXNlcjoyMQ==",
    "email": "admin@example.com",
    "permissions": ["MANAGE_PRODUCTS"],
    "user_permissions": ["MANAGE_PRODUCTS", "MANAGE_DISCOUNTS", "MANAGE_ORDERS"],
}


def test_permissions_are_those_of_the_person_that_the_app_has_too() -> None:
    requestor = requestor_of_shop(CLAIMS, SHOP)
    assert requestor.permissions == {"MANAGE_PRODUCTS"}
    assert (requestor.shop, requestor.id) == ("demo.shop.example", "VXNlcjoyMQ==")


@pytest.mark.parametrize(
    "change",
    [
        {"type": "access"},
        {"type": None},
        {"app": "QXBwOjI="},
        {"app": None},
        {"aud": "QXBwOjI="},
        {"is_staff": False},
        {"is_staff": "true"},
        {"user_id": None},
        {"user_id": 21},
    ],
)
def test_any_other_token_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(LookupError):
        requestor_of_shop(CLAIMS | change, SHOP)


def test_a_person_without_permissions_may_nothing() -> None:
    assert requestor_of_shop(CLAIMS | {"user_permissions": None}, SHOP).permissions == frozenset()
