"""Lists of a shop that are longer than one page, and those that change while they are read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.adapters.outside_http import Answer
from chalicelib.adapters.saleor.client import SaleorApi
from chalicelib.adapters.saleor.shop import SaleorShop
from chalicelib.domain.shop_api import Connection, FailedDelivery
from chalicelib.errors import Unavailable
from local.demo_shop.record_api import by_name
from tests.fakes import START
from tests.sync_world import API_URL, FakeWire, SyncWorld, make_world

CONNECTION = Connection(api_url=API_URL, token="secret", app_id="QXBwOjE=")


@pytest.fixture
def world() -> SyncWorld:
    return make_world(1)


@dataclass
class FakeEventfulWire(FakeWire):
    """The wire to a shop in which something happens after the first answers."""

    happen: Callable[[], Any] = lambda: None
    after: int = 0

    def send(self, *given: Any, **named: Any) -> Answer:
        answer = super().send(*given, **named)
        if len(self.queries) == self.after:
            self.happen()
        return answer


def add_categories(world: SyncWorld, count: int) -> set[str]:
    categories = world.shop.records["categories"]
    like = next(iter(categories.values()))
    for number in range(count):
        id_ = f"Q2F0ZWdvcnk6new{number:04}"
        categories[id_] = {**like, "id": id_, "name": f"New {number:04}"}
    return set(categories)


def test_a_dictionary_of_several_pages_is_read_whole(world: SyncWorld) -> None:
    ids = add_categories(world, 230)
    found = world.sync.api.read_dictionaries(CONNECTION)["categories"]
    assert (len(found), {one["id"] for one in found}) == (len(ids), ids)


def test_a_dictionary_that_loses_a_record_while_it_is_read_is_read_later(world: SyncWorld) -> None:
    add_categories(world, 230)
    wire = FakeEventfulWire(world.server, after=2)
    wire.happen = lambda: world.shop.records["categories"].pop("Q2F0ZWdvcnk6new0000")
    with pytest.raises(Unavailable, match="changed while it was read"):
        SaleorShop(SaleorApi(wire)).read_dictionaries(CONNECTION)  # type: ignore[arg-type]


def test_a_record_that_comes_twice_does_not_stand_in_for_one_that_is_left_out(
    world: SyncWorld,
) -> None:
    add_categories(world, 230)
    wire = FakeEventfulWire(world.server, after=2)

    def swap() -> None:
        first, *_, last = sorted(world.shop.records["categories"].values(), key=by_name)
        first["slug"], last["slug"] = last["slug"], first["slug"]
        first["name"], last["name"] = last["name"], first["name"]

    wire.happen = swap
    with pytest.raises(Unavailable, match="changed while it was read"):
        SaleorShop(SaleorApi(wire)).read_dictionaries(CONNECTION)  # type: ignore[arg-type]


def test_the_stocks_of_all_products_are_walked_page_by_page() -> None:
    world = make_world(230)
    after: str | None = None
    found: set[str] = set()
    while not found or after:
        page = world.sync.api.walk_stocks(CONNECTION, "products", after)
        assert all(one["stocks"] for node in page.nodes for one in node["variants"])
        found |= {node["id"] for node in page.nodes}
        after = page.cursor
    assert (len(found), page.total) == (230, 230)


def fail_deliveries(world: SyncWorld, *payloads: str | None) -> None:
    """Failed deliveries of the webhook, one a minute up to now."""
    world.sync.api.connect_webhook(CONNECTION, "https://waybill.example/")
    assert world.server.app is not None
    (webhook,) = world.server.app.webhooks.values()
    webhook["deliveries"] = [
        {
            "id": f"delivery-{place}",
            "createdAt": (START - timedelta(minutes=place)).isoformat(),
            "status": "FAILED",
            "payload": payload,
        }
        for place, payload in enumerate(payloads)
    ]


def find_failed(world: SyncWorld, minutes: int, limit: int = 1_000) -> tuple[FailedDelivery, ...]:
    since = START - timedelta(minutes=minutes)
    return world.sync.api.find_failed_deliveries(CONNECTION, since, limit)


def test_deliveries_that_failed_since_a_time_are_found_on_all_pages(world: SyncWorld) -> None:
    fail_deliveries(world, *(f'{{"place": {place}}}' for place in range(230)))
    found = find_failed(world, minutes=120)
    assert [one.body["place"] for one in found] == list(range(121))
    assert found[120].created_at == START - timedelta(minutes=120)
    assert len(find_failed(world, minutes=999)) == 230


def test_no_page_is_asked_for_that_can_only_hold_older_deliveries(world: SyncWorld) -> None:
    fail_deliveries(world, *["{}"] * 230)
    wire = FakeWire(world.server)
    since = START - timedelta(minutes=50)
    shop = SaleorShop(SaleorApi(wire))  # type: ignore[arg-type]
    shop.find_failed_deliveries(CONNECTION, since, 1_000)
    assert len(wire.queries) == 1


def test_of_many_failed_deliveries_no_more_pages_are_read_than_wanted(world: SyncWorld) -> None:
    fail_deliveries(world, *["{}"] * 230)
    wire = FakeWire(world.server)
    shop = SaleorShop(SaleorApi(wire))  # type: ignore[arg-type]
    assert len(shop.find_failed_deliveries(CONNECTION, START - timedelta(days=9), 150)) == 150
    assert len(wire.queries) == 2


def test_a_failed_delivery_that_cannot_be_read_has_an_empty_body(world: SyncWorld) -> None:
    fail_deliveries(world, None, "", "<html>", '{"a": 1}')
    assert [one.body for one in find_failed(world, minutes=9)] == [{}, {}, {}, {"a": 1}]


def test_a_shop_without_the_webhook_has_no_failed_deliveries(world: SyncWorld) -> None:
    assert find_failed(world, minutes=9) == ()
