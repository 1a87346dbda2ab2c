"""Take a slot of a shop before it is asked, and give it back."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from uuid import uuid4

from chalicelib.domain.shop_ports import Installations
from chalicelib.domain.slots import SLOT_SECONDS, Slot, with_slot, without_slot
from chalicelib.errors import WaybillError
from chalicelib.services.conflicts import retry_conflicts


def take_slot(shops: Installations, shop: str, holder: str, now: datetime) -> Slot | None:
    """Return a slot that is now taken, or None while the shop has none for this holder.

    It ends by itself if its worker dies. Unavailable if the table does not answer.
    """
    slot = Slot(token=uuid4().hex, holder=holder, until=now + timedelta(seconds=SLOT_SECONDS))

    def take() -> Slot | None:
        after = with_slot(shops.find_slots(shop), slot, now)
        if after is None:
            return None
        shops.save_slots(after)
        return slot

    return retry_conflicts(take)


def give_back_slot(shops: Installations, shop: str, slot: Slot) -> None:
    """Let others take the slot. One that cannot be given back ends by itself."""

    def give_back() -> None:
        shops.save_slots(without_slot(shops.find_slots(shop), slot))

    with suppress(WaybillError):
        retry_conflicts(give_back)
