"""Drain marks: fetch what the shop says now of every record that may have changed, and store it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from chalicelib.catalog.shop_nodes import Names
from chalicelib.domain.global_id import number_of
from chalicelib.domain.sync import DICTIONARIES, EVERYTHING, Mark, Walk
from chalicelib.services.sync.fetch_records import IDS_PER_REQUEST, Fetched, fetch_many
from chalicelib.services.sync.pace import Pace, pace_of
from chalicelib.services.sync.read_dictionaries import read_dictionaries
from chalicelib.services.sync.step import Step
from chalicelib.services.sync.store_records import store_and_note

MARKS_PER_ROUND: Final = 2_000

Batch = Sequence[Mark]


def drain_marks(step: Step, names: Names | None = None) -> bool:
    """Drain the marks of single records and of dictionaries; return whether none is left.

    `names` are the dictionaries if they have just been read. The shop is not asked without a mark.

    A mark is removed only after its record is stored, and only if it was not set again since. A
    record that was marked a moment ago stays marked until a read replica must have its change.
    Marks that are set while this worker drains are left to the next one: a shop that changes all
    the time has marks at every moment.
    """
    if names is None and step.sync.marks.find(step.shop.name, DICTIONARIES, 1):
        names = read_dictionaries(step)
    began_at, marks = step.now, _find_marks(step)
    while marks:
        names = names or read_dictionaries(step)
        if not _drain(step, marks, names):
            return False
        marks = _find_marks(step)
        if all(mark.since > began_at for mark in marks):
            break
    return not marks


def _drain(step: Step, marks: Batch, names: Names) -> bool:
    """Return whether all these marks are settled; stop when the time of the step is over."""
    pace, left = pace_of(step), len(marks)
    for batch, fetched in _fetch(step, marks, pace):
        marked = {number_of(mark.id): mark.since for mark in batch}
        store_and_note(step, [mark.id for mark in batch], fetched, names, pace, marked)
        left -= _settle(step, batch, fetched.read_at)
        # A mark that has to stay does not stop the others: bestsellers are marked every second.
        if not step.has_time():
            return False
    return left == 0


def _find_marks(step: Step) -> list[Mark]:
    """Return a round of marks of single records."""
    found = step.sync.marks.find(step.shop.name, step.kind, MARKS_PER_ROUND)
    return [mark for mark in found if mark.id != EVERYTHING]


def find_mark_of_everything(step: Step) -> Mark | None:
    """Return the mark that stands for every record of the kind, or None."""
    found = step.sync.marks.find(step.shop.name, step.kind, 1)
    # It sorts before all global ids.
    return found[0] if found and found[0].id == EVERYTHING else None


def _settle(step: Step, batch: Batch, read_at: datetime) -> int:
    """Remove the marks whose changes a read replica had by `read_at`; return how many these are.

    Marks that stay get the moment as of which their records are stored, so an export that was asked
    for before that moment need not wait.
    """
    lag, settled, left = step.lag, list[Mark](), list[Mark]()
    as_of = read_at - lag
    for mark in batch:
        (left if lag and mark.marked_at > as_of else settled).append(mark)
    left += step.sync.marks.remove(settled)
    step.sync.marks.advance([mark for mark in left if mark.since < as_of], as_of)
    return len(settled)


def find_full_to_finish(step: Step) -> Walk | None:
    """Return the full sync if all its pages are stored and no mark from before it is left.

    While a walk over ids and times is under way, records that it does not list are not marked yet.
    """
    state = step.state
    full = state.full
    if full is None or not full.is_whole or state.skeleton is not None:
        return None
    # Exports that are asked for after the sync began wait for the later marks themselves.
    found = step.sync.marks.find(step.shop.name, step.kind, MARKS_PER_ROUND)
    is_cut = len(found) == MARKS_PER_ROUND
    is_left = is_cut or any(mark.since <= full.since for mark in found if mark.id != EVERYTHING)
    return None if is_left else full


def _fetch(step: Step, marks: Batch, pace: Pace) -> Iterator[tuple[Batch, Fetched]]:
    batches = [marks[at : at + IDS_PER_REQUEST] for at in range(0, len(marks), IDS_PER_REQUEST)]
    ids = ([mark.id for mark in batch] for batch in batches)
    return zip(batches, fetch_many(step, ids, pace), strict=True)
