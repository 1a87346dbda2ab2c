"""Fakes of the parts that keep a shop's catalogue current."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from chalicelib.catalog.product_document import changed_in_shop_at
from chalicelib.domain.shop import Shop
from chalicelib.domain.shop_api import DESCRIBE_SECONDS, AppFacts
from chalicelib.domain.slots import ShopSlots
from chalicelib.domain.sync import Mark, SyncMessage, SyncState
from chalicelib.errors import Conflict, RecordsTooLarge, ShopRefused, Unavailable


class FakeTokenVault:
    """Turns a token around and writes the shop's name in front."""

    def seal(self, shop: str, token: str) -> bytes:
        return f"{shop}|{token[::-1]}".encode()

    def open(self, shop: str, sealed: bytes) -> str:
        name, _, turned = sealed.decode().partition("|")
        if name != shop:
            raise ShopRefused("The stored token does not belong to this shop.")
        return turned[::-1]


@dataclass
class FakeShopStore:
    """Shops, their slots and sync states in memory."""

    shops: dict[str, Shop] = field(default_factory=dict)
    states: dict[tuple[str, str], SyncState] = field(default_factory=dict)
    slots: dict[str, ShopSlots] = field(default_factory=dict)

    def find(self, name: str) -> Shop | None:
        return self.shops.get(name)

    def save(self, shop: Shop) -> Shop:
        _check(self.shops.get(shop.name), shop.revision)
        self.shops[shop.name] = replace(shop, revision=shop.revision + 1)
        return self.shops[shop.name]

    def list_all(self) -> tuple[Shop, ...]:
        return tuple(self.shops.values())

    def find_slots(self, shop: str) -> ShopSlots:
        return self.slots.get(shop) or ShopSlots(shop=shop)

    def save_slots(self, slots: ShopSlots) -> None:
        _check(self.slots.get(slots.shop), slots.revision)
        self.slots[slots.shop] = replace(slots, revision=slots.revision + 1)

    def remove(self, name: str) -> None:
        self.slots.pop(name, None)
        self.states = {key: state for key, state in self.states.items() if key[0] != name}
        self.shops.pop(name, None)

    def find_state(self, shop: str, kind: str) -> SyncState | None:
        return self.states.get((shop, kind))

    def save_state(self, state: SyncState) -> SyncState:
        key = (state.shop, state.kind)
        _check(self.states.get(key), state.revision)
        self.states[key] = replace(state, revision=state.revision + 1)
        return self.states[key]


def _check(stored: Shop | ShopSlots | SyncState | None, revision: int) -> None:
    if (stored.revision if stored else 0) != revision:
        raise Conflict("The shop was changed by another worker.")


@dataclass
class FakeMarkStore:
    """Marks in memory."""

    marks: dict[tuple[str, str, str], Mark] = field(default_factory=dict)

    def add(self, marks: Iterable[Mark]) -> None:
        for mark in marks:
            key = (mark.shop, mark.kind, mark.id)
            before = self.marks.get(key)
            self.marks[key] = replace(mark, since=before.since) if before else mark

    def find(self, shop: str, kind: str, limit: int) -> tuple[Mark, ...]:
        return tuple(self._of(shop, kind)[:limit])

    def has_older(self, shop: str, kind: str, moment: datetime) -> bool:
        return any(mark.since <= moment for mark in self._of(shop, kind))

    def remove(self, marks: Sequence[Mark]) -> list[Mark]:
        return [mark for mark in marks if not self._removed(mark)]

    def advance(self, marks: Sequence[Mark], since: datetime) -> None:
        for mark in marks:
            key = (mark.shop, mark.kind, mark.id)
            before = self.marks.get(key)
            if before is not None and before.since < since:
                self.marks[key] = replace(before, since=since)

    def _removed(self, mark: Mark) -> bool:
        key = (mark.shop, mark.kind, mark.id)
        before = self.marks.get(key)
        if before is None or before.marked_at != mark.marked_at:
            return False
        del self.marks[key]
        return True

    def _of(self, shop: str, kind: str) -> list[Mark]:
        found = [mark for key, mark in self.marks.items() if key[:2] == (shop, kind)]
        return sorted(found, key=lambda mark: mark.id)


@dataclass
class FakeSyncQueue:
    """Keeps what was sent; does not answer while `is_down`. `delays` belong to `sent`."""

    sent: list[SyncMessage] = field(default_factory=list)
    delays: list[int] = field(default_factory=list)
    is_down: bool = False

    def send(self, messages: Sequence[SyncMessage], *, delay_seconds: int = 0) -> None:
        if self.is_down:
            raise Unavailable("The queue did not answer.")
        self.sent += messages
        self.delays += [delay_seconds] * len(messages)

    def take(self, place: int = 0) -> tuple[SyncMessage, int]:
        """Return a message and its delay, and forget both."""
        delay = self.delays.pop(place) if place < len(self.delays) else 0
        return self.sent.pop(place), delay

    def clear(self) -> None:
        self.sent.clear()
        self.delays.clear()


@dataclass
class FakeAppsOfShops:
    """Says of each token which app it is for, after so many seconds; `silent` shops never do.

    `allowed` are the seconds that the questions were given.
    """

    apps: dict[str, AppFacts] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    seconds: float = 0
    allowed: list[float] = field(default_factory=list)

    def describe_app(
        self, api_url: str, token: str, *, seconds: float = DESCRIBE_SECONDS
    ) -> AppFacts:
        self.allowed.append(seconds)
        if token in self.silent or self.seconds > seconds:
            raise Unavailable("The shop did not answer.")
        if token not in self.apps:
            raise ShopRefused("The shop does not know an app with this token.")
        return self.apps[token]


@dataclass
class FakeSyncedCatalog:
    """The catalogues of shops in memory: documents by shop, kind and number.

    Those of the numbers in `too_large` are refused.
    """

    documents: dict[tuple[str, str], dict[int, Mapping[str, Any]]] = field(default_factory=dict)
    prints: dict[tuple[str, str, int], str] = field(default_factory=dict)
    tombstones: dict[tuple[str, str, int], datetime] = field(default_factory=dict)
    changed_at: dict[tuple[str, str, int], datetime] = field(default_factory=dict)
    read_at: dict[tuple[str, str, int], datetime] = field(default_factory=dict)
    too_large: set[int] = field(default_factory=set)

    def find_times(
        self, shop: str, kind: str, numbers: Sequence[int] | None = None
    ) -> Mapping[int, datetime | None]:
        stored = self.of(shop, kind)
        wanted = stored if numbers is None else set(numbers) & stored.keys()
        return {number: changed_in_shop_at(stored[number]) for number in wanted}

    def find_prints(self, shop: str, kind: str, numbers: Sequence[int]) -> Mapping[int, str]:
        keys = {(shop, kind, number) for number in set(numbers) & self.of(shop, kind).keys()}
        return {key[2]: self.prints[key] for key in keys & self.prints.keys()}

    def find_facts(
        self, shop: str, kind: str, numbers: Sequence[int] | None = None
    ) -> Iterator[tuple[int, Mapping[str, Any]]]:
        for number, document in sorted(self.of(shop, kind).items()):
            if document.get("facts") and (numbers is None or number in numbers):
                yield number, document["facts"]

    def store(
        self,
        shop: str,
        kind: str,
        documents: Mapping[int, Mapping[str, Any]],
        read_at: datetime,
        prints: Mapping[int, str] | None = None,
    ) -> int:
        if too_large := self.too_large & documents.keys():
            raise RecordsTooLarge(frozenset(too_large))
        stored = self.of(shop, kind)
        changed = [
            number
            for number, document in documents.items()
            if not self._is_older(shop, kind, number, read_at) and stored.get(number) != document
        ]
        for number in changed:
            stored[number] = documents[number]
        for number in documents:
            if not self._is_older(shop, kind, number, read_at) and prints:
                self.prints[shop, kind, number] = prints[number]
        self.changed_at |= {(shop, kind, number): read_at for number in changed}
        self.read_at |= {(shop, kind, number): read_at for number in changed}
        return len(changed)

    def remove(self, shop: str, kind: str, numbers: Sequence[int], read_at: datetime) -> int:
        stored = self.of(shop, kind)
        gone = [
            number
            for number in numbers
            if number in stored and not self._is_older(shop, kind, number, read_at)
        ]
        for number in gone:
            del stored[number]
            self.tombstones[shop, kind, number] = read_at
            self.read_at[shop, kind, number] = read_at
        return len(gone)

    def replace(
        self, shop: str, kind: str, documents: Mapping[int, Mapping[str, Any]]
    ) -> Mapping[int, Mapping[str, Any]]:
        before = self.of(shop, kind)
        self.documents[shop, kind] = dict(documents)
        return before

    def remove_all(self, shop: str, kind: str) -> None:
        self.documents.pop((shop, kind), None)

    def of(self, shop: str, kind: str) -> dict[int, Mapping[str, Any]]:
        return self.documents.setdefault((shop, kind), {})

    def _is_older(self, shop: str, kind: str, number: int, read_at: datetime) -> bool:
        known = self.read_at.get((shop, kind, number))
        return known is not None and read_at < known


class FakeLiveFacts:
    """Knows of no product any more."""

    def find(self, shop: str, ids: Sequence[str]) -> dict[str, Any]:
        return {}


@dataclass
class FakeCodeFinder:
    """Knows the ids of records of a connected shop by kind and code."""

    ids: dict[tuple[str, str], str] = field(default_factory=dict)

    def find_ids(self, shop: str, kind: str, codes: Sequence[str]) -> dict[str, str]:
        return {code: self.ids[kind, code] for code in codes if (kind, code) in self.ids}

    def find_codes(self, shop: str, ids: Sequence[str]) -> dict[str, str]:
        return {
            one: code
            for (kind, code), one in self.ids.items()
            if kind == "voucher_codes" and one in ids
        }
