"""Ask a shop only in turn: exports that read from one shop share its slots."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final

from chalicelib.domain.export_file import ExportFile
from chalicelib.domain.lease import postponed
from chalicelib.domain.message import ExportMessage, Step
from chalicelib.domain.slots import Slot
from chalicelib.services.slots import give_back_slot, take_slot
from chalicelib.services.work.worker import Worker, log
from chalicelib.words.text import say

SECONDS_BETWEEN_TRIES: Final = 5
WAITING: Final = say(
    "Waybill reads your shop for other exports first, so that the shop stays quick."
)


@dataclass(slots=True)
class Turn:
    """The time in which a worker may ask the shop. It has no slot if the export does not ask."""

    worker: Worker
    job: ExportFile
    slot: Slot | None

    def end(self) -> None:
        """Give the slot back; a second call does nothing."""
        slot, self.slot = self.slot, None
        if slot is not None:
            give_back_slot(self.worker.shops, self.job.shop, slot)


@contextmanager
def turn_of(worker: Worker, job: ExportFile, message: ExportMessage) -> Iterator[Turn | None]:
    """Yield the turn of an export, which ends with the block.

    Where the shop has no free slot, yield None: the message comes again in seconds. No worker waits
    for a slot, and waiting is not an attempt.
    """
    if not job.asks_shop:
        yield Turn(worker, job, None)
        return
    slot = take_slot(worker.shops, job.shop, job.id, worker.now)
    if slot is None:
        _try_again(worker, job, message)
        yield None
        return
    turn = Turn(worker, job, slot)
    try:
        yield turn
    finally:
        turn.end()


def _try_again(worker: Worker, job: ExportFile, message: ExportMessage) -> None:
    log.info("export waits for its turn")
    if message.step is Step.START:
        later = postponed(job, now=worker.now, seconds=worker.lease_seconds)
        # People who look at the export see what it waits for.
        worker.store.update(job, replace(later, message=WAITING))
    worker.queue.send([message], delay_seconds=SECONDS_BETWEEN_TRIES)
