"""Check an installation: its webhook, its permissions, and deliveries that the shop gave up.

This happens at first, every day, and after the app or the service was off.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from chalicelib.domain.shop_api import AppFacts, Node
from chalicelib.domain.shop_events import ShopEvent, read_event
from chalicelib.domain.sync import EVERYTHING, checked
from chalicelib.services.sync.receive_event import marks_of
from chalicelib.services.sync.report_problems import report_problems
from chalicelib.services.sync.step import Step
from chalicelib.services.sync.sync_service import log

# Saleor keeps a failed delivery for 14 days, and gives it up after seven minutes at the latest.
KEPT_SECONDS: Final = 14 * 24 * 60 * 60
ATTEMPTS_SECONDS: Final = 15 * 60
# A night of outage during an import leaves a hundred thousand: no function could mark each.
MAX_UNDELIVERED: Final = 2_000


def check_installation(step: Step) -> None:
    """Correct the webhook, store what the shop says of the app, and mark what was not delivered.

    Staff see in their dashboard what they must act on.
    """
    now = step.now
    webhook_id = step.sync.api.connect_webhook(step.connection, _webhook_url(step))
    facts = step.sync.api.describe_app(step.connection.api_url, step.connection.token)
    _note_facts(step, webhook_id, facts)
    events = _undelivered(step, now)
    step.sync.marks.add(marks_of(step.shop.name, events, now))
    step.change(lambda state: checked(state, now=now, lag=step.lag))
    report_problems(step)
    log.info("installation checked", extra={"webhook_id": webhook_id, "undelivered": len(events)})


def _webhook_url(step: Step) -> str:
    # An address that an operator set since the installation counts.
    base_url = step.sync.settings.public_url.rstrip("/") or step.shop.service_url
    return f"{base_url}/saleor/webhooks"


def _note_facts(step: Step, webhook_id: str, facts: AppFacts) -> None:
    shop = step.sync.shops.find(step.shop.name)
    # A shop that was installed anew in the meantime is checked by its own first step.
    if shop is not None and shop.app_id == facts.id == step.shop.app_id:
        noted = replace(
            shop,
            webhook_id=webhook_id,
            permissions=facts.permissions,
            saleor_version=facts.saleor_version,
        )
        if noted != shop:
            step.sync.shops.save(noted)


def _undelivered(step: Step, now: datetime) -> list[ShopEvent]:
    """Return the events that the shop gave up since the last check.

    One event of everything stands for MAX_UNDELIVERED of them or more.
    """
    since = now - timedelta(seconds=KEPT_SECONDS)
    if step.state.checked_at is not None:
        since = max(since, step.state.checked_at - timedelta(seconds=ATTEMPTS_SECONDS))
    found = step.sync.api.find_failed_deliveries(step.connection, since, MAX_UNDELIVERED)
    if len(found) == MAX_UNDELIVERED:
        return [ShopEvent(kind=step.kind, id=EVERYTHING, issued_at=since)]
    read = (_event_of(one.body) for one in found)
    return [event for event in read if event is not None]


def _event_of(body: Node) -> ShopEvent | None:
    try:
        event = read_event(body)
    except (KeyError, TypeError, ValueError, AttributeError):
        # A delivery of an earlier subscription may have another form. The check that follows reads
        # everything, and so what this delivery was about.
        return None
    return event if isinstance(event, ShopEvent) else None
