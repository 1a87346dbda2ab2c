"""Show staff in their dashboard what they must act on, and take it off when it is solved.

Saleor counts every further report of a problem, so each is reported once. The shop's record
remembers which are shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final

from chalicelib.domain.shop import Shop
from chalicelib.domain.sync import SyncState
from chalicelib.services.sync.step import Step
from chalicelib.services.sync.sync_service import TOO_MANY_BROKEN

PERMISSIONS: Final = "waybill-permissions"
MAIL: Final = "waybill-mail"
STUCK: Final = "waybill-sync-stuck"
BROKEN: Final = "waybill-broken-products"
TOO_MANY: Final = "waybill-too-many-broken-products"
STUCK_SECONDS: Final = 60 * 60
MAX_SHOWN: Final = 5


def report_problems(step: Step) -> None:
    """Report what is wrong now and was not before; dismiss what is solved."""
    shop = step.sync.shops.find(step.shop.name)
    if shop is None:
        return
    found = _problems(step, shop)
    for key, message in found.items():
        # A problem that staff know already is not reported with every run.
        if key not in shop.problems:
            step.sync.api.report_problem(step.connection, key, message)
    for key in shop.problems - found.keys():
        step.sync.api.dismiss_problem(step.connection, key)
    if shop.problems != found.keys():
        step.sync.shops.save(replace(shop, problems=frozenset(found)))


def _problems(step: Step, shop: Shop) -> Mapping[str, str]:
    """Return what staff must act on, by key."""
    found = {
        PERMISSIONS: _about_permissions(shop),
        MAIL: "" if step.sync.settings.mail_sender else NO_MAIL,
        STUCK: _about_sync(step, shop, step.state),
        BROKEN: _about_broken(step.state),
        TOO_MANY: MANY_BROKEN if step.state.message == TOO_MANY_BROKEN else "",
    }
    return {key: message for key, message in found.items() if message}


NO_MAIL: Final = (
    "Waybill cannot send e-mails, so people are not notified when their exports are ready. "
    "Ask the operator of Waybill to set the sender of its e-mails (MailSender)."
)


MANY_BROKEN: Final = (
    "Saleor cannot show more than 5,000 of your products, so Waybill cannot read what changed, and "
    "exports fail. Look for what these products have in common, and correct it."
)


def _about_permissions(shop: Shop) -> str:
    if not shop.missing_permissions:
        return ""
    listed = ", ".join(shop.missing_permissions)
    noun = "permission" if len(shop.missing_permissions) == 1 else "permissions"
    return (
        f"Waybill lacks {listed}, so it cannot export everything. "
        f"Grant the {noun} on the page of this app."
    )


def _about_sync(step: Step, shop: Shop, state: SyncState) -> str:
    last = max(filter(None, (state.asked_at, shop.installed_at)))
    if step.now - last < timedelta(seconds=STUCK_SECONDS):
        return ""
    return (
        f"Waybill has not read your shop since {last:%Y-%m-%d %H:%M} UTC. "
        "Exports wait until it can. Ask the operator of Waybill to look into its log."
    )


def _about_broken(state: SyncState) -> str:
    if not state.broken:
        return ""
    shown = ", ".join(state.broken[:MAX_SHOWN])
    if len(state.broken) == 1:
        return (
            f"Saleor cannot show 1 of your products: {shown}. "
            "Exports that contain it fail. Open this product and save it again."
        )
    return (
        f"Saleor cannot show {len(state.broken)} of your products: {shown}. "
        "Exports that contain them fail. Open these products and save them again."
    )
