"""One message of the sync queue: the step of a shop's sync that it asks for.

A message may come twice, late or out of order. The stored state says what is left to do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from chalicelib.catalog import kinds
from chalicelib.catalog.versions import version_of
from chalicelib.domain.shop import Shop
from chalicelib.domain.shop_api import Connection
from chalicelib.domain.sync import SyncMessage, SyncState, SyncStep, finished
from chalicelib.errors import LeaseLost, ShopRefused, Unavailable
from chalicelib.logs import about
from chalicelib.services.sync.drain_marks import drain_marks
from chalicelib.services.sync.find_changes import find_changes
from chalicelib.services.sync.full_sync import full_sync
from chalicelib.services.sync.hold_kind import change_state, holding
from chalicelib.services.sync.read_dictionaries import read_dictionaries
from chalicelib.services.sync.sync_service import SyncService, log
from chalicelib.services.sync.walk_catalog import walk_catalog

# A function has 300 s. A page that was just asked for may take 30 s, and its halves more.
STEP_SECONDS: Final = 120
BUSY_SECONDS: Final = 15


@dataclass(frozen=True, slots=True)
class Step:
    """What a step works on: a connected shop, one kind of it, and whether there is time left."""

    sync: SyncService
    shop: Shop
    kind: str
    connection: Connection
    has_time: Callable[[], bool]


def work_sync(sync: SyncService, message: SyncMessage) -> None:
    """Do one step. Raise Unavailable when another delivery may succeed."""
    shop = sync.shops.find(message.shop)
    with about(shop=message.shop, step=message.step.value):
        if shop is None or not shop.is_active:
            log.info("sync of a shop that is not connected left out")
            return
        try:
            _do(sync, shop, message)
        except ShopRefused as error:
            # Staff must act: no further attempt helps until they have.
            log.error("shop refused", extra={"reason": str(error)})
        except Unavailable as error:
            log.warning("sync step left to another delivery", extra={"reason": str(error)})
            raise


def _do(sync: SyncService, shop: Shop, message: SyncMessage) -> None:
    ends_at = sync.clock.now() + timedelta(seconds=STEP_SECONDS)
    kind = message.kind or kinds.PRODUCTS
    step = Step(sync, shop, kind, sync.connect(shop), lambda: sync.clock.now() < ends_at)
    try:
        with holding(sync, shop.name, kind):
            following = _STEPS[message.step](step)
    except LeaseLost:
        # The worker that holds the kind may be past the records that this message is about.
        sync.queue.send([message], delay_seconds=BUSY_SECONDS)
        return
    if following is not None:
        sync.queue.send([SyncMessage(shop=shop.name, step=following, kind=kind)])


def _connect(step: Step) -> SyncStep:
    """Check the webhook, then read everything: events before the webhook was there are unknown."""
    sync, shop = step.sync, step.shop
    url = f"{sync.settings.public_url.rstrip('/')}/saleor/webhooks"
    webhook_id = sync.api.connect_webhook(step.connection, url)
    log.info("webhook connected", extra={"webhook_id": webhook_id})
    change_state(sync, shop.name, step.kind, _begin_anew)
    return SyncStep.FULL


def _begin_anew(state: SyncState) -> SyncState:
    from dataclasses import replace

    return replace(state, running_since=None, cursor=None)


def _full(step: Step) -> SyncStep:
    is_whole = full_sync(step.sync, step.shop.name, step.kind, step.connection, step.has_time)
    return SyncStep.WALK if is_whole else SyncStep.FULL


def _walk(step: Step) -> SyncStep:
    walk_catalog(step.sync, step.shop.name, step.kind, step.connection, step.has_time)
    return SyncStep.DRAIN


def _drain(step: Step) -> SyncStep | None:
    """Drain all marks. With the last one a full sync is finished."""
    sync, shop = step.sync, step.shop.name
    is_empty = drain_marks(sync, shop, step.kind, step.connection, step.has_time)
    if not is_empty:
        return SyncStep.DRAIN
    state = sync.get_state(shop, step.kind)
    if state.running_since is not None and state.cursor is None and state.done:
        change_state(
            sync, shop, step.kind, lambda state: finished(state, version=version_of(step.kind))
        )
    return None


def _reconcile(step: Step) -> SyncStep | None:
    """Ask for names and changes. New names need the products that show them: a full sync."""
    sync, shop = step.sync, step.shop.name
    state = sync.get_state(shop, step.kind)
    if not state.is_ready or state.version != version_of(step.kind):
        return SyncStep.FULL
    _, have_changed = read_dictionaries(sync, shop, step.connection)
    if have_changed:
        return SyncStep.FULL
    find_changes(sync, shop, step.kind, step.connection)
    return SyncStep.DRAIN if sync.marks.find(shop, step.kind, 1) else None


_STEPS: Final[Mapping[SyncStep, Callable[[Step], SyncStep | None]]] = {
    SyncStep.CONNECT: _connect,
    SyncStep.FULL: _full,
    SyncStep.WALK: _walk,
    SyncStep.DRAIN: _drain,
    SyncStep.RECONCILE: _reconcile,
}
