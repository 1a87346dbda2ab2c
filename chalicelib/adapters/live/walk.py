"""Walk over the gift cards of a shop or the codes of a voucher, whole or between bounds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from chalicelib.adapters.live.bounds import Bounds, Places, key_of_record
from chalicelib.adapters.live.reader import LiveReader
from chalicelib.catalog import kinds
from chalicelib.domain.global_id import encode_global_id
from chalicelib.domain.segment import Bucket, CursorBounds
from chalicelib.domain.shop_api import Node, NodePage
from chalicelib.errors import ExportFailed, ShopUnavailable
from chalicelib.words.text import Text, say

# The shop needs four minutes for them. Its customers come first.
MAX_LIVE_RECORDS: Final = 500_000
TOO_MANY: Final = say(
    "Your shop has more than {most:,} of these records, and one export cannot read so "
    "many. No file was written.",
    most=MAX_LIVE_RECORDS,
)
SHORT: Final = "The shop shows fewer records than it says it has."


def pages_of(
    reader: LiveReader,
    kind: str,
    after: str = "",
    *,
    ids_only: bool = False,
    backwards: bool = False,
) -> Iterator[NodePage]:
    """Yield the pages of a kind after a cursor."""
    if kind == kinds.GIFT_CARDS:
        return reader.cards(after, ids_only=ids_only)
    return reader.codes(_voucher_id(kind), after, ids_only=ids_only, backwards=backwards)


def count_of(page: NodePage) -> int:
    """Return how many records the list of a page has; ExportFailed for more than can be read."""
    total = page.total or 0
    if total > MAX_LIVE_RECORDS:
        raise ExportFailed(TOO_MANY)
    return total


def find_youngest(reader: LiveReader, kind: str) -> NodePage:
    """Return a page that begins with the record that was created last, and the count of all."""
    if kind == kinds.GIFT_CARDS:
        return reader.last_card()
    return next(pages_of(reader, kind, ids_only=True))


def cut_list(reader: LiveReader, kind: str, records: int) -> tuple[Bucket, ...]:
    """Return buckets of about `records` records that hold what the shop has now."""
    edge = find_youngest(reader, kind)
    total = count_of(edge)
    if not total or not edge.nodes:
        return ()
    key = key_of_record(kind, edge.nodes[0])
    is_at_end = kind == kinds.GIFT_CARDS
    whole = CursorBounds("", "", key) if is_at_end else CursorBounds("", key, "")
    one = Bucket(0, total, bounds=whole)
    # The list of ids is nearly free, but a small export needs no places to cut it.
    return (one,) if total <= records else _cut(reader, kind, one, records)


def read_bucket(reader: LiveReader, kind: str, bucket: Bucket) -> Iterator[Sequence[Node]]:
    """Yield the records of a bucket; Unavailable or ExportFailed if some are not shown."""
    bounds = Bounds(kind, bucket.bounds) if bucket.bounds else None
    if bounds is not None and bounds.is_closed:
        return _read_between(reader, bounds, bucket.records)
    return _read_whole(reader, kind, bucket.records, bounds)


def _cut(reader: LiveReader, kind: str, whole: Bucket, records: int) -> tuple[Bucket, ...]:
    """Return buckets of so many records; the whole one if a walk shows only a part of the list."""
    assert whole.bounds is not None
    bounds = Bounds(kind, whole.bounds)
    found: list[Bucket] = []
    run: list[Node] = []
    after, least = "", whole.records
    places = Places(kind)
    for page in pages_of(reader, kind, ids_only=True):
        least = min(least, page.total or 0)
        places.add(page.nodes)
        run += bounds.within(page.nodes)
        if run and (len(run) + len(page.nodes) > records or page.cursor is None):
            keys = key_of_record(kind, run[0]), key_of_record(kind, run[-1])
            found.append(Bucket(len(found), len(run), bounds=CursorBounds(after, *keys)))
            run, after = [], page.cursor or ""
    # Codes that were created at the same moment hide each other, in one direction.
    return tuple(found) if places.count >= least else (whole,)


def _read_between(reader: LiveReader, bounds: Bounds, records: int) -> Iterator[Sequence[Node]]:
    """Yield the records between two places.

    Records that were used or deleted since the plan are not there: the shop, asked once more for
    ids alone, must not show any other record. Unavailable if it does.
    """
    seen: set[str] = set()
    for nodes in _between(reader, bounds, ids_only=False):
        seen.update(node["id"] for node in nodes)
        yield nodes
    if len(seen) < records:
        again = [node for nodes in _between(reader, bounds, ids_only=True) for node in nodes]
        if any(node["id"] not in seen for node in again):
            raise ShopUnavailable(SHORT)


def _between(reader: LiveReader, bounds: Bounds, *, ids_only: bool) -> Iterator[Sequence[Node]]:
    for page in pages_of(reader, bounds.kind, bounds.planned.after, ids_only=ids_only):
        yield bounds.within(page.nodes)
        if bounds.are_passed_by(page.nodes):
            return


def _read_whole(
    reader: LiveReader, kind: str, records: int, bounds: Bounds | None
) -> Iterator[Sequence[Node]]:
    """Yield the records within bounds of a whole list, or the first ones without bounds."""
    seen: set[str] = set()
    # A record that goes while the walk is under way may or may not be among its pages.
    least = records
    for page in pages_of(reader, kind):
        least = min(least, page.total or 0)
        yield _fresh(page.nodes, seen, records, bounds)
        if bounds is None and len(seen) >= records:
            return
    if len(seen) < least and kind != kinds.GIFT_CARDS:
        # Saleor sorts codes newest first and then by code, but its cursors compare both in one
        # direction. Of codes that were created at the same moment a walk shows only some.
        for page in pages_of(reader, kind, backwards=True):
            yield _fresh(page.nodes, seen, records, bounds)
        if len(seen) < least:
            raise ExportFailed(_hidden_codes(len(seen), least))
    if len(seen) < least:
        raise ShopUnavailable(SHORT)


def _hidden_codes(shown: int, total: int) -> Text:
    return say(
        "Your shop shows only {shown:,} of the {total:,} codes of this voucher, because many were "
        "created at the same moment. No file was written. Ask the people who run your shop.",
        shown=shown,
        total=total,
    )


def _fresh(
    nodes: Sequence[Node], seen: set[str], records: int, bounds: Bounds | None
) -> Sequence[Node]:
    """Return the records that were not seen yet and belong to the bucket; note them as seen."""
    fresh = [node for node in nodes if node["id"] not in seen]
    if bounds is None:
        fresh = fresh[: records - len(seen)]
    seen.update(node["id"] for node in fresh)
    return fresh if bounds is None else bounds.within(fresh)


def _voucher_id(kind: str) -> str:
    return encode_global_id("Voucher", kind.partition(":")[2])
