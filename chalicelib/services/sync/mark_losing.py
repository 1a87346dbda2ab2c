"""Mark the products that lose values with a product or a variant that the shop has deleted.

No event tells of them. This reads the facts of all stored products, but only if the deleted record
had, or can have had, a part in others, and for a minute: the facts of a million products. The daily
check finds what is left.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from chalicelib.catalog import kinds
from chalicelib.catalog.lost_values import LostValues, traces_in
from chalicelib.catalog.shop_nodes import Names
from chalicelib.domain.global_id import encode_global_id, number_of
from chalicelib.domain.sync import Mark
from chalicelib.services.sync.fetch_records import Fetched
from chalicelib.services.sync.step import Step
from chalicelib.services.sync.sync_service import log

# A function that ran out of time would begin the same search again and again.
SEARCH_SECONDS: Final = 60

Found = tuple[int, Mapping[str, Any]]


def mark_losing(step: Step, fetched: Fetched, names: Names, marked: Mapping[int, datetime]) -> None:
    """Mark them before the answer is stored: afterwards nothing tells what was deleted.

    `marked` are the moments from which on exports depend on the records of the answer, by number.
    """
    losing = LostValues.of(names.nodes[kinds.ATTRIBUTES].values())
    if not losing or step.kind != kinds.PRODUCTS:
        return
    left = _left(fetched)
    stored = step.sync.catalog.find_facts(step.shop.name, step.kind, list(left))
    lost = {number: frozenset(losing.traces(facts, left[number])) for number, facts in stored}
    if traces := frozenset[str]().union(*lost.values()):
        gone = {number for number, variants in left.items() if variants is None}
        # Not of any other record: in a shop that changes all the time, exports would wait for a
        # moment that never passes.
        moments = [marked[number] for number in lost if lost[number] and number in marked]
        _mark(step, traces, gone, min(moments, default=step.state.asked_at or step.now))


def _left(fetched: Fetched) -> Mapping[int, frozenset[int] | None]:
    """Return the variants that the shop knows by product; None for a product that is gone."""
    gone: dict[int, frozenset[int] | None] = dict.fromkeys(map(number_of, fetched.gone))
    return gone | {
        number_of(node["id"]): frozenset(number_of(one["id"]) for one in node["variants"] or ())
        for node in fetched.nodes
    }


def _mark(step: Step, lost: frozenset[str], gone: set[int], since: datetime) -> None:
    shop, kind, now = step.shop.name, step.kind, step.now
    numbers = [
        number
        for number, facts in _in_time(step, step.sync.catalog.find_facts(shop, kind))
        if number not in gone and not lost.isdisjoint(traces_in(facts))
    ]
    log.info("products lost values with deleted ones", extra={"shop": shop, "count": len(numbers)})
    step.sync.marks.add(
        Mark(
            shop=shop,
            kind=kind,
            id=encode_global_id("Product", number),
            marked_at=now,
            since=since,
        )
        for number in numbers
    )


def _in_time(step: Step, found: Iterable[Found]) -> Iterator[Found]:
    """Yield what is found until the time of the search is over."""
    ends_at = step.now + timedelta(seconds=SEARCH_SECONDS)
    for one in found:
        if step.now >= ends_at:
            log.warning("search for lost values ended early", extra={"shop": step.shop.name})
            return
        yield one
