"""A shop registers once, with a token that the shop itself vouches for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.domain.shop import APP_PERMISSIONS, Installation, removed
from chalicelib.domain.shop_api import AppFacts
from chalicelib.domain.sync import SyncMessage, SyncStep
from chalicelib.errors import RegistrationRefused, ShopRefused
from chalicelib.services.sync.register_shop import (
    APP_IDENTIFIER,
    Registration,
    register_shop,
)
from chalicelib.services.sync.sync_service import SyncService
from chalicelib.settings import Settings
from tests.fakes import FakeClock
from tests.sync_fakes import (
    FakeAppsOfShops,
    FakeMarkStore,
    FakeShopStore,
    FakeSyncedCatalog,
    FakeSyncQueue,
    FakeTokenVault,
)

API_URL = "https://demo.shop.example/graphql/"
NAME = "demo.shop.example"
OURS = AppFacts(
    id="QXBwOjE=",
    identifier=APP_IDENTIFIER,
    permissions=frozenset(APP_PERMISSIONS),
    saleor_version="3.23.28",
)


def make_sync(*, domains: tuple[str, ...] = ("*.shop.example",)) -> SyncService:
    return SyncService(
        shops=FakeShopStore(),
        marks=FakeMarkStore(),
        catalog=FakeSyncedCatalog(),
        vault=FakeTokenVault(),
        api=FakeAppsOfShops({"new": OURS}),  # type: ignore[arg-type]
        queue=FakeSyncQueue(),
        clock=FakeClock(),
        settings=Settings(saleor_domains=domains),
    )


def register(sync: SyncService, token: str = "new", api_url: str = API_URL) -> None:
    register_shop(sync, Registration(api_url=api_url, token=token))


def apps_of(sync: SyncService) -> FakeAppsOfShops:
    assert isinstance(sync.api, FakeAppsOfShops)
    return sync.api


def test_the_installation_is_stored_with_a_sealed_token() -> None:
    sync = make_sync()
    register(sync)
    shop = sync.shops.find(NAME)
    assert shop is not None
    assert (shop.app_id, shop.status, shop.saleor_version) == (OURS.id, "ACTIVE", "3.23.28")
    assert shop.sealed_token is not None
    assert b"new" not in shop.sealed_token
    assert sync.connect(shop).token == "new"


def test_the_first_sync_is_asked_for() -> None:
    sync = make_sync()
    register(sync)
    assert isinstance(sync.queue, FakeSyncQueue)
    assert sync.queue.sent == [SyncMessage(shop=NAME, step=SyncStep.CONNECT)]


def test_a_queue_that_is_down_does_not_fail_the_installation() -> None:
    sync = replace(make_sync(), queue=FakeSyncQueue(is_down=True))
    register(sync)
    assert sync.shops.find(NAME) is not None


@pytest.mark.parametrize("domains", [(), ("*.other.example",), ("shop.example",)])
def test_a_domain_that_the_deployment_does_not_serve_is_refused(domains: tuple[str, ...]) -> None:
    sync = make_sync(domains=domains)
    with pytest.raises(RegistrationRefused, match="domain"):
        register(sync)
    assert sync.shops.list_all() == ()


def test_an_address_that_python_reads_as_another_host_is_of_no_domain() -> None:
    sync = make_sync()
    with pytest.raises(RegistrationRefused, match="domain"):
        register(sync, api_url="https://[v1.evil.example].shop.example/graphql/")
    assert sync.shops.list_all() == ()


@pytest.mark.parametrize("token", ["forged", "silent"])
def test_a_token_that_the_shop_does_not_vouch_for_is_refused(token: str) -> None:
    sync = make_sync()
    apps_of(sync).silent.add("silent")
    with pytest.raises(RegistrationRefused):
        register(sync, token)
    assert sync.shops.list_all() == ()


def test_the_token_of_another_app_is_refused() -> None:
    sync = make_sync()
    apps_of(sync).apps["theirs"] = replace(OURS, identifier="another.app")
    with pytest.raises(RegistrationRefused, match="another app"):
        register(sync, "theirs")


def test_the_same_app_may_register_again() -> None:
    sync = make_sync()
    register(sync)
    apps_of(sync).apps["newer"] = OURS
    register(sync, "newer")
    shop = sync.shops.find(NAME)
    assert shop is not None
    assert sync.connect(shop).token == "newer"


@pytest.mark.parametrize("is_silent", [False, True])
def test_a_living_installation_is_not_replaced_by_another_app(is_silent: bool) -> None:
    sync = make_sync()
    register(sync)
    apps_of(sync).apps["newer"] = replace(OURS, id="QXBwOjI=")
    if is_silent:
        apps_of(sync).silent.add("new")
    with pytest.raises(RegistrationRefused, match="already"):
        register(sync, "newer")


def test_a_busy_shop_has_time_to_check_a_new_token() -> None:
    sync = make_sync()
    apps_of(sync).seconds = 3
    register(sync)
    assert sync.shops.find(NAME) is not None


def test_a_registration_that_asks_twice_is_answered_within_five_seconds() -> None:
    sync = make_sync()
    register(sync)
    apps = apps_of(sync)
    apps.allowed.clear()
    apps.apps["newer"] = replace(OURS, id="QXBwOjI=")
    with pytest.raises(RegistrationRefused, match="already"):
        register(sync, "newer")
    assert len(apps.allowed) == 2
    assert sum(apps.allowed) < 5


def test_a_dead_installation_is_replaced() -> None:
    sync = make_sync()
    register(sync)
    apps_of(sync).apps = {"newer": replace(OURS, id="QXBwOjI=")}
    register(sync, "newer")
    shop = sync.shops.find(NAME)
    assert shop is not None
    assert shop.app_id == "QXBwOjI="


def test_a_removed_shop_can_install_again() -> None:
    sync = make_sync()
    register(sync)
    shop = sync.shops.find(NAME)
    assert shop is not None
    sync.shops.save(removed(shop, now=sync.clock.now(), grace_seconds=60))
    register(sync)
    found = sync.shops.find(NAME)
    assert found is not None
    assert (found.status, found.forget_at) == (Installation.ACTIVE, None)


def test_a_removed_shop_cannot_be_asked() -> None:
    sync = make_sync()
    register(sync)
    shop = sync.shops.find(NAME)
    assert shop is not None
    gone = removed(shop, now=sync.clock.now(), grace_seconds=60)
    with pytest.raises(ShopRefused):
        sync.connect(gone)


def test_refusals_fit_into_what_saleor_shows() -> None:
    """A message over 255 characters leaves the installation pending for ever."""
    sync = make_sync(domains=())
    with pytest.raises(RegistrationRefused) as caught:
        register(sync, api_url=f"https://{'long.' * 40}example/graphql/")
    assert len(str(caught.value)) <= 255


def test_the_token_is_in_no_representation() -> None:
    assert "new" not in repr(Registration(api_url=API_URL, token="new"))
