"""One message of the sync queue: the step of a shop's sync that it asks for.

A message may come twice, late or out of order. The stored state says what is left to do.

    CONNECT ─▶ FULL ─▶ DRAIN       a new installation, or an app that was off
    CHECK ─▶ WALK ─▶ DRAIN ─▶ FULL ─▶ DRAIN        every day, and after an outage
    RECONCILE ─▶ DRAIN             every few minutes, and when an export asks
    CHANGED                        a drain after a delivery; nothing if no mark is left
    REFRESH ─▶ DRAIN               every hour
    FULL ─▶ WALK ─▶ DRAIN          if the list of records changed while it was read
    DRAIN ─▶ FULL                  if a check came while everything was read
    CONTINUE                       the rest of what is under way

Every message that comes while a long walk is under way goes on with it, so several may ask for the
rest. CONTINUE begins nothing: all but one of them find that the walk has ended.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from chalicelib.catalog import kinds
from chalicelib.catalog.shop_nodes import Names
from chalicelib.catalog.versions import version_of
from chalicelib.domain.global_id import number_of
from chalicelib.domain.shop import Shop
from chalicelib.domain.sync import (
    DICTIONARIES,
    EVERYTHING,
    Mark,
    SyncMessage,
    SyncStep,
    Walk,
    finished,
    is_wanted,
    started,
)
from chalicelib.errors import (
    LeaseLost,
    ShopRefused,
    Throttled,
    TooManyBroken,
    Unavailable,
    WaybillError,
)
from chalicelib.logs import about
from chalicelib.services.sync.check_installation import check_installation
from chalicelib.services.sync.drain_marks import (
    drain_marks,
    find_full_to_finish,
    find_mark_of_everything,
)
from chalicelib.services.sync.find_changes import find_changes
from chalicelib.services.sync.forget_shop import forget_shop
from chalicelib.services.sync.full_sync import full_sync, needs_full, seconds_behind
from chalicelib.services.sync.probe_shop import probe_shop
from chalicelib.services.sync.read_dictionaries import read_dictionaries
from chalicelib.services.sync.refresh_stocks import refresh_stocks
from chalicelib.services.sync.report_problems import BROKEN, STUCK, report_problems
from chalicelib.services.sync.step import Step, change_state, holding
from chalicelib.services.sync.sync_service import REFUSED, TOO_MANY_BROKEN, SyncService, log
from chalicelib.services.sync.walk_catalog import mark_differing, walk_catalog

BUSY_SECONDS: Final = 5


@dataclass(frozen=True, slots=True)
class Following:
    """The step that follows, and after how long."""

    step: SyncStep
    delay_seconds: int = 0


def work_sync(sync: SyncService, message: SyncMessage) -> None:
    """Do one step. Raise Unavailable when another delivery may succeed.

    A shop that is not connected since its installation or activation is connected first.
    """
    shop = sync.shops.find(message.shop)
    with about(shop=message.shop, step=message.step.value):
        if shop is not None and message.step is SyncStep.FORGET:
            forget_shop(sync, shop)
            return
        if shop is None or not (shop.is_active or message.step is SyncStep.PROBE):
            log.info("sync of a shop that is not connected left out")
            return
        try:
            _do(sync, shop, message)
        except ShopRefused as error:
            _note_refusal(sync, message, str(error))
        except WaybillError as error:
            log.warning("sync step left to another delivery", extra={"reason": str(error)})
            raise Unavailable(str(error)) from error


def _do(sync: SyncService, shop: Shop, message: SyncMessage) -> None:
    if message.step is SyncStep.PROBE:
        probe_shop(sync, shop)
        return
    kind = message.kind or kinds.PRODUCTS
    if message.step is SyncStep.CHANGED and not _is_marked(sync, shop, kind):
        return
    try:
        with holding(sync, shop, kind) as step:
            following = _take(step, _due_step(shop, message))
    except LeaseLost:
        # The worker that holds the kind may be past the records that this message is about. Where a
        # delivery sent it, that worker drains the mark at its end: a thousand need not wait.
        is_told = message.step is SyncStep.CHANGED
        following = None if is_told else Following(message.step, BUSY_SECONDS)
    except Throttled as error:
        log.info("shop asks for a pause", extra={"seconds": error.retry_after_seconds})
        following = Following(message.step, 1 + int(error.retry_after_seconds))
    if following is not None:
        sync.ask(shop.name, following.step, kind, delay_seconds=following.delay_seconds)


def _take(step: Step, due: SyncStep) -> Following | None:
    try:
        return _STEPS[due](step)
    except TooManyBroken:
        # Exports and the dashboard say why nothing goes on: the shop answers, so it is not stuck.
        step.change(lambda state: replace(state, message=TOO_MANY_BROKEN))
        report_problems(step)
        raise


def _due_step(shop: Shop, message: SyncMessage) -> SyncStep:
    # No event was delivered while the app was off or away, and the first message may be lost.
    return message.step if shop.webhook_id else SyncStep.CONNECT


def _is_marked(sync: SyncService, shop: Shop, kind: str) -> bool:
    return any(sync.marks.find(shop.name, one, 1) for one in (kind, DICTIONARIES))


def _note_refusal(sync: SyncService, message: SyncMessage, reason: str) -> None:
    # Staff must act: no further attempt helps until they have.
    log.error("shop refused", extra={"reason": reason})
    kind = message.kind or kinds.PRODUCTS
    change_state(sync, message.shop, kind, lambda state: replace(state, message=REFUSED))


def _connect(step: Step) -> Following:
    """Check the installation, then read everything: events cover later changes only."""
    now, name = step.now, step.shop.name
    # Exports that were asked for before this step also need what changed while the app was off.
    since = step.state.asked_at or now
    everything = Mark(shop=name, kind=step.kind, id=EVERYTHING, marked_at=now, since=since)
    step.sync.marks.add([everything])
    check_installation(step)
    step.change(lambda state: replace(state, full=None, skeleton=None, message=""))
    return _read_everything(step)


def _check(step: Step) -> Following:
    """Check the installation, find deletions at once, and then read everything again."""
    report_problems(step)
    if not step.state.is_ready:
        return _connect(step)
    check_installation(step)
    now = step.now - step.lag
    version = version_of(step.kind)
    # The walk of another day that did not end would miss what changed in its first pages since.
    walk = Walk(since=step.now)
    step.change(lambda state: replace(started(state, now=now, version=version), skeleton=walk))
    return Following(SyncStep.WALK)


def _full(step: Step) -> Following | None:
    """Read pages. An export that waits for changes comes before the rest of them."""
    if not needs_full(step):
        return None
    if seconds := seconds_behind(step):
        return Following(SyncStep.FULL, seconds)
    if not full_sync(step):
        return Following(SyncStep.RECONCILE if step.state.is_ready else SyncStep.CONTINUE)
    return Following(SyncStep.DRAIN if step.state.skeleton is None else SyncStep.WALK)


def _walk(step: Step) -> Following:
    """Read ids and times. An export that waits for changes comes before the rest of them."""
    if not walk_catalog(step):
        is_waiting = is_wanted(step.state, step.lag)
        return Following(SyncStep.RECONCILE if is_waiting else SyncStep.CONTINUE)
    return Following(SyncStep.DRAIN)


def _continue(step: Step) -> Following | None:
    """Go on with the walk that is under way; do nothing if another message has ended it."""
    if step.state.skeleton is not None:
        return _walk(step)
    if needs_full(step):
        return _full(step)
    return _refresh(step) if step.state.refresh is not None else None


def _drain(step: Step, names: Names | None = None) -> Following | None:
    """Drain all marks. A full sync is finished if nothing of before its beginning is left."""
    is_drained = drain_marks(step, names)
    if full := find_full_to_finish(step):
        _finish(step, full)
    if not is_drained:
        return _rest_of_marks(step)
    if step.state.message == TOO_MANY_BROKEN:
        step.change(lambda state: replace(state, message=""))
        report_problems(step)
    state = step.state
    if state.skeleton is None and needs_full(step):
        return _read_everything(step)
    is_under_way = state.skeleton is not None or state.refresh is not None
    return Following(SyncStep.CONTINUE) if is_under_way else None


def _rest_of_marks(step: Step) -> Following | None:
    """Go on with a walk: in a shop that changes all the time, it would never have its turn.

    Without one, ask for changes at once if an export waits: its message may be behind many others.
    """
    state = step.state
    is_whole = state.full is not None and state.full.is_whole
    if state.skeleton or state.refresh or (needs_full(step) and not is_whole):
        return Following(SyncStep.CONTINUE)
    if is_wanted(state, step.lag) and step.has_time():
        return _reconcile(step)
    return Following(SyncStep.DRAIN, int(step.lag.total_seconds()))


def _finish(step: Step, full: Walk) -> None:
    step.change(finished)
    everything = find_mark_of_everything(step)
    # A mark that was set after the sync began may be about a page that it had read before.
    if everything is not None and everything.marked_at <= full.since:
        step.sync.marks.remove([everything])
    # Staff learn of products that the shop cannot show today, and not with tomorrow's check.
    report_problems(step)


def _read_everything(step: Step) -> Following:
    """Return a full sync: at once if one is under way, else when a replica has caught up."""
    is_under_way = step.state.full is not None
    return Following(SyncStep.FULL, 0 if is_under_way else int(step.lag.total_seconds()))


def _reconcile(step: Step) -> Following | None:
    """Ask for names and changes, and drain what they mark."""
    state = step.state
    if not state.is_ready or state.version != version_of(step.kind):
        return Following(SyncStep.FULL)
    names = read_dictionaries(step)
    if not find_changes(step):
        return Following(SyncStep.RECONCILE)
    # Staff who have repaired a product need not wait for tomorrow's check either.
    if step.shop.problems & {STUCK, BROKEN}:
        report_problems(step)
    return _drain(step, names)


def _refresh(step: Step) -> Following:
    """Compare stocks and listings. An export that waits for changes comes before the rest."""
    if not step.state.is_ready:
        return Following(SyncStep.FULL)
    if not refresh_stocks(step):
        return Following(SyncStep.RECONCILE)
    # A shop in trouble may have answered with an error for a record that is sound.
    mark_differing(step, map(number_of, step.state.broken))
    return Following(SyncStep.DRAIN)


_STEPS: Final[Mapping[SyncStep, Callable[[Step], Following | None]]] = {
    SyncStep.CONNECT: _connect,
    SyncStep.CHECK: _check,
    SyncStep.FULL: _full,
    SyncStep.WALK: _walk,
    SyncStep.CONTINUE: _continue,
    SyncStep.DRAIN: _drain,
    SyncStep.CHANGED: _drain,
    SyncStep.RECONCILE: _reconcile,
    SyncStep.REFRESH: _refresh,
}
