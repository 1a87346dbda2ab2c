"""A shop and its sync under random changes, deliveries, crashes and delays: one run of the model.

A crash stops everything at one call, as when a function is killed: what was written stays, what was
not is lost, and the lease of the dead worker has to end by itself.
"""

from __future__ import annotations

import json
import pickle
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from chalicelib.domain.global_id import number_of
from chalicelib.domain.shop_api import FailedDelivery
from chalicelib.domain.sync import SyncMessage
from chalicelib.errors import Unavailable
from chalicelib.services.sync.ensure_current import SyncCurrency
from chalicelib.services.sync.receive_event import receive_event
from chalicelib.services.sync.register_shop import Registration, register_shop
from chalicelib.services.sync.schedule_syncs import schedule_syncs
from chalicelib.services.sync.step import STEP_SECONDS
from chalicelib.services.sync.work_sync import work_sync
from local.demo_shop.data import DemoShop, Event
from local.demo_shop.webhooks import payload_of
from tests import shop_changes, shop_wide_changes
from tests.fake_shop_api import FakeShopApi
from tests.sync_world import API_URL, NAME, SyncWorld, make_fake_api, make_world

PRODUCTS: Final = 5
DAY: Final = 24 * 60 * 60
EVERY_PRODUCT: Final = "every product"


class Crash(BaseException):
    """The worker is killed. No code of the service may handle it."""


@dataclass
class Fuse:
    """Kills the worker at the call after `left` more calls, and at each one until it is reset."""

    left: int | None = None

    def burn(self) -> None:
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise Crash


@dataclass
class FakeFragile:
    """A port whose every call may be the last one of a worker."""

    port: Any
    fuse: Fuse

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.port, name)
        if not callable(found):
            return found

        def call(*given: Any, **named: Any) -> Any:
            self.fuse.burn()
            return found(*given, **named)

        return call


@cache
def _pickled_shop() -> bytes:
    """Return the records of a shop that has nothing but what its products use."""
    records = make_fake_api(PRODUCTS).shop.records
    text = json.dumps(records["products"])
    used = {
        kind: {id_: node for id_, node in records[kind].items() if id_ in text}
        for kind in records.keys() - {"products"}
    }
    return pickle.dumps({**records, **used})


@dataclass
class Model:
    """One run. `stale` are the products that changed without a trace that Waybill can know of."""

    world: SyncWorld
    api: FakeShopApi
    chance: random.Random
    fuse: Fuse
    slowness: random.Random
    stale: set[str] = field(default_factory=set)
    pending: list[tuple[Event, Any]] = field(default_factory=list)
    history: list[tuple[datetime, bytes]] = field(default_factory=list)
    behind_seconds: float = 0

    @classmethod
    def make(cls, seed: int, **settings: Any) -> Model:
        api = make_fake_api(1)
        api.shop = DemoShop(pickle.loads(_pickled_shop()), api.shop.shop)
        world, fuse = make_world(api=api, **settings), Fuse()
        ports = ("shops", "marks", "catalog", "api", "queue")
        fragile: dict[str, Any] = {
            name: FakeFragile(getattr(world.sync, name), fuse) for name in ports
        }
        world.sync = replace(world.sync, **fragile)
        model = cls(world, api, random.Random(seed), fuse, random.Random(seed))
        # A replica is somewhat less behind than the deployment allows for.
        model.behind_seconds = 0.75 * settings.get("replica_lag_seconds", 0)
        api.find_shop = model._replica
        world.shop.publish = model._announce
        return model

    def install(self) -> None:
        """Install the app and work until nothing is left, whatever dies."""
        registration = Registration(api_url=API_URL, token="secret")
        for _ in range(2):
            with suppress(Crash):
                register_shop(self.world.sync, registration)
                break
            self.fuse.left = None
        while self.world.queue.sent:
            self._work()

    def run(self, actions: int) -> None:
        """Install the app, and then let things happen."""
        self.world.install()
        for _ in range(actions):
            # No two changes of a shop have the same time.
            self.world.pass_time(0.01)
            self._remember()
            self.chance.choice(self._actions())()

    def settle(self) -> None:
        """Let a day pass in which nothing changes, and the schedule do its work."""
        self.fuse.left = None
        for event, _ in self.pending:
            self._lose(event)
        for seconds in (DAY, 400, 400):
            self.world.pass_time(seconds)
            schedule_syncs(self.world.sync)
            self.world.work()

    def export(self) -> None:
        """Wait for a current catalogue; AssertionError if an announced change is not in it."""
        asked_at = self.world.clock.now()
        currency = SyncCurrency(self.world.sync)
        for _ in range(200):
            if not currency.ensure(NAME, "products", asked_at).is_waiting:
                return self._check()
            self.world.pass_time(5)
            self.world.work()
        raise AssertionError("The export waits for ever.")

    def _check(self) -> None:
        if EVERY_PRODUCT in self.stale:
            return
        numbers = set(map(number_of, self.stale))
        found, expected = self.world.documents(), self.world.expected()
        for number in (found.keys() | expected.keys()) - numbers:
            assert found.get(number) == expected.get(number), f"record {number} is not current"

    def _actions(self) -> list[Callable[[], None]]:
        often = [self._change_product] * 4 + [self._deliver] * 3 + [self._work] * 4
        seldom = [self._change_shop, self._crash, self._pass_time, self._create, self._delete]
        return [*often, *seldom, self._repeat, self._schedule, self.export]

    # What a read replica shows.

    def _remember(self) -> None:
        if self.behind_seconds:
            records = pickle.dumps(self.world.shop.records)
            self.history.append((self.world.clock.now(), records))

    def _replica(self) -> DemoShop:
        """Return the shop as it was a moment ago. Some answers take longer than a step may."""
        if self.slowness.random() < 0.02:
            self.world.pass_time(STEP_SECONDS + 10)
        shop = self.world.shop
        moment = self.world.clock.now() - timedelta(seconds=self.behind_seconds)
        for until, records in self.history:
            if until > moment:
                return DemoShop(pickle.loads(records), shop.shop)
        return shop

    # What the shop and its people do.

    def _change_product(self) -> None:
        products = self.world.shop.all("products")
        if products:
            change = self.chance.choice(list(shop_changes.OF_PRODUCTS.values()))
            product = self.chance.choice(products)
            self._note(product["id"], is_known=bool(change.moves))
            change.apply(self.world.shop, product["id"], self.chance.randrange(1_000))

    def _change_shop(self) -> None:
        name = self.chance.choice(sorted(shop_wide_changes.OF_SHOPS))
        if self.world.shop.all("products"):
            # Only the event tells of a value; names and types are read with every reconciliation,
            # and a new name is no reason to read products again.
            if name in shop_wide_changes.OF_VALUES:
                self._note(EVERY_PRODUCT, is_known=False)
            shop_wide_changes.OF_SHOPS[name](self.world.shop, self.chance.randrange(1_000))

    def _create(self) -> None:
        products = self.world.shop.all("products")
        if products:
            self.world.shop.add_product(products[0]["id"], f"New {self.chance.random()}")

    def _delete(self) -> None:
        products = self.world.shop.all("products")
        if products:
            product = self.chance.choice(products)
            self._note(product["id"], is_known=False)
            is_silent = self.chance.random() < 0.5
            shop = self.world.shop
            (shop.delete_silently if is_silent else shop.delete_product)(product["id"])

    def _note(self, id_: str, *, is_known: bool) -> None:
        """Remember what changed. A time that moves tells of all earlier changes of the record."""
        if is_known:
            self.stale.discard(id_)
        else:
            self.stale.add(id_)

    # What happens to deliveries.

    def _announce(self, event: Event) -> None:
        self.pending.append((event, payload_of(event, self.world.clock.now())))

    def _deliver(self) -> None:
        """Deliver one event, any one, sometimes twice; or lose it."""
        if not self.pending:
            return
        event, body = self.pending.pop(self.chance.randrange(len(self.pending)))
        if self.chance.random() < 0.2:
            self._lose(event)
            return
        shop, self.fuse.left = self.world.installed, None
        for _ in range(1 + (self.chance.random() < 0.3)):
            receive_event(self.world.sync, shop, body | {"issuedAt": self._issued_at(body)})
        self._untaint(event)

    def _issued_at(self, body: Any) -> str:
        # An older delivery than an hour is refused as a replay; Saleor gives up after minutes.
        return str(self.world.clock.now().isoformat())

    def _lose(self, event: Event) -> None:
        now = self.world.clock.now()
        if self.chance.random() < 0.5:
            self.api.failed.append(FailedDelivery(created_at=now, body=payload_of(event, now)))

    def _untaint(self, event: Event) -> None:
        if event.field == "attributeValue":
            self.stale.clear()
        else:
            self.stale.discard(event.node.get("product", event.node)["id"])

    # What happens to the workers.

    def _work(self) -> None:
        """Let a worker do one message, any one."""
        if self.world.queue.sent:
            message, delay = self.world.queue.take(
                self.chance.randrange(len(self.world.queue.sent))
            )
            self.world.pass_time(delay)
            self._do(message)

    def _do(self, message: SyncMessage) -> None:
        try:
            work_sync(self.world.sync, message)
        except (Unavailable, Crash):
            # The message comes again.
            self.fuse.left = None
            self.world.queue.send([message], delay_seconds=30)

    def _crash(self) -> None:
        self.fuse.left = self.chance.randrange(40)
        self._work()
        self.fuse.left = None

    def _repeat(self) -> None:
        if self.world.queue.sent:
            self.world.queue.send([self.chance.choice(self.world.queue.sent)])

    def _schedule(self) -> None:
        schedule_syncs(self.world.sync)

    def _pass_time(self) -> None:
        self.world.pass_time(self.chance.choice([1, 20, 400, 4_000]))
