"""Every line of the recorded table of changes: the next export has the change, or says its age."""

from __future__ import annotations

import pytest

from chalicelib.domain.currency import Facts
from chalicelib.domain.sync import SyncStep
from chalicelib.services.sync.ensure_current import SyncCurrency
from local.demo_shop.data import DemoShop
from tests import shop_changes, shop_wide_changes
from tests.sync_world import NAME, SyncWorld, make_fake_api, make_world

# Other Pythons run the tests without these: they take most of the time.
pytestmark = pytest.mark.long

# No event tells Waybill of these and no time moves: stocks and listings are as of their refresh.
SILENT = {"discounted price", "order placed", "fulfilment"}
# No time moves: without its event, the change is found by a refresh or by the daily walk.
BY_EVENT_ONLY = {name for name, change in shop_changes.OF_PRODUCTS.items() if not change.moves}
REFRESHED = SILENT | {
    "channel left",
    "cost",
    "price or cost",
    "publication",
    "stock",
    "stock created",
    "stock deleted",
}


@pytest.fixture
def world() -> SyncWorld:
    made = make_world(api=make_fake_api(4))
    made.install()
    made.pass_time(600)
    return made


def change(world: SyncWorld, name: str) -> None:
    product = world.shop.all("products")[0]
    shop_changes.OF_PRODUCTS[name].apply(world.shop, product["id"], 77)


def export(world: SyncWorld) -> dict[Facts, float]:
    """Wait as an export does that is asked for now; return the age of its facts in seconds."""
    asked_at = world.clock.now()
    for _ in range(100):
        currency = SyncCurrency(world.sync).ensure(NAME, "products", asked_at)
        if not currency.is_waiting:
            return {
                facts: (asked_at - moment).total_seconds()
                for facts, moment in currency.as_of.items()
            }
        world.pass_time(2)
        world.work()
    pytest.fail("The export waits for ever.")


@pytest.mark.parametrize("name", sorted(shop_changes.OF_PRODUCTS.keys() - SILENT))
def test_an_announced_change_is_in_the_next_export(world: SyncWorld, name: str) -> None:
    change(world, name)
    world.deliver()
    world.pass_time(1)
    export(world)
    assert world.documents() == world.expected()


@pytest.mark.parametrize("name", sorted(shop_changes.OF_PRODUCTS.keys() - BY_EVENT_ONLY))
def test_a_change_that_moves_a_time_needs_no_event(world: SyncWorld, name: str) -> None:
    change(world, name)
    world.pass_time(1)
    export(world)
    assert world.documents() == world.expected()


@pytest.mark.parametrize("name", sorted(REFRESHED))
def test_a_stock_or_listing_is_as_old_as_its_refresh_says(world: SyncWorld, name: str) -> None:
    world.ask(SyncStep.REFRESH)
    world.pass_time(300)
    change(world, name)
    world.pass_time(1)
    ages = export(world)
    for facts in (Facts.STOCKS, Facts.PRICES, Facts.PUBLICATION):
        assert ages[facts] >= 300
    assert ages[Facts.PRODUCTS] <= 0


@pytest.mark.parametrize("name", sorted(REFRESHED))
def test_a_refresh_finds_a_change_that_nothing_told_of(world: SyncWorld, name: str) -> None:
    change(world, name)
    world.ask(SyncStep.REFRESH)
    assert world.documents() == world.expected()


@pytest.mark.parametrize("name", sorted(BY_EVENT_ONLY))
def test_the_daily_check_finds_a_change_whose_event_was_lost(world: SyncWorld, name: str) -> None:
    change(world, name)
    world.ask(SyncStep.CHECK)
    assert world.documents() == world.expected()


@pytest.mark.parametrize("name", sorted(shop_wide_changes.OF_SHOPS))
def test_a_change_of_names_or_types_is_in_the_next_export(world: SyncWorld, name: str) -> None:
    shop_wide_changes.OF_SHOPS[name](world.shop, 77)
    world.deliver()
    world.pass_time(1)
    export(world)
    assert world.documents() == world.expected()


def test_products_that_vanish_with_their_type_are_not_in_the_next_export(world: SyncWorld) -> None:
    before = len(world.documents())
    shop_wide_changes.delete_type(world.shop, 0)
    export(world)
    assert len(world.documents()) < before


def test_a_created_and_a_deleted_product_are_in_the_next_export(world: SyncWorld) -> None:
    first, second = (product["id"] for product in world.shop.all("products")[:2])
    world.shop.add_product(first, "New")
    world.shop.delete_product(second)
    world.deliver()
    world.pass_time(1)
    export(world)
    assert world.documents() == world.expected()


def test_a_shop_without_products_is_ready() -> None:
    api = make_fake_api(1)
    api.shop = DemoShop.make(0, gift_cards=0, vouchers=0)
    world = make_world(api=api)
    world.install()
    assert world.sync.get_state(NAME, "products").is_ready
