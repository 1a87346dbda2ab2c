"""Fetch records of a shop by id, as fast as the shop likes and around those that it cannot show."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final, TypeVar

from chalicelib.domain.shop_api import Node
from chalicelib.domain.slots import MAX_IN_FLIGHT
from chalicelib.errors import PageBroken, Throttled, Unavailable
from chalicelib.services.sync.pace import Pace
from chalicelib.services.sync.step import Step

IDS_PER_REQUEST: Final = 100
MAX_PAUSES: Final = 3
MAX_BROKEN_PER_PAGE: Final = 25
# A longer pause is a matter of the queue: no worker waits for it.
MAX_PAUSE_SECONDS: Final = 10.0

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """The shop's answer for some ids.

    `nodes` are the records it knows, `gone` the ids it does not know any more, and `broken` the ids
    that it answers with an error however small the page is. `read_at` is when it was asked.
    """

    read_at: datetime
    nodes: tuple[Node, ...] = ()
    gone: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()

    def __add__(self, other: Fetched) -> Fetched:
        return Fetched(
            read_at=min(self.read_at, other.read_at),
            nodes=self.nodes + other.nodes,
            gone=self.gone + other.gone,
            broken=self.broken + other.broken,
        )


def fetch_records(step: Step, ids: Sequence[str], pace: Pace) -> Fetched:
    """Return what the shop says of up to 100 ids.

    A page that fails is halved down to the row that breaks it. Rows that there is no time for count
    as broken until a refresh asks for them. Raise Unavailable when the shop does not answer, and
    Throttled when it asks for a long pause, or for pauses again and again.
    """
    read_at = step.now
    try:
        nodes = _ask_patiently(step, ids, pace)
    except PageBroken:
        # A slow shop would use up the time of the function, and the page would never be stored.
        if len(ids) == 1 or not step.has_time():
            return Fetched(read_at=read_at, broken=tuple(ids))
        return _halved(step, ids, pace)
    known = {node["id"] for node in nodes}
    return Fetched(read_at=read_at, nodes=nodes, gone=tuple(id_ for id_ in ids if id_ not in known))


def _halved(step: Step, ids: Sequence[str], pace: Pace) -> Fetched:
    middle = len(ids) // 2
    both = fetch_records(step, ids[:middle], pace) + fetch_records(step, ids[middle:], pace)
    # So many errors may be the shop's, not the rows': two requests a row would add to its trouble.
    if _newly_broken(step, both) > MAX_BROKEN_PER_PAGE:
        _check_shop(step)
    return both


def _check_shop(step: Step) -> None:
    """Raise Unavailable if the shop answers with an error even when it lists ids and times."""
    try:
        step.sync.api.walk(step.connection, step.kind, None)
    except PageBroken as error:
        raise Unavailable("The shop answers with errors.") from error


def _newly_broken(step: Step, fetched: Fetched) -> int:
    # Marks of the records that were broken before come together in one page.
    return len(set(fetched.broken).difference(step.state.broken))


def fetch_many(step: Step, pages: Iterable[Sequence[str]], pace: Pace) -> Iterator[Fetched]:
    """Yield what the shop says of each page of ids, in order, with a few requests in flight.

    With the last page the pace ends.
    """

    def fetch(ids: Sequence[str]) -> Fetched:
        with pace.slot():
            began = time.monotonic()
            fetched = fetch_records(step, ids, pace)
            if len(ids) == IDS_PER_REQUEST:
                pace.note(time.monotonic() - began)
        return fetched

    try:
        yield from _ahead(fetch, _early(pages), pace)
    finally:
        pace.end()


def _early(pages: Iterable[Sequence[str]]) -> Iterator[Sequence[str]]:
    """Yield the pages, each asked for while the one before is worked on.

    A list of ids also waits for its turn at the shop. Without a thread of its own, records that
    have arrived would wait with it.
    """
    left = iter(pages)
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(next, left, None)
        while (page := coming.result()) is not None:
            coming = pool.submit(next, left, None)
            yield page


def _ahead(
    fetch: Callable[[Sequence[str]], T], pages: Iterable[Sequence[str]], pace: Pace
) -> Iterator[T]:
    """Yield `fetch(page)` for each page, in order.

    The next page is asked for while one is stored. One more waits for its turn, so that the shop
    is asked again at once.
    """
    left = iter(pages)
    with ThreadPoolExecutor(MAX_IN_FLIGHT + 1) as pool:
        waiting: list[Future[T]] = [
            pool.submit(fetch, page) for page in islice(left, pace.in_flight + 1)
        ]
        while waiting:
            found = waiting.pop(0).result()
            more = islice(left, max(0, pace.in_flight + 1 - len(waiting)))
            waiting.extend(pool.submit(fetch, page) for page in more)
            yield found


def _ask_patiently(step: Step, ids: Sequence[str], pace: Pace) -> tuple[Node, ...]:
    """Return the answer after a few short pauses that the shop asks for."""
    for _ in range(MAX_PAUSES):
        try:
            return step.sync.api.fetch(step.connection, step.kind, ids)
        except Throttled as error:
            pace.slow_down()
            if error.retry_after_seconds > MAX_PAUSE_SECONDS:
                raise
            time.sleep(error.retry_after_seconds)
    return step.sync.api.fetch(step.connection, step.kind, ids)
