"""A connected shop with many gift cards, and the service that exports them: quick, without GraphQL.

The shop answers as a recorded Saleor does: unused cards, oldest first, a page at a time. A card
that it cannot show breaks its page.
"""

from __future__ import annotations

import pickle
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from chalicelib.adapters.catalog.by_shop import CatalogByShop
from chalicelib.adapters.catalog.joined_kinds import JoinedKinds
from chalicelib.adapters.live.catalog import LiveCatalog
from chalicelib.domain.export_file import ExportFile
from chalicelib.domain.requestor import MANAGE_GIFT_CARD
from chalicelib.domain.shop_api import Connection, Node, NodePage
from chalicelib.errors import PageBroken, ShopRefused
from chalicelib.exports.registry import LIVE_KINDS
from chalicelib.services.sync.ensure_current import SyncCurrency
from local.demo_shop.data import DemoShop
from tests.factories import Service, make_requestor, make_settings
from tests.shop_world import make_shop
from tests.sync_world import make_fake_api, make_world

NAME = "north.shop.example"
CONNECTION = Connection(api_url=f"https://{NAME}/graphql/", token="secret", app_id="QXBwOjE=")


@dataclass
class FakeLiveRecords:
    """The gift cards of a shop. `events` happen before the page of their number is answered."""

    shop: DemoShop
    events: dict[int, Callable[[], None]] = field(default_factory=dict)
    pages: int = 0
    is_anonymous: bool = False
    _keys: list[str] = field(default_factory=list)
    _cards: list[Node] = field(default_factory=list)

    def unused(self) -> list[Node]:
        """All cards that were never used, oldest first."""
        cards = [one for one in self.shop.all("gift_cards") if one["lastUsedOn"] is None]
        return sorted(cards, key=_key)

    def look(self) -> None:
        """See the cards as they are now: sorting them for every page would take seconds."""
        self._cards = self.unused()
        self._keys = list(map(_key, self._cards))

    def read_gift_cards(
        self, connection: Connection, after: str | None, size: int, *, ids_only: bool = False
    ) -> NodePage:
        self.pages += not ids_only
        event = None if ids_only else self.events.pop(self.pages, None)
        if event is not None:
            event()
            self.look()
        start = bisect_right(self._keys, after) if after else 0
        shown = self._cards[start : start + size]
        self._check(shown, ids_only=ids_only)
        has_more = len(self._cards) > start + size
        cursor = self._keys[start + size - 1] if has_more else None
        return NodePage(nodes=tuple(shown), cursor=cursor, total=len(self._cards))

    def find_gift_cards(self, connection: Connection, ids: Sequence[str]) -> tuple[Node, ...]:
        cards = self.shop.records["gift_cards"]
        return tuple({**cards[one], "used": False} for one in ids if one in cards)

    def find_last_gift_card(self, connection: Connection) -> NodePage:
        self.look()
        return NodePage(nodes=tuple(self._cards[-1:]), cursor=None, total=len(self._cards))

    def _check(self, cards: Sequence[Node], *, ids_only: bool) -> None:
        if self.is_anonymous:
            raise ShopRefused("The shop does not know the app's token any more.")
        if not ids_only and any(one["id"] in self.shop.broken for one in cards):
            raise PageBroken("Enum 'Unit' cannot represent value: 'stone'")


def _key(card: Node) -> str:
    return f"{card['created']} {card['id']}"


@dataclass
class LiveService:
    """The service, and the shop whose gift cards it exports."""

    records: FakeLiveRecords
    service: Service

    @property
    def shop(self) -> DemoShop:
        return self.records.shop

    def request(self, **given: Any) -> ExportFile:
        """A pending export of the gift cards."""
        asker = make_requestor(MANAGE_GIFT_CARD, shop=NAME)
        return self.service.request("gift_cards", asker, **given)

    def export(self, **given: Any) -> ExportFile:
        job = self.request(**given)
        self.service.work()
        return self.service.job(job)

    def codes(self, job: ExportFile) -> list[str]:
        """The codes in the file of a finished export."""
        assert job.status == "SUCCESS", job.message
        return self.service.file_of(job).decode().splitlines()[1:]


@cache
def _pickled_shop(gift_cards: int) -> bytes:
    """Return a shop: making ten thousand cards takes a second, copying them a tenth of it."""
    shop = DemoShop.make(1, gift_cards=gift_cards)
    for card in shop.all("gift_cards"):
        card["lastUsedOn"] = None
    return pickle.dumps((shop.records, shop.shop))


def make_live_service(gift_cards: int, **settings: Any) -> LiveService:
    """Return a service and a shop with so many cards that were never used."""
    records = FakeLiveRecords(DemoShop(*pickle.loads(_pickled_shop(gift_cards))))
    service = Service(settings=make_settings(**settings))
    source = CatalogByShop(
        stored=service.source,
        live=LiveCatalog(records, lambda shop: CONNECTION),  # type: ignore[arg-type]
        live_kinds=LIVE_KINDS,
        is_connected=lambda shop: service.shops.find(shop) is not None,
    )
    sync = make_world(api=make_fake_api(products=0)).sync
    service.worker = replace(
        service.worker,
        source=JoinedKinds(source),
        currency=SyncCurrency(replace(sync, shops=service.shops, clock=service.clock)),
    )
    service.shops.save(make_shop(NAME))
    return LiveService(records, service)
