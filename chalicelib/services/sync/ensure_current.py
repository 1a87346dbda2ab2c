"""Tell whether a catalogue has all that the shop announced before a moment, and catch up if not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from chalicelib.catalog import kinds
from chalicelib.catalog.versions import version_of
from chalicelib.domain.currency import Currency
from chalicelib.domain.shop import Shop
from chalicelib.domain.sync import SyncMessage, SyncState, SyncStep
from chalicelib.errors import ExportFailed
from chalicelib.services.sync.sync_service import SyncService

SYNCED_KINDS: Final = (kinds.PRODUCTS,)
SWITCHED_OFF: Final = (
    "Waybill is switched off in your shop, so its products cannot be read. "
    "Ask an administrator to activate the app, then export again."
)
FIRST_SYNC: Final = "Waybill is reading your shop for the first time."
CATCHING_UP: Final = "Waybill is catching up with your shop."


@dataclass(frozen=True, slots=True)
class SyncCurrency:
    """`CatalogCurrency` of connected shops.

    Catalogues of other shops are as current as their load.
    """

    sync: SyncService

    def ensure(self, shop: str, kind: str, moment: datetime) -> Currency:
        found = self.sync.shops.find(shop)
        if found is None or kind not in SYNCED_KINDS:
            return Currency()
        if not found.is_active:
            raise ExportFailed(SWITCHED_OFF)
        state = self.sync.get_state(shop, kind)
        if not state.is_ready or state.version < version_of(kind):
            return self._wait_for_first_sync(found, state)
        if not _has_asked(state, moment) or self.sync.marks.has_older(shop, kind, moment):
            self._ask(shop, kind, SyncStep.RECONCILE)
            return Currency(as_of=state.as_of, is_waiting=True, reason=CATCHING_UP)
        return Currency(as_of=state.asked_at)

    def _wait_for_first_sync(self, shop: Shop, state: SyncState) -> Currency:
        # A sync that runs sends its own messages.
        if state.running_since is None:
            self._ask(shop.name, state.kind, SyncStep.FULL)
        return Currency(is_waiting=True, is_first_sync=True, reason=_progress_text(state))

    def _ask(self, shop: str, kind: str, step: SyncStep) -> None:
        self.sync.queue.send([SyncMessage(shop=shop, step=step, kind=kind)])


def _has_asked(state: SyncState, moment: datetime) -> bool:
    return state.asked_at is not None and state.asked_at >= moment


def _progress_text(state: SyncState) -> str:
    if not state.total:
        return FIRST_SYNC
    return f"{FIRST_SYNC} {state.done:,} of {state.total:,} products are read."
