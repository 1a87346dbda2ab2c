"""A connected shop reaches for another one through webhooks, registrations and stored tokens."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.api.http_answer import HttpRequest
from chalicelib.api.saleor_routes import SaleorRoutes
from chalicelib.api.shop_keys import ShopKeys
from chalicelib.domain.shop import Installation, Shop
from chalicelib.domain.shop_api import AppFacts
from chalicelib.errors import ShopRefused
from chalicelib.services.sync.register_shop import APP_IDENTIFIER
from chalicelib.services.sync.sync_service import SyncService
from chalicelib.settings import Settings
from tests.fakes import FakeClock
from tests.shop_world import APP_ID, NORTH, SOUTH, make_shop, signer_of
from tests.sync_fakes import (
    FakeMarkStore,
    FakeShopStore,
    FakeSyncedCatalog,
    FakeSyncQueue,
    FakeTokenVault,
)

PRODUCT = "UHJvZHVjdDoxMDE="


class FakeShops:
    """Two shops that know their own app's token and no other."""

    def describe_app(self, api_url: str, token: str, *, seconds: float = 2) -> AppFacts:
        name = api_url.split("/")[2].lower().removesuffix(":443").removesuffix(".")
        if token != f"token of {name}":
            raise ShopRefused("The shop does not know an app with this token.")
        return AppFacts(
            id=APP_ID, identifier=APP_IDENTIFIER, permissions=frozenset(), saleor_version="3.23"
        )


class Two:
    """A service that both shops are connected to; NORTH is the one that reaches for SOUTH."""

    def __init__(self) -> None:
        self.vault, self.marks, self.clock = FakeTokenVault(), FakeMarkStore(), FakeClock()
        self.clock.now = lambda: datetime.now(UTC)  # type: ignore[method-assign]
        self.sync = SyncService(
            shops=FakeShopStore(),
            marks=self.marks,
            catalog=FakeSyncedCatalog(),
            vault=self.vault,
            api=FakeShops(),  # type: ignore[arg-type]
            queue=FakeSyncQueue(),
            clock=self.clock,
            settings=replace(Settings(), saleor_domains=("*.shop.example",)),
        )
        keys = ShopKeys(lambda url: signer_of(url.split("/")[2]).key_set())
        self.routes = SaleorRoutes(sync=self.sync, version="1", keys=keys)
        for name in (NORTH, SOUTH):
            sealed = self.vault.seal(name, f"token of {name}")
            self.sync.shops.save(make_shop(name, sealed_token=sealed))

    def shop(self, name: str) -> Shop:
        found = self.sync.shops.find(name)
        assert found is not None
        return found

    def deliver(self, sender: str, named: str, **event: Any) -> int:
        """Return the status of a delivery that `sender` signs and that names a shop."""
        body = json.dumps({"issuedAt": datetime.now(UTC).isoformat(), **event}).encode()
        signature = signer_of(sender).sign_detached(body)
        headers = {
            "saleor-api-url": f"https://{named}/graphql/",
            "saleor-domain": SOUTH,
            "saleor-signature": signature,
        }
        return self.routes.webhook(HttpRequest(headers=headers, body=body)).status

    def register(self, api_url: str, token: str) -> int:
        body = json.dumps({"auth_token": token}).encode()
        headers = {"saleor-api-url": api_url}
        return self.routes.register(HttpRequest(headers=headers, body=body)).status


@pytest.fixture
def two() -> Two:
    return Two()


CHANGED = {"__typename": "ProductUpdated", "product": {"id": PRODUCT}}
DELETED = {"__typename": "AppDeleted", "app": {"id": APP_ID}}
OFF = {"__typename": "AppStatusChanged", "app": {"id": APP_ID, "isActive": False}}


@pytest.mark.parametrize("event", [CHANGED, DELETED, OFF])
def test_it_cannot_sign_for_the_other_shop(two: Two, event: dict[str, Any]) -> None:
    assert two.deliver(NORTH, SOUTH, **event) == 401
    assert two.shop(SOUTH).status is Installation.ACTIVE
    assert two.marks.marks == {}


def test_its_deliveries_mark_its_own_records_only(two: Two) -> None:
    assert two.deliver(NORTH, NORTH, **CHANGED) == 200
    assert {shop for shop, _, _ in two.marks.marks} == {NORTH}


def test_a_header_that_names_the_other_domain_changes_nothing(two: Two) -> None:
    two.deliver(NORTH, NORTH, **CHANGED)
    assert two.marks.find(SOUTH, "products", 10) == ()


def test_it_removes_its_own_installation_only_though_app_ids_are_equal(two: Two) -> None:
    assert two.deliver(NORTH, NORTH, **DELETED) == 200
    assert two.shop(NORTH).status is Installation.REMOVED
    assert two.shop(SOUTH).sealed_token is not None


@pytest.mark.parametrize(
    "address",
    [
        f"https://{SOUTH}/graphql/",
        f"https://{SOUTH.upper()}/graphql/",
        f"https://{SOUTH}:443/graphql/",
        f"https://{SOUTH}./graphql/",
        f"https://{NORTH}@{SOUTH}/graphql/",
        f"https://{SOUTH}/other/graphql/",
        f"https://{SOUTH}#{NORTH}/graphql/",
    ],
)
def test_it_cannot_register_as_the_other_shop(two: Two, address: str) -> None:
    before = two.shop(SOUTH)
    assert two.register(address, f"token of {NORTH}") == 400
    assert two.shop(SOUTH) == before


def test_another_path_of_a_living_shop_does_not_replace_it(two: Two) -> None:
    """A host may serve several shops, and their apps have equal ids."""
    assert two.register(f"https://{SOUTH}/other/graphql/", f"token of {SOUTH}") == 400
    assert two.shop(SOUTH).api_url == f"https://{SOUTH}/graphql/"


def test_its_token_does_not_open_as_that_of_the_other_shop(two: Two) -> None:
    stolen = replace(two.shop(SOUTH), sealed_token=two.shop(NORTH).sealed_token)
    with pytest.raises(ShopRefused):
        two.sync.connect(stolen)


@pytest.mark.parametrize("name", ["a#products", "a/b", "a b", "a\\b"])
def test_a_name_that_could_reach_into_the_keys_of_another_shop_cannot_register(
    two: Two, name: str
) -> None:
    assert two.register(f"https://{name}.shop.example/graphql/", "x") == 400
    assert len(two.sync.shops.list_all()) == 2
