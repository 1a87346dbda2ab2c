"""Fetch records of a shop by id, as fast as the shop likes and around those that it cannot show."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, TypeVar

from chalicelib.domain.shop_api import Connection, Node, ShopApi
from chalicelib.errors import PageBroken, Throttled

IDS_PER_REQUEST: Final = 100
# The shop's own customers come first: its API is one processor for all of them.
MAX_IN_FLIGHT: Final = 4
FIRST_IN_FLIGHT: Final = 2
MAX_PAUSES: Final = 3
# A page that takes twice as long as the first ones says that the shop is busy.
BUSY_RATIO: Final = 2.0

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Fetched:
    """What the shop said of the ids asked for.

    `nodes` are the records it knows, `gone` the ids it does not know any more, and `broken` the ids
    that it answers with an error however small the page is.
    """

    nodes: tuple[Node, ...]
    gone: tuple[str, ...]
    broken: tuple[str, ...]


@dataclass(slots=True)
class Pace:
    """How many requests may be in flight.

    Two at first, fewer when answers get slow, never over four.
    """

    in_flight: int = FIRST_IN_FLIGHT
    first_seconds: list[float] = field(default_factory=list)

    def note(self, seconds: float) -> None:
        """Adapt to the seconds that a full page took."""
        if len(self.first_seconds) < 3:
            self.first_seconds.append(seconds)
            return
        usual = sorted(self.first_seconds)[1]
        if seconds > BUSY_RATIO * usual:
            self.in_flight = max(1, self.in_flight - 1)
        elif seconds < usual * 1.1:
            self.in_flight = min(MAX_IN_FLIGHT, self.in_flight + 1)


def fetch_records(
    api: ShopApi,
    connection: Connection,
    kind: str,
    ids: Sequence[str],
    *,
    pause: Callable[[float], None] = time.sleep,
) -> Fetched:
    """Return what the shop says of up to 100 ids.

    A page that fails is halved down to the row that breaks it.

    Raise Unavailable when the shop does not answer, or asks for more than a few pauses.
    """
    try:
        nodes = _ask_patiently(lambda: api.fetch(connection, kind, ids), pause)
    except PageBroken:
        if len(ids) == 1:
            return Fetched((), (), tuple(ids))
        middle = len(ids) // 2
        halves = [
            fetch_records(api, connection, kind, part, pause=pause)
            for part in (ids[:middle], ids[middle:])
        ]
        return Fetched(
            *(tuple(one for half in halves for one in getattr(half, name)) for name in _PARTS)
        )
    known = {node["id"] for node in nodes}
    return Fetched(nodes, tuple(id_ for id_ in ids if id_ not in known), ())


_PARTS: Final = ("nodes", "gone", "broken")


def fetch_many(
    api: ShopApi, connection: Connection, kind: str, pages: Iterable[Sequence[str]], pace: Pace
) -> Iterator[Fetched]:
    """Yield what the shop says of each page of ids, in order, with a few requests in flight."""

    def fetch(ids: Sequence[str]) -> Fetched:
        began = time.monotonic()
        fetched = fetch_records(api, connection, kind, ids)
        if len(ids) == IDS_PER_REQUEST:
            pace.note(time.monotonic() - began)
        return fetched

    yield from _ahead(fetch, pages, pace)


def _ahead(
    fetch: Callable[[Sequence[str]], T], pages: Iterable[Sequence[str]], pace: Pace
) -> Iterator[T]:
    """Yield `fetch(page)` for each page, in order.

    The next page is asked for while one is stored.
    """
    left = iter(pages)
    with ThreadPoolExecutor(MAX_IN_FLIGHT) as pool:
        waiting: list[Future[T]] = [
            pool.submit(fetch, page) for page in islice(left, pace.in_flight)
        ]
        while waiting:
            found = waiting.pop(0).result()
            more = islice(left, max(0, pace.in_flight - len(waiting)))
            waiting.extend(pool.submit(fetch, page) for page in more)
            yield found


def _ask_patiently(ask: Callable[[], T], pause: Callable[[float], None]) -> T:
    """Return the answer after the pauses that the shop asks for, three at most."""
    for _ in range(MAX_PAUSES):
        try:
            return ask()
        except Throttled as error:
            pause(error.retry_after_seconds)
    return ask()
