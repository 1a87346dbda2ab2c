"""Check that a catalogue has every change that the shop announced, and catch up if it has not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from chalicelib.catalog import kinds
from chalicelib.catalog.versions import version_of
from chalicelib.domain.currency import REFRESHED, Currency, Facts
from chalicelib.domain.shop import Shop
from chalicelib.domain.sync import DICTIONARIES, EVERYTHING, SyncState, SyncStep
from chalicelib.errors import ExportFailed
from chalicelib.services.sync.step import change_state
from chalicelib.services.sync.sync_service import REFUSED, SyncService
from chalicelib.words.text import Text, join, say

SYNCED_KINDS: Final = (kinds.PRODUCTS,)
SWITCHED_OFF: Final = say(
    "Waybill is switched off in your shop, so it cannot read the shop. "
    "Ask an administrator to activate the app, then export again."
)
FIRST_SYNC: Final = say("Waybill is reading your shop for the first time.")
# A reconciliation that is not done by then is asked for again: its message may be lost.
ASK_AGAIN: Final = timedelta(seconds=20)
CATCHING_UP: Final = say("Waybill is catching up with your shop.")


@dataclass(frozen=True, slots=True)
class SyncCurrency:
    """`CatalogCurrency` of connected shops.

    Catalogues of other shops are as current as their load. Kinds that are not synced are read from
    the shop itself when they are exported, so they are current if the app is on.
    """

    sync: SyncService

    def ensure(self, shop: str, kind: str, moment: datetime) -> Currency:
        """Return how current the kind is; ask the sync to catch up if that is not enough.

        Raise ExportFailed if the app is off or was removed.
        """
        found = self.sync.shops.find(shop)
        if found is None:
            return Currency()
        self._check_on(found)
        if kind in SYNCED_KINDS:
            return self._currency(found, kind, moment)
        return Currency(as_of={Facts.RECORDS: self.sync.clock.now()})

    def _check_on(self, shop: Shop) -> None:
        if not shop.is_connected:
            raise ExportFailed(REFUSED)
        if not shop.is_active:
            # The event of an activation may be lost: the next export finds the shop on then.
            self.sync.ask(shop.name, SyncStep.PROBE)
            raise ExportFailed(SWITCHED_OFF)

    def _currency(self, found: Shop, kind: str, moment: datetime) -> Currency:
        shop = found.name
        state = self.sync.get_state(shop, kind)
        if not state.is_ready or state.version < version_of(kind):
            return self._wait_for_first_sync(found, state)
        # The state is read before the marks: what it says can then only be too early.
        as_of, names = _as_of(state), self.sync.get_state(shop, DICTIONARIES).as_of
        as_of |= {Facts.NAMES: names} if names else {}
        if state.as_of and self.sync.settings.translation_languages:
            as_of |= {Facts.TRANSLATIONS: state.as_of}
        if _has_asked(state, moment) and not self.sync.marks.has_older(shop, kind, moment):
            return Currency(as_of=as_of, broken=state.broken)
        if not self._is_full_sync_left(state, moment):
            self._catch_up(found, state)
        # The state of a sync stores its message in English alone.
        return Currency(
            as_of=as_of,
            broken=state.broken,
            is_waiting=True,
            reason=say(state.message) or CATCHING_UP,
            refusal=say(state.message),
        )

    def _is_full_sync_left(self, state: SyncState, moment: datetime) -> bool:
        """Return whether the export waits only for a full sync that goes on by itself.

        Each reconciliation would make the full sync stop after a page.
        """
        if state.full is None or not _has_asked(state, moment) or state.wanted_at is None:
            return False
        first = self.sync.marks.find(state.shop, state.kind, 1)
        # It sorts before all other marks.
        waits = bool(first) and first[0].id == EVERYTHING and first[0].since <= moment
        return waits and self.sync.clock.now() - state.wanted_at < ASK_AGAIN

    def _wait_for_first_sync(self, shop: Shop, state: SyncState) -> Currency:
        # A sync that runs sends its own messages, and the schedule sends lost ones again.
        if state.full is None:
            self._ask(shop.name, state.kind, SyncStep.FULL)
        reason = say(state.message) or _progress_text(state)
        return Currency(is_waiting=True, is_first_sync=True, reason=reason)

    def _catch_up(self, shop: Shop, state: SyncState) -> None:
        """Ask for a reconciliation, unless one that was asked for is still under way."""
        now = self.sync.clock.now()
        lag = timedelta(seconds=self.sync.seconds(shop, "replica_lag_seconds"))
        if _is_under_way(state, now, lag):
            return
        # A full sync makes room for the reconciliation when it sees this.
        change_state(self.sync, shop.name, state.kind, lambda state: replace(state, wanted_at=now))
        self._ask(shop.name, state.kind, SyncStep.RECONCILE)

    def _ask(self, shop: str, kind: str, step: SyncStep) -> None:
        self.sync.ask(shop, step, kind)


def _is_under_way(state: SyncState, now: datetime, lag: timedelta) -> bool:
    """Return whether a reconciliation was asked for a moment ago and has not been done yet."""
    if state.wanted_at is None or now - state.wanted_at >= ASK_AGAIN:
        return False
    return state.asked_at is None or state.asked_at < state.wanted_at - lag


def _as_of(state: SyncState) -> dict[Facts, datetime]:
    """Return when the facts were read: orders change stocks without a trace, for example."""
    times = {Facts.PRODUCTS: state.asked_at} | dict.fromkeys(REFRESHED, state.refreshed_at)
    return {facts: moment for facts, moment in times.items() if moment}


def _has_asked(state: SyncState, moment: datetime) -> bool:
    return state.asked_at is not None and state.asked_at >= moment


def _progress_text(state: SyncState) -> Text:
    if state.full is None or not state.full.total:
        return FIRST_SYNC
    progress = say(
        "Products read: {done:,} of {total:,}.", done=state.full.done, total=state.full.total
    )
    return join(" ", (FIRST_SYNC, progress))
