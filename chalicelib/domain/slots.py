"""The slots of a shop: a worker that holds one may have one request to the shop in flight.

All functions together have no more than MAX_IN_FLIGHT requests in flight: the shop's own customers
come first. The worker that holds a shop's sync may always have one. The other slots are shared by
exports and by the further requests of that worker.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

MAX_IN_FLIGHT: Final = 4
SHARED_SLOTS: Final = MAX_IN_FLIGHT - 1
# The last free slot is for a holder that has none: no export waits for the end of another.
MAX_SLOTS_PER_HOLDER: Final = SHARED_SLOTS - 1
# Longer than any function runs: a slot whose time is over belongs to a worker that is gone.
SLOT_SECONDS: Final = 330


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A slot that is taken until a moment. `holder` is the id of an export, or names the sync."""

    token: str
    holder: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopSlots:
    """The shared slots of a shop that are taken. The store counts `revision` with every write."""

    shop: str
    taken: tuple[Slot, ...] = ()
    revision: int = 0


def with_slot(slots: ShopSlots, slot: Slot, now: datetime) -> ShopSlots | None:
    """Return the slots with one more taken; None while none is free for this holder."""
    others = tuple(one for one in slots.taken if one.until > now and one.token != slot.token)
    is_holding = any(one.holder == slot.holder for one in others)
    if len(others) + is_holding >= SHARED_SLOTS:
        return None
    return replace(slots, taken=(*others, slot))


def without_slot(slots: ShopSlots, slot: Slot) -> ShopSlots:
    """Return the slots with this one free again."""
    return replace(slots, taken=tuple(one for one in slots.taken if one.token != slot.token))
