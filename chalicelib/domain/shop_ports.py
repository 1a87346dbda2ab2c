"""The ports of the sync: installations, marks, secrets and the stored catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain.shop import Shop
from chalicelib.domain.slots import ShopSlots
from chalicelib.domain.sync import Mark, SyncMessage, SyncState


class TokenVault(Protocol):
    """Encrypts tokens of shops.

    A sealed token opens for the shop it was sealed for and no other.
    """

    def seal(self, shop: str, token: str) -> bytes:
        """Return the encrypted token."""

    def open(self, shop: str, sealed: bytes) -> str:
        """Return the token in the clear; raise ShopRefused when it was sealed for another shop."""


class CodeFinder(Protocol):
    """Finds records of connected shops by their codes, which are not stored here."""

    def find_ids(self, shop: str, kind: str, codes: Sequence[str]) -> Mapping[str, str]:
        """Return the global ids of gift cards that were never used, or of voucher codes, by code.

        Unknown codes are left out. ExportFailed, with a sentence for people, if the shop does not
        let the app read these records, or cannot find the codes without reading too many others.
        """

    def find_codes(self, shop: str, ids: Sequence[str]) -> Mapping[str, str]:
        """Return voucher codes by their global ids. Unknown ids are left out.

        The errors are those of `find_ids`.
        """


class Installations(Protocol):
    """The installations of the app, as requests and exports need them."""

    def find(self, name: str) -> Shop | None:
        """Return the shop of this name, or None."""

    def save(self, shop: Shop) -> Shop:
        """Store the shop and return it; raise Conflict when another revision is stored by now."""

    def find_slots(self, shop: str) -> ShopSlots:
        """Return the slots of a shop that are taken. The read is consistent."""

    def save_slots(self, slots: ShopSlots) -> None:
        """Store the slots; raise Conflict when another revision is stored by now."""


class ShopStore(Installations, Protocol):
    """Installations and the states of their syncs. Reads are consistent."""

    def list_all(self) -> tuple[Shop, ...]:
        """Return all shops, removed ones included until their data is deleted."""

    def remove(self, name: str) -> None:
        """Remove a shop with its slots and the states of its syncs."""

    def find_state(self, shop: str, kind: str) -> SyncState | None:
        """Return the state of one kind, or None before the first sync."""

    def save_state(self, state: SyncState) -> SyncState:
        """Store the state and return it; raise Conflict when another revision is stored by now."""


class MarkStore(Protocol):
    """Records that may have changed, one mark per record."""

    def add(self, marks: Iterable[Mark]) -> None:
        """Store the marks. A record that is marked already keeps its `since`."""

    def find(self, shop: str, kind: str, limit: int) -> tuple[Mark, ...]:
        """Return up to `limit` marks of a kind."""

    def has_older(self, shop: str, kind: str, moment: datetime) -> bool:
        """Return whether an export that was asked for at this moment has to wait for a mark."""

    def remove(self, marks: Sequence[Mark]) -> list[Mark]:
        """Remove marks; return those that stay, as they were set again since they were read."""

    def advance(self, marks: Sequence[Mark], since: datetime) -> None:
        """Move the moments of marks forward to `since`, of which their records are stored now.

        A later moment stays, and a mark that is gone does not come back.
        """


class SyncQueue(Protocol):
    """Hands messages to the sync workers, at least once."""

    def send(self, messages: Sequence[SyncMessage], *, delay_seconds: int = 0) -> None:
        """Send all; raise Unavailable when any could not be sent."""


class SyncedCatalog(Protocol):
    """The stored catalogue of a shop, as the sync writes it. One worker writes a kind at a time."""

    def find_times(
        self, shop: str, kind: str, numbers: Sequence[int] | None = None
    ) -> Mapping[int, datetime | None]:
        """Return when each stored record last changed in the shop, by number; None if unknown.

        With `numbers`, only those of them that are stored.
        """

    def find_prints(self, shop: str, kind: str, numbers: Sequence[int]) -> Mapping[int, str]:
        """Return the prints of stocks and listings of those records that are stored."""

    def find_facts(
        self, shop: str, kind: str, numbers: Sequence[int] | None = None
    ) -> Iterator[tuple[int, Mapping[str, Any]]]:
        """Yield number and facts of each stored record; with `numbers`, only of those."""

    def store(
        self,
        shop: str,
        kind: str,
        documents: Mapping[int, Mapping[str, Any]],
        read_at: datetime,
        prints: Mapping[int, str] | None = None,
    ) -> int:
        """Store documents by number and return how many of them differ from what was stored.

        `read_at` is when the shop was asked for them: a record that was read or removed later is
        left as it is. `prints` are those of stocks and listings, by number. RecordsTooLarge names
        the records that do not fit; then nothing is stored.
        """

    def remove(self, shop: str, kind: str, numbers: Sequence[int], read_at: datetime) -> int:
        """Remove records, leave their tombstones and return how many there were.

        `read_at` is when the shop was asked: a record that was read later stays.
        """

    def replace(
        self, shop: str, kind: str, documents: Mapping[int, Mapping[str, Any]]
    ) -> Mapping[int, Mapping[str, Any]]:
        """Make a small kind consist of these documents; return those that it had before."""

    def remove_all(self, shop: str, kind: str) -> None:
        """Remove the records of a kind, bucket by bucket. They leave no tombstones."""
