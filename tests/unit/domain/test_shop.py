from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.shop import Installation, activated, deactivated, removed, shop_name_of
from tests.shop_world import make_shop

LATER = datetime(2026, 12, 1, 8, 30, tzinfo=UTC)
SHOP = make_shop("shop.example", webhook_id="V2ViaG9vazox")


def test_a_shop_is_switched_off_and_on_again() -> None:
    off = deactivated(SHOP, now=LATER)
    assert off == replace(SHOP, status=Installation.OFF, updated_at=LATER)
    on = activated(off, now=LATER + timedelta(hours=1))
    assert on == replace(SHOP, webhook_id=None, updated_at=LATER + timedelta(hours=1))


def test_a_removed_shop_keeps_neither_its_token_nor_its_webhook() -> None:
    gone = removed(SHOP, now=LATER, grace_seconds=60)
    assert (gone.status, gone.updated_at) == (Installation.REMOVED, LATER)
    assert (gone.sealed_token, gone.webhook_id) == (None, None)
    assert gone.forget_at == LATER + timedelta(seconds=60)


def test_a_removed_shop_cannot_be_switched() -> None:
    gone = removed(SHOP, now=LATER, grace_seconds=60)
    assert deactivated(gone, now=LATER) == activated(gone, now=LATER) == gone


@pytest.mark.parametrize(
    ("api_url", "name"),
    [
        ("https://Shop.Example:8443/graphql/", "shop.example:8443"),
        ("shop.example", ""),
        ("https://[shop.example/graphql/", ""),
        ("https://[2001:DB8::1]:8443/graphql/", "[2001:db8::1]:8443"),
        ("https://[v1.evil.example].shop.example/graphql/", ""),
        ("https://[2001:db8::1].shop.example/graphql/", ""),
    ],
)
def test_the_name_of_a_shop_is_its_host_and_port(api_url: str, name: str) -> None:
    assert shop_name_of(api_url) == name
