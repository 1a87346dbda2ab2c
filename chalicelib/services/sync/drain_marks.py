"""Drain marks: fetch what the shop says now of every record that may have changed, and store it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from chalicelib.catalog.shop_nodes import Names
from chalicelib.domain.sync import DICTIONARIES, EVERYTHING, Mark, is_wanted
from chalicelib.services.sync.fetch_records import IDS_PER_REQUEST, Fetched, fetch_many
from chalicelib.services.sync.pace import Pace, pace_of
from chalicelib.services.sync.read_dictionaries import read_dictionaries
from chalicelib.services.sync.step import Step
from chalicelib.services.sync.store_records import store_and_note

MARKS_PER_ROUND: Final = 2_000

Batch = Sequence[Mark]


def drain_marks(step: Step, names: Names | None = None) -> bool:
    """Drain the marks of single records and of dictionaries; return whether none is left.

    It stops early if an export waits for the shop to be asked for changes.

    `names` are the dictionaries if they have just been read. The shop is not asked without a mark.

    A mark is removed only after its record is stored, and only if it was not set again since. A
    record that was marked a moment ago stays marked until a read replica must have its change.
    """
    if names is None and step.sync.marks.find(step.shop.name, DICTIONARIES, 1):
        names = read_dictionaries(step)
    while marks := find_marks(step):
        names = names or read_dictionaries(step)
        if not _drain(step, marks, names):
            return False
        if is_wanted(step.state, step.lag):
            # A shop that changes all the time marks without end, and the export needs its turn.
            return not find_marks(step)
    return True


def _drain(step: Step, marks: Batch, names: Names) -> bool:
    """Return whether all marks are settled; stop when the time of the step is over."""
    pace, left = pace_of(step), len(marks)
    for batch, fetched in _fetch(step, marks, pace):
        store_and_note(step, [mark.id for mark in batch], fetched, names, pace)
        settled = [mark for mark in batch if _is_settled(step, mark, fetched)]
        step.sync.marks.remove(settled)
        left -= len(settled)
        # A mark that has to stay keeps no other waiting: what sells well is marked every second.
        if not step.has_time():
            return False
    return left == 0


def find_marks(step: Step) -> list[Mark]:
    """Return a round of marks of single records."""
    found = step.sync.marks.find(step.shop.name, step.kind, MARKS_PER_ROUND)
    return [mark for mark in found if mark.id != EVERYTHING]


def find_mark_of_everything(step: Step) -> Mark | None:
    """Return the mark that stands for every record of the kind, or None."""
    found = step.sync.marks.find(step.shop.name, step.kind, 1)
    # It sorts before all global ids.
    return found[0] if found and found[0].id == EVERYTHING else None


def _is_settled(step: Step, mark: Mark, fetched: Fetched) -> bool:
    return not step.lag or fetched.read_at >= mark.marked_at + step.lag


def _fetch(step: Step, marks: Batch, pace: Pace) -> Iterator[tuple[Batch, Fetched]]:
    batches = [marks[at : at + IDS_PER_REQUEST] for at in range(0, len(marks), IDS_PER_REQUEST)]
    ids = ([mark.id for mark in batch] for batch in batches)
    return zip(batches, fetch_many(step, ids, pace), strict=True)
