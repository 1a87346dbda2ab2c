"""The port to a shop. The adapter for Saleor and the tests' fake implement it.

Every method may raise `Unavailable` (no answer, or `Throttled` with a pause), `ShopRefused` (the
shop did not answer as to our app) and `PageBroken` (one of the records cannot be shown).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

Node = Mapping[str, Any]
# People wait for the answer about a token.
DESCRIBE_SECONDS: Final = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """The way to a shop's API. `token` is in the clear: never log or store it."""

    api_url: str
    token: str
    app_id: str

    def __repr__(self) -> str:
        # Tracebacks and logs show values by `repr`, which must not print the token.
        return f"Connection({self.api_url!r}, {self.app_id!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class AppFacts:
    """The facts about an app that its shop knows."""

    id: str
    identifier: str
    permissions: frozenset[str]
    saleor_version: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One record of a walk: its global id and when it, or one of its parts, last changed."""

    id: str
    updated_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenPage:
    """A page of a walk. `cursor` leads to the next page and is None on the last one."""

    records: tuple[Seen, ...]
    cursor: str | None
    total: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NodePage:
    """A page of records. `cursor` leads to the next page and is None on the last one."""

    nodes: tuple[Node, ...]
    cursor: str | None
    total: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedDelivery:
    """A delivery that the shop gave up. `body` is what it would have sent."""

    created_at: datetime
    body: Node


class ShopApi(Protocol):
    """A shop's API, read as the installed app."""

    def describe_app(
        self, api_url: str, token: str, *, seconds: float = DESCRIBE_SECONDS
    ) -> AppFacts:
        """Return the shop's facts about the app with this token; ShopRefused if there is none.

        Unavailable if the shop takes longer than `seconds`.
        """

    def read_keys(self, url: str) -> bytes:
        """Return the document with the shop's public keys (RFC 7517)."""

    def walk(self, connection: Connection, kind: str, after: str | None) -> SeenPage:
        """Return the next page of all records of a kind, oldest first, ids and times only."""

    def find_changed(
        self, connection: Connection, kind: str, since: datetime, after: str | None
    ) -> SeenPage:
        """Return the next page of records whose `updatedAt` is not before `since`."""

    def fetch(self, connection: Connection, kind: str, ids: Sequence[str]) -> tuple[Node, ...]:
        """Return the present records of these ids. Ids that the shop does not know are left out."""

    def walk_stocks(self, connection: Connection, kind: str, after: str | None) -> NodePage:
        """Return the next page of stocks and listings of all records, oldest first."""

    def find_failed_deliveries(
        self, connection: Connection, since: datetime, limit: int
    ) -> tuple[FailedDelivery, ...]:
        """Return the deliveries to this app since then that the shop has given up, newest first.

        At most `limit` are returned. Saleor keeps them for 14 days.
        """

    def read_dictionaries(self, connection: Connection) -> Mapping[str, tuple[Node, ...]]:
        """Return all records of the small kinds (attributes, warehouses, channels, …), by kind."""

    def connect_webhook(self, connection: Connection, target_url: str) -> str:
        """Create or correct the catalogue webhook and return its id."""

    def report_problem(self, connection: Connection, key: str, message: str) -> None:
        """Show staff in their dashboard what they must act on."""

    def dismiss_problem(self, connection: Connection, key: str) -> None:
        """Take a problem off the dashboard: it is solved."""


class LiveRecords(Protocol):
    """Records and facts that are read from the shop when they are exported.

    Pages hold `size` records, 100 at most; with `ids_only` their records have ids and places only.
    The errors are those of `ShopApi`.
    """

    def read_gift_cards(
        self, connection: Connection, after: str | None, size: int, *, ids_only: bool = False
    ) -> NodePage:
        """Return the next page of the gift cards that were never used, oldest first."""

    def find_last_gift_card(self, connection: Connection) -> NodePage:
        """Return a page with the youngest of the gift cards that were never used."""

    def find_gift_cards(self, connection: Connection, ids: Sequence[str]) -> tuple[Node, ...]:
        """Return up to 50 gift cards by id, each with whether it was `used`.

        Unknown ids are left out.
        """

    def find_gift_card_ids(self, connection: Connection, codes: Sequence[str]) -> Mapping[str, str]:
        """Return the ids of up to 50 gift cards that were never used, by their codes.

        Unknown codes are left out.
        """

    def find_products(self, connection: Connection, ids: Sequence[str]) -> tuple[Node, ...]:
        """Return the stocks, prices and publication of up to 100 products by id.

        Unknown ids are left out.
        """

    def read_codes(
        self,
        connection: Connection,
        voucher_id: str,
        cursor: str | None,
        size: int,
        *,
        backwards: bool = False,
        ids_only: bool = False,
    ) -> NodePage:
        """Return the next page of the codes of a voucher, from the front or from the back."""

    def find_vouchers_of_codes(
        self, connection: Connection, codes: Sequence[str]
    ) -> tuple[NodePage, ...]:
        """Return for each of up to 20 codes a page of vouchers as `read_vouchers` does.

        They have the text of the code in their name or in one of their codes.
        """

    def read_vouchers(self, connection: Connection, after: str | None, size: int) -> NodePage:
        """Return the next page of vouchers: `id`, `name` and `codes.totalCount`."""
