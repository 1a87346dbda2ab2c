"""A demo shop and the sync that keeps its catalogue, in one process and on one clock."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from chalicelib.adapters.outside_http import Answer
from chalicelib.adapters.saleor.client import SaleorApi
from chalicelib.adapters.saleor.shop import SaleorShop
from chalicelib.catalog.documents import records_of
from chalicelib.domain.shop import APP_PERMISSIONS, Shop
from chalicelib.domain.shop_api import AppFacts, ShopApi
from chalicelib.domain.sync import SyncMessage, SyncStep
from chalicelib.errors import Unavailable
from chalicelib.services.sync.ensure_current import SyncCurrency
from chalicelib.services.sync.receive_event import receive_event
from chalicelib.services.sync.register_shop import (
    APP_IDENTIFIER,
    Registration,
    register_shop,
)
from chalicelib.services.sync.sync_service import SyncService
from chalicelib.services.sync.work_sync import work_sync
from chalicelib.settings import Settings
from local.demo_shop.caller import InstalledApp
from local.demo_shop.data import DemoShop, Event
from local.demo_shop.server import ShopServer
from local.demo_shop.webhooks import payload_of
from tests.fake_shop_api import FakeShopApi
from tests.fakes import FakeClock
from tests.sync_fakes import (
    FakeMarkStore,
    FakeShopStore,
    FakeSyncedCatalog,
    FakeSyncQueue,
    FakeTokenVault,
)

API_URL = "https://demo.shop.example/graphql/"
LANGUAGES = ("de",)
NAME = "demo.shop.example"


@dataclass
class FakeWire:
    """Takes requests to the demo shop without a network."""

    server: ShopServer
    queries: list[str] = field(default_factory=list)
    variables: list[Mapping[str, Any]] = field(default_factory=list)

    def send(
        self, method: str, url: str, *, body: bytes, headers: Mapping[str, str], **_: Any
    ) -> Answer:
        asked = json.loads(body)
        self.queries.append(asked["query"])
        self.variables.append(asked["variables"])
        token = headers["Authorization"].removeprefix("Bearer ")
        status, found = self.server.ask(body, token)
        return Answer(status, {"retry-after": "0"}, found)


@dataclass
class SyncWorld:
    """The shop, its catalogue here, and what is under way between them."""

    server: ShopServer
    sync: SyncService
    clock: FakeClock
    queue: FakeSyncQueue
    catalog: FakeSyncedCatalog
    marks: FakeMarkStore
    undelivered: list[Event] = field(default_factory=list)

    @property
    def shop(self) -> DemoShop:
        return self.server.shop

    @property
    def installed(self) -> Shop:
        found = self.sync.shops.find(NAME)
        assert found is not None
        return found

    def install(self) -> None:
        """Install the app and work until the first sync is done."""
        register_shop(self.sync, Registration(api_url=API_URL, token="secret"))
        self.work()

    def work(self, limit: int = 1_000) -> int:
        """Do what the queue asks for until nothing is left; return how many messages that were.

        Time passes as the delays of messages ask.
        """
        done = 0
        while self.queue.sent:
            message, delay = self.queue.take()
            done += 1
            assert done < limit, "the sync does not come to an end"
            self.clock.advance(delay)
            try:
                work_sync(self.sync, message)
            except Unavailable:
                self.queue.send([message], delay_seconds=30)
        return done

    def ask(self, step: SyncStep) -> None:
        """Do one step and what follows from it."""
        self.queue.send([SyncMessage(shop=NAME, step=step)])
        self.work()

    def deliver(self) -> None:
        """Deliver the webhooks of all changes so far."""
        for event in self.undelivered:
            receive_event(self.sync, self.installed, payload_of(event, self.clock.now()))
        self.undelivered.clear()

    def pass_time(self, seconds: float) -> None:
        self.clock.advance(seconds)

    def documents(self) -> dict[int, Mapping[str, Any]]:
        """Return the stored products by number."""
        return self.catalog.of(NAME, "products")

    def expected(self) -> dict[int, Mapping[str, Any]]:
        """Return the products as a load of the shop's records would store them now."""
        found: dict[int, Mapping[str, Any]] = {}
        for node in self.shop.all("products"):
            for record in records_of("products", _named_now(node, self.shop)):
                found[record.number] = record.document
        return found


def _named_now(node: Mapping[str, Any], shop: DemoShop) -> dict[str, Any]:
    """Return the node with the names that its category and the like have now."""

    def live(kind: str, reference: Any) -> Any:
        return reference and shop.records[kind][reference["id"]]

    def shared(part: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "attributes": [
                {**one, "attribute": live("attributes", one["attribute"])}
                for one in part["attributes"]
            ],
            "channelListings": [
                {**one, "channel": live("channels", one["channel"])}
                for one in part["channelListings"]
            ],
        }

    return {
        **node,
        **shared(node),
        "category": live("categories", node["category"]),
        "productType": live("product_types", node["productType"]),
        "collections": [live("collections", one) for one in node["collections"]],
        "variants": [
            {
                **variant,
                **shared(variant),
                "stocks": [
                    {**stock, "warehouse": live("warehouses", stock["warehouse"])}
                    for stock in variant["stocks"]
                ],
            }
            for variant in node["variants"]
        ],
    }


def make_world(products: int = 250, *, api: ShopApi | None = None, **settings: Any) -> SyncWorld:
    """Return a shop with Waybill not yet installed.

    Its API speaks GraphQL unless another `api` is given.
    """
    clock = FakeClock()
    shop = getattr(api, "shop", None) or DemoShop.make(products)
    shop.now = clock.now
    server = ShopServer(shop)
    server.app = InstalledApp("QXBwOjE=", APP_IDENTIFIER, "secret", APP_PERMISSIONS)
    queue, catalog, marks = FakeSyncQueue(), FakeSyncedCatalog(), FakeMarkStore()
    sync = SyncService(
        shops=FakeShopStore(),
        marks=marks,
        catalog=catalog,
        vault=FakeTokenVault(),
        api=api or SaleorShop(SaleorApi(FakeWire(server)), LANGUAGES),  # type: ignore[arg-type]
        queue=queue,
        clock=clock,
        settings=replace(
            Settings(),
            saleor_domains=("*.shop.example",),
            mail_sender="a@b.example",
            translation_languages=LANGUAGES,
            **settings,
        ),
    )
    world = SyncWorld(server, sync, clock, queue, catalog, marks)
    shop.publish = world.undelivered.append
    return world


def make_fake_api(products: int) -> FakeShopApi:
    """Return the API of a small shop that answers without GraphQL: for many runs."""
    facts = AppFacts(
        id="QXBwOjE=",
        identifier=APP_IDENTIFIER,
        permissions=frozenset(APP_PERMISSIONS),
        saleor_version="3.23.28",
    )
    return FakeShopApi(DemoShop.make(products, gift_cards=0, vouchers=0), facts)


def make_settled_world(products: int) -> SyncWorld:
    """Return a shop that Waybill has read, ten minutes after the installation."""
    made = make_world(products)
    made.install()
    made.pass_time(600)
    return made


def exported_early(world: SyncWorld) -> Mapping[int, Mapping[str, Any]]:
    """Return the products of an export that looks after every step whether it has to wait."""
    world.pass_time(1)
    asked_at, currency = world.clock.now(), SyncCurrency(world.sync)
    while currency.ensure(NAME, "products", asked_at).is_waiting:
        world.pass_time(1)
        work_sync(world.sync, world.queue.take()[0])
    return world.documents()
