"""The parts that keep shops' catalogues current."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Final

from chalicelib.domain.ports import Clock
from chalicelib.domain.shop import Shop
from chalicelib.domain.shop_api import Connection, ShopApi
from chalicelib.domain.shop_ports import MarkStore, ShopStore, SyncedCatalog, SyncQueue, TokenVault
from chalicelib.domain.sync import SyncMessage, SyncState, SyncStep
from chalicelib.errors import ShopRefused
from chalicelib.settings import Settings
from chalicelib.words.text import say

log: Final = logging.getLogger("waybill")
REFUSED: Final = say(
    "Your shop does not accept Waybill's token any more. "
    "Ask an administrator to activate the app Waybill, or to install it again if it was deleted, "
    "then export again."
)
TOO_MANY_BROKEN: Final = say(
    "Your shop answers with errors for more than 5,000 of its products, so Waybill cannot read "
    "what changed. Ask an administrator to correct these products, then export again."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncService:
    """The ports and settings that the steps of a sync work with."""

    shops: ShopStore
    marks: MarkStore
    catalog: SyncedCatalog
    vault: TokenVault
    api: ShopApi
    queue: SyncQueue
    clock: Clock
    settings: Settings

    def connect(self, shop: Shop) -> Connection:
        """Return how to ask the shop; raise ShopRefused when the app is off or removed there."""
        if not shop.is_active or shop.sealed_token is None:
            raise ShopRefused(f"The app is switched off in {shop.name}.")
        token = self.vault.open(shop.name, shop.sealed_token)
        return Connection(api_url=shop.api_url, token=token, app_id=shop.app_id)

    def connect_by_name(self, name: str) -> Connection:
        """Return how to ask the shop of this name; ShopRefused also if it is not installed."""
        shop = self.shops.find(name)
        if shop is None:
            raise ShopRefused(f"The app is not installed in {name}.")
        return self.connect(shop)

    def seconds(self, shop: Shop, name: str) -> int:
        """Return an interval of the sync: the shop's own, else the deployment's."""
        of_deployment: int = getattr(self.settings, name)
        return shop.settings.get(name, of_deployment)

    def ask(self, shop: str, step: SyncStep, kind: str = "", *, delay_seconds: int = 0) -> None:
        """Ask a worker for a step; raise Unavailable when the queue does not take it."""
        message = SyncMessage(shop=shop, step=step, kind=kind)
        self.queue.send([message], delay_seconds=delay_seconds)

    def get_state(self, shop: str, kind: str) -> SyncState:
        """Return the state of one kind; a blank one before the first sync."""
        return self.shops.find_state(shop, kind) or SyncState(shop=shop, kind=kind)
